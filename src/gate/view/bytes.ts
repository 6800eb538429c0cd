/** The bytes of what the gate looks after. */
import { readFile, readRecord } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";
import { kindOfPath } from "./paths.ts";

/** The file as it is now, for those who compute what becomes of it; `undefined` where there is none to read. */
export function bytesOfPath({ project }: Gate, path: string): Uint8Array | undefined {
  const file = kindOfPath(path) === "batch" || kindOfPath(path) === "store" ? readRecord : readFile;
  const read = file(project, path);
  return read.kind === "file" ? read.bytes : undefined;
}
