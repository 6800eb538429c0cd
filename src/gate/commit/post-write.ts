/** What is common to all writes once a file was touched: the log, and the words for what went differently. */
import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { readRecord } from "../../files/read/read.ts";
import { appendAudit } from "../../files/record/audit.ts";
import type { ChangedOnDisk } from "../../files/replace/replace.ts";
import { MAX_ATTEMPTS } from "../../files/replace/retry.ts";
import type { Gate } from "../gate.ts";

/** The failure of a write that another program overtook each time. */
export function overtaken(operation: string, cause: ChangedOnDisk): GateError {
  const reason = `${cause.path} changed on disk ${MAX_ATTEMPTS} times while it was being written`;
  const hint = "Another program keeps saving the file. Close it, then try again.";
  return new GateError("CONFLICT", `Cannot ${operation}: ${reason}`, { path: cause.path, hint, cause });
}

/** Reads back what was written; says so where it is not there any more. */
export function readBack({ project }: Gate, path: string, bytes: Uint8Array): string[] {
  const back = readRecord(project, path);
  if (back.kind === "file" && isSameBytes(bytes, back.bytes)) return [];
  return [`${path} was changed by another program right after it was written`];
}

export function audit(gate: Gate, operation: string, now: number, entry: Readonly<Record<string, unknown>>): void {
  const timestamp = new Date(now).toISOString();
  const line = { timestamp, operation, ...entry, ...(gate.actor !== undefined && { actor: gate.actor }) };
  if (gate.log === undefined) appendAudit(gate.project, line);
  else gate.log.appendLater(line);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
