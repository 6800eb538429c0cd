/** What an operation that writes comes to, whatever it writes. */

import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";

/** What was or, in a dry run, would be written. */
export interface Written {
  readonly path: string;
  readonly size: number;
  readonly revision: string;
  readonly before: string | undefined;
  readonly after: string;
  /** What stands in it, where a document was written that was checked. */
  readonly document?: StateDocument | WorkDocument;
}

/** What operations that write resolve to; with `dryRun` it says what they would do. */
export interface Outcome<T> {
  readonly value: T;
  readonly written: readonly Written[];
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** Documents that are or would be gone. */
  readonly removed: readonly { readonly path: string; readonly before: string }[];
  /** Copies of damaged documents that were made before they were written over. */
  readonly backups: readonly string[];
  /** The ids of the history entries that keep what was replaced; none in a dry run. */
  readonly entries: readonly string[];
  /** Things that went differently without being wrong, for the user to know. */
  readonly warnings: readonly string[];
}
