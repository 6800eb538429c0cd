/** Findings about files that are never parsed: what was in the way stands in place of a document. */
import { FILE_START } from "./places.ts";
import type { Diagnostic } from "./rule.ts";

/** The rules about files as such, with what holds when they are kept. */
export const FILE_RULES = {
  "file-too-large": "A document must not be larger than 1 MiB",
  "symbolic-link": "A document must not be a symbolic link",
  "not-a-regular-file": "A document must be a regular file",
  "unreadable-file": "A document must be readable, under a name that is safe everywhere",
  "wrong-case": "The name of a document must be in its own case",
} as const;

/** The one about a record, which is no document. */
export const DAMAGED_RECORD = "damaged-record";
export const RECORD_RULES = { [DAMAGED_RECORD]: "A batch, a store or a saved run must be in order" } as const;

/** The one about what is committed for git, and does nothing here. */
export const MISSING_MERGE_DRIVER = "missing-merge-driver";
export const GIT_RULES = {
  [MISSING_MERGE_DRIVER]: "The merge driver that .gitattributes names must be set up in this clone",
} as const;

/** The one about the list of guarded files. */
export const GUARD_LIST = "guard-list";
export const GUARD_RULES = {
  [GUARD_LIST]: "The list of guarded files must be in order, and name files of the project",
} as const;

export type FileRule = keyof typeof FILE_RULES;

/** The one diagnostic, an error without a place, of a file that is not read. */
export function checkUnreadable(rule: FileRule, message: string): Diagnostic {
  return { ...FILE_START, rule, severity: "error", message };
}
