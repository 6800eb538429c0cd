/** What is edited, and what comes of that. */
import { GateError } from "../../base/errors.ts";
import type { Problem } from "../../rules/report.ts";
import type { Save } from "./save.ts";

/** A document as somebody began to edit it. */
export interface Editable {
  readonly path: string;
  /** Whose work file it is; absent for the state file. */
  readonly issue: number | undefined;
  readonly bytes: Uint8Array;
}

/**
 * What an edit came to: what a save comes to, where the items that count are those of the state
 * file that are new or others than they were, and the issue is that of the work file, else the
 * active one. `activeIssueChanged` says whether another issue is the active one now.
 */
export interface Edited extends Omit<Save, "added"> {
  /** Whether anything was written. */
  readonly changed: boolean;
}

/** An edit that was not taken: it stands in conflict with another one, or the document would have errors. */
export interface RefusedEdit {
  readonly success: false;
  readonly conflicts: number;
  readonly problems: readonly Problem[];
  /** What was edited, with what others wrote meanwhile, conflicts between markers: what is to be edited again. */
  readonly merged: Uint8Array;
  /** What that is to be compared with. */
  readonly base: Uint8Array;
}

export function gone({ path }: Pick<Editable, "path">): GateError {
  return new GateError("CONFLICT", `Cannot edit ${path}: it is gone since it was opened`, {
    path,
    hint: "`gate history` and `gate list --all` show what became of it; nothing was written.",
  });
}
