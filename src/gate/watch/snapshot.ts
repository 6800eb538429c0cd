/**
 * What there is to see of a project at one moment: its state, its batch, and the
 * work files that matter. Taken by the same operations that `status`, `verify` and
 * `batch status` are, so that a watch never says anything else than they do.
 */
import { GateError } from "../../base/errors.ts";
import type { Freshness } from "../../base/time.ts";
import type { Problem } from "../../rules/report.ts";
import { revisionOf } from "../../text/source.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { type BatchReport, batchStatus } from "../batch/status.ts";
import type { Verification } from "../documents/verify.ts";
import type { Gate } from "../gate.ts";
import { isGuarding } from "../view/guard.ts";
import { lookAtAll } from "../view/guarded.ts";
import type { Status } from "../view/status.ts";

/** The batch without its features, of which there may be thousands; `undefined` where there is none. */
export type BatchView = Omit<BatchReport, "features"> | undefined;

export interface Picture {
  readonly state: Status;
  /** The freshness that was last known, which a damaged or removed state file does not say. */
  readonly freshness: Freshness | undefined;
  readonly batch: BatchView;
  /** Why the batch cannot be read. */
  readonly batchProblem: Problem | undefined;
  /** Work files by their paths, as far as they were looked at. */
  readonly works: ReadonlyMap<string, Verification>;
  /** Guarded files by their paths. */
  readonly guarded: ReadonlyMap<string, GuardedView>;
}

/** A guarded file. */
export interface GuardedView {
  readonly path: string;
  readonly exists: boolean;
  /** Whether it has no errors. */
  readonly valid: boolean;
  /** The digest of its bytes. */
  readonly revision: string | undefined;
  readonly problems: readonly Problem[];
}

/** Looks at all guarded files. */
export async function lookAtGuards(gate: Gate): Promise<readonly GuardedView[]> {
  if (!isGuarding(gate)) return [];
  return (await lookAtAll(gate)).map(({ path, exists, bytes, problems }) => {
    const valid = exists && !problems.some(({ severity }) => severity === "error");
    return { path, exists, valid, revision: bytes && revisionOf(bytes), problems };
  });
}

export type BatchLook = Pick<Picture, "batch" | "batchProblem">;

/** Looks at the batch. What is wrong with it is a finding; only a failure of the machine is thrown. */
export async function lookAtBatch(gate: Gate): Promise<BatchLook> {
  try {
    const { features: _, ...batch } = await batchStatus(gate, { backend: "json" });
    return { batch, batchProblem: undefined };
  } catch (error) {
    if (!(error instanceof GateError) || error.code === "IO") throw error;
    if (error.code === "NOT_FOUND") return { batch: undefined, batchProblem: undefined };
    return { batch: undefined, batchProblem: problemOf(error) };
  }
}

/** A record has one fault at a time, and its message says where. */
function problemOf({ message }: GateError): Problem {
  const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { rule: "unreadable-batch", severity: "error", message, ...place, fixable: false };
}

/** Everything that is wrong, by file. */
export function problemsIn({ state, batchProblem, works, guarded }: Picture): ReadonlyMap<string, readonly Problem[]> {
  const problems = new Map<string, readonly Problem[]>([[state.path, state.problems]]);
  if (batchProblem) problems.set(BATCH_PATH, [batchProblem]);
  for (const [path, file] of [...works, ...guarded]) problems.set(path, file.problems);
  return problems;
}
