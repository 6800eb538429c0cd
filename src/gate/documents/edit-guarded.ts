/** An edit of a guarded file: its bytes as they were made, merged with what others made of it meanwhile. */
import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { formatTime } from "../../base/time.ts";
import { readFile } from "../../files/read/read.ts";
import { mergeFiles } from "../../merge/merge.ts";
import { addedFaults, transactGuarded } from "../commit/guarded.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { type Editable, type Edited, gone, type RefusedEdit } from "./editable.ts";

/** The guarded file to edit. */
export function openGuarded({ project }: Gate, path: string): Editable {
  const file = readFile(project, path);
  if (file.kind === "file") return { path, issue: undefined, bytes: file.bytes };
  const [code, message, hint] =
    file.kind === "missing"
      ? ([
          "NOT_FOUND",
          `Cannot edit ${path}: it does not exist`,
          `\`gate restore --path ${path}\` brings it back.`,
        ] as const)
      : (["UNSAFE_PATH", file.message, "Replace what stands there by the file."] as const);
  throw new GateError(code, message, { path, hint });
}

/** Writes what was made of it, or says why that is not taken. */
export async function commitGuardedEdit(
  gate: Gate,
  { path, bytes: base }: Editable,
  edited: Uint8Array,
  options: WriteOptions,
): Promise<Outcome<Edited | RefusedEdit>> {
  return await transactGuarded<Edited | RefusedEdit>(gate, { path, operation: "edit" }, options, (snapshot, now) => {
    const { bytes: disk } = snapshot;
    if (disk === undefined) throw gone(snapshot);
    const merge = mergeFiles({ base, ours: edited, theirs: disk, kind: "plain", now });
    const problems = addedFaults(disk, merge.bytes);
    if (merge.conflicts > 0 || problems.length > 0) {
      return { value: { success: false, conflicts: merge.conflicts, problems, merged: merge.bytes, base: disk } };
    }
    const changed = !isSameBytes(merge.bytes, disk);
    return { value: describe(path, changed, now), ...(changed && { bytes: merge.bytes }) };
  });
}

/** A file of others says nothing of the work. */
function describe(path: string, changed: boolean, now: number): Edited {
  return {
    success: true,
    message: changed ? `Edited ${path}` : `Nothing of ${path} was changed`,
    itemsUpdated: 0,
    timestamp: formatTime(now),
    workFileUpdated: undefined,
    issueNumber: undefined,
    progressItems: [],
    nextSteps: [],
    openQuestions: [],
    activeIssueChanged: false,
    changed,
    revision: undefined,
  };
}
