/** What a rebuilt document is made of besides the damaged bytes, and how the origin of its parts is reported. */
import type { YamlReader } from "../syntax/frontmatter.ts";
import type { Side } from "./conflict.ts";
import type { StateName } from "./draft.ts";

/** A state file that was in order once. */
export interface OlderState {
  readonly text: string;
  /** The history entry that kept it. */
  readonly id: string;
}

/** What a work file says about its issue. */
export interface KnownWork {
  readonly path: string;
  readonly number: number;
  readonly title: string;
  readonly completed: boolean;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly started?: string;
  /** Milliseconds since the epoch. */
  readonly updated?: number;
  /** Encoded lines of progress items, without bullets. */
  readonly progress: readonly string[];
  /** Encoded lines of next steps, without numbers. */
  readonly nextSteps: readonly string[];
}

export interface ArchivedWork {
  readonly path: string;
  /** A line of Recent Work. */
  readonly line: string;
}

/** What else is known of the state; the newest of each kind first. */
export interface Sources {
  readonly older?: OlderState;
  readonly work: readonly KnownWork[];
  readonly archived: readonly ArchivedWork[];
  /** When the damaged file was last written, in milliseconds since the epoch. */
  readonly modified?: number;
}

export interface SalvageOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly readYaml: YamlReader;
  /** Which side of each conflict stays; `both` by default. */
  readonly sideOf?: (index: number) => Side;
}

/** The parts of a state file that can come from different places, in the order in which they are reported. */
export const PARTS = [
  "issue",
  "branch",
  "started",
  "last_updated",
  "progress",
  "next_steps",
  "open_questions",
  "recent_work",
  "blockers",
  "context",
  "sections",
] as const;

/** The parts that a recovery puts together. */
export type PartName = (typeof PARTS)[number];

export const PART_OF: Readonly<Record<Exclude<StateName, "title" | "active">, PartName>> = {
  progress: "progress",
  nextSteps: "next_steps",
  openQuestions: "open_questions",
  recentWork: "recent_work",
  blockers: "blockers",
  context: "context",
};

/**
 * Where a part came from. `salvage`: the damaged bytes; `history`, `work`,
 * `archive`: the file named by `path`; `file`: the time at which the damaged file
 * was last written; `new`: nothing was known.
 */
export interface PartSource {
  /** `all` where the whole document is from one place. */
  readonly part: PartName | "all";
  readonly source: "salvage" | "history" | "work" | "archive" | "file" | "new";
  /** The document, relative to the project, or the history entry's id. */
  readonly path?: string;
}
