/** What a rule is, and what it may know. Rules are data: one file each, listed in `index.ts`, run by `check.ts`. */
import type { StateDocument, StateHead } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import type { Edit, Span } from "../text/edit.ts";
import type { Position } from "../text/lines.ts";

/** `error`: the document cannot be trusted and is not written. `warning`: odd, never in the way. `info`: nothing is wrong. */
export type Severity = "error" | "warning" | "info";

/** One finding. Offsets are UTF-16 units of the document's text. */
export interface Diagnostic extends Span {
  /** The rule's id, a kebab-case noun of the fault. */
  readonly rule: string;
  readonly severity: Severity;
  /** What was found and what was expected, with values in backticks. */
  readonly message: string;
  /** Where it is in lines and columns, where that is known already. */
  readonly place?: { readonly start: Position; readonly end: Position };
  /** Edits that mend it without losing content; absent where no certain mend exists. */
  readonly fix?: readonly Edit[] | undefined;
}

/** What is known about a document besides its text; absent means not known, and rules about it are silent. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the file was last modified, in milliseconds since the epoch. */
  readonly modified?: number;
  /** The issue number in the name of a work file; `null` where the name is not a number. */
  readonly fileIssue?: number | null;
  /** Whether a work file is in the archive folder. */
  readonly archived?: boolean;
  /** Where the work file of the active issue is. */
  readonly activeWorkFile?: "present" | "missing" | "archived" | "both";
  /** The status that the work file of the active issue records. */
  readonly activeWorkStatus?: "in_progress" | "completed";
  /** The checked-out branch; `null` where the head is detached. */
  readonly branch?: string | null;
  /** What became of the recorded branch, where there is no branch of that name. */
  readonly recordedBranch?: "gone" | "not-made-yet";
  /** Whether the gate has written this document before: then it is ours whatever is left of it. */
  readonly hasHistory?: boolean;
  /** Whether the document holds what the gate wrote. */
  readonly isOwn?: boolean;
  /** The instant of a time of the clock on the wall, given as if it were UTC; absent where the zone is not known. */
  readonly localTime?: (local: number) => number;
  /** The path of the document where git holds it for unmerged. */
  readonly unmerged?: string;
  /** The version that the document fell behind, and the call that brings it back. */
  readonly newer?: {
    readonly operation: string;
    /** Milliseconds since the epoch. */
    readonly timestamp: number;
    readonly command: string;
    readonly isMissing: boolean;
  };
  /** What other tools have in hand, and when that was changed last, in milliseconds since the epoch; only `check` asks. */
  readonly elsewhere?: readonly { readonly path: string; readonly title: string; readonly changed: number }[];
  /** An operation that was interrupted between two documents; without a command it is not known which. */
  readonly unfinished?: { readonly command?: string };
}

/** What else there is to say of a finding. */
export interface FindingDetails {
  /** What could stand there instead. */
  readonly expected?: readonly string[];
  readonly fix?: readonly Edit[];
  /** Overrides the rule's severity for this finding. */
  readonly severity?: Severity;
}

export type AnyDocument = StateDocument | WorkDocument;

/** What rules may look at that need no format. */
export type PlainText = Pick<StateDocument, "text" | "source" | "blocks">;

export interface RuleContext<D extends AnyDocument | StateHead | PlainText> {
  readonly document: D;
  readonly facts: Facts;
  /** Says what is wrong at a span of the text. */
  report(span: Span, message: string, details?: FindingDetails): void;
}

export interface Rule<D extends AnyDocument | StateHead | PlainText = AnyDocument> {
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: what holds when the rule is kept. */
  readonly description: string;
  check(context: RuleContext<D>): void;
}
