/** Whose a state file is, by what was found in it. Pure. */
import type { StateSnapshot } from "./read.ts";

/** Whether a state file is there, and one that the gate may write. */
export function isOurs({ exists: isThere, diagnostics }: StateSnapshot): boolean {
  return isThere && !diagnostics.some(({ rule }) => NOT_OURS.has(rule));
}

/** Rules whose finding is that a file is not to be touched. */
export const NOT_OURS: ReadonlySet<string> = new Set([
  ...["foreign-format", "unsupported-version", "symbolic-link", "not-a-regular-file", "wrong-case", "unreadable-file"],
]);

/** Rules whose finding is that a file is somebody else's, or of a newer program. */
export const LEFT_ALONE: ReadonlySet<string> = new Set(["foreign-format", "unsupported-version"]);
