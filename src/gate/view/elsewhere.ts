/**
 * What other tools say is worked on in the project, read only. A project without any of them
 * pays one listing of its root; the reading is loaded where one is found.
 */
import { detect } from "../../adapters/list.ts";
import { attempt } from "../../base/errors.ts";
import { listFolder } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";
import type { ElsewhereView } from "./find-elsewhere.ts";

export type { Elsewhere, ElsewhereView } from "./find-elsewhere.ts";

/**
 * Reads what other tools keep. With `asking`, git is asked when a file without a time of its
 * own was changed last; else the file is.
 */
export async function viewElsewhere(gate: Gate, asking: boolean): Promise<ElsewhereView> {
  const names = attempt(() => listFolder(gate.project, "")) ?? [];
  const adapters = detect(new Set(names.map(({ name }) => name)));
  if (adapters.length === 0) return { elsewhere: [] };
  return await (await import("./find-elsewhere.ts")).findElsewhere(gate, adapters, asking);
}
