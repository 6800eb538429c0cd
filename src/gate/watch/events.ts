/** What a watch tells of. Each event says when it was made, and most say of which file. */
import type { Freshness } from "../../base/time.ts";
import type { Problem } from "../../rules/report.ts";
import type { BatchReport } from "../batch/status.ts";
import type { Verification } from "../documents/verify.ts";
import type { Status } from "../view/status.ts";
import type { GuardedView } from "./snapshot.ts";

interface Common {
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly timestamp: string;
}

/** The watch has begun; always the first event. */
export interface ReadyEvent extends Common {
  readonly event: "ready";
  readonly root: string;
  /** Whether the files are looked at again and again, because that was asked for or the system gives no notices. */
  readonly polling: boolean;
  /** Why it polls although that was not asked for. */
  readonly reason: string | undefined;
}

/** What the state file says: once at the beginning, then each time when that changes. */
export interface StateEvent extends Common, Status {
  readonly event: "state";
}

/** A work file, at work or archived, was made, changed or removed. */
export interface WorkEvent extends Common, Verification {
  readonly event: "work";
}

/** A guarded file was made, changed or removed. */
export interface GuardedEvent extends Common, GuardedView {
  readonly event: "guarded";
}

/** Where the batch stands, without its features: at the beginning if there is one, then each time when that changes. */
export interface BatchEvent extends Common, Partial<Omit<BatchReport, "features">> {
  readonly event: "batch";
  readonly path: string;
  /** Whether there is a batch; the rest is absent without one. */
  readonly exists: boolean;
}

/** The state is as fresh as it was no more, by the clock alone or because it was written. */
export interface FreshnessEvent extends Common {
  readonly event: "freshness";
  readonly path: string;
  readonly from: Freshness;
  readonly to: Freshness;
  readonly hoursSinceUpdate: number;
}

/** Something is wrong with a file that was not wrong before. */
export interface ProblemEvent extends Common, Problem {
  readonly event: "problem";
  readonly path: string;
}

/** Something is wrong no more; the place is where it last was. */
export interface ResolvedEvent extends Common, Problem {
  readonly event: "resolved";
  readonly path: string;
}

/** The state file could not be trusted and can be again. */
export interface RecoveredEvent extends Common {
  readonly event: "recovered";
  readonly path: string;
  /** What of the gate wrote it, such as `recover`; absent where it was another program. */
  readonly operation: string | undefined;
  readonly actor: string | undefined;
}

/** Something could not be looked at, or is watched in another way from now on. The watch goes on. */
export interface ErrorEvent extends Common {
  readonly event: "error";
  readonly path: string | undefined;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What happens to a project; `event` says which kind it is. */
export type WatchEvent =
  | ReadyEvent
  | StateEvent
  | WorkEvent
  | GuardedEvent
  | BatchEvent
  | FreshnessEvent
  | ProblemEvent
  | ResolvedEvent
  | RecoveredEvent
  | ErrorEvent;
