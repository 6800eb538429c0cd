/**
 * The write path of documents. No document is written but through here.
 *
 * An operation reads documents and stages what shall become of them; only when all
 * of it is computed and checked does the first byte change. Invariants:
 *
 * - A document is locked before it is read, and the locks are held until the end.
 * - A document with errors is not written, and what is written has none.
 * - Bytes that changed on disk after they were read are never written over: the
 *   whole operation starts again on the new ones, because what it put into one
 *   file may depend on what stood in another.
 * - The bytes that are replaced are in the history before they are replaced.
 *
 * Order of locks: the state document first, then work files. Operations that need
 * a work file alone take its lock alone, so no two can wait for each other.
 * Model: `proof/commit.pml`.
 */
import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { acquireLock, type Lock } from "../../files/lock/lock.ts";
import { exists } from "../../files/read/read.ts";
import { ChangedOnDisk } from "../../files/replace/replace.ts";
import { retryChanged } from "../../files/replace/retry.ts";
import { type Gate, type Operation, STATE_PATH, type WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { fillCache } from "../view/cache-fill.ts";
import type { StateSnapshot } from "../view/read.ts";
import type { Applied, DocumentStep } from "./document-step.ts";
import { Intent } from "./intent-log.ts";
import { Origins } from "./origins.ts";
import { overtaken } from "./post-write.ts";
import { Staging, type Transaction } from "./staging.ts";
import { applyStep, type Step } from "./steps.ts";

export type { Transaction } from "./staging.ts";

/** Runs `body` until what it read is still true when it is written, at most 20 times. */
export async function transact<T>(
  gate: Gate,
  given: string | Operation,
  options: WriteOptions,
  body: (transaction: Transaction) => Promise<T>,
): Promise<Outcome<T>> {
  const operation = typeof given === "string" ? { name: given } : given;
  // In a project that has never been written nothing is made before it is known that it may be.
  if (!options.dryRun && !exists(gate.project, GATE_FOLDER)) {
    await new Commit(gate, operation, { ...options, dryRun: true }).attempt(body);
  }
  const commit = new Commit(gate, operation, options);
  try {
    return await retryChanged(
      async () => await commit.attempt(body),
      (error) => commit.partly(overtaken(commit.operation, error)) as Error,
    );
  } finally {
    await commit.close();
  }
}

/** One operation with its locks, over all its attempts. */
class Commit {
  readonly gate: Gate;
  readonly operation: string;
  readonly options: WriteOptions;
  readonly backups: string[] = [];
  readonly entries: string[] = [];
  /** What the attempts so far have written. */
  readonly applied = new Map<string, Applied>();
  readonly origins: Origins;
  readonly #locks = new Map<string, Lock>();
  readonly #intent: Intent;
  #moment: number | undefined;
  #finished = false;

  constructor(gate: Gate, operation: Operation, options: WriteOptions) {
    this.gate = gate;
    this.operation = operation.name;
    this.origins = new Origins(gate);
    this.options = options;
    this.#intent = new Intent(gate, operation);
  }

  /** The moment counts from when the lock is held: who waited longer is later. */
  get now(): number {
    return (this.#moment ??= this.gate.clock());
  }

  async lock(path: string): Promise<void> {
    const { project, lockTimeout: timeoutMs } = this.gate;
    if (this.options.dryRun || this.#locks.has(path)) return;
    if (this.#locks.size === 0) ensureGateFolder(project);
    this.#locks.set(path, await acquireLock(project, path, { timeoutMs, command: `gate ${this.operation}` }));
  }

  lockOf = (path: string): Lock => this.#locks.get(path)!;

  attach({ revision }: StateSnapshot): void {
    const held = this.#locks.get(STATE_PATH);
    if (held) this.#intent.attach(held, revision);
  }

  /** Reads, computes, checks and, unless it is a dry run, takes the steps. */
  async attempt<T>(body: (transaction: Transaction) => Promise<T>): Promise<Outcome<T>> {
    const staging = new Staging(this);
    const value = await body(staging);
    await staging.validate();
    const outcome = staging.outcomeOf(value);
    if (this.options.dryRun) return outcome;
    for (const act of staging.acts) await act();
    const { steps, warnings } = staging;
    this.#intent.begin(steps, this.now);
    try {
      for (const step of steps) warnings.push(...this.#take(step));
    } catch (error) {
      throw error instanceof ChangedOnDisk ? error : this.partly(error);
    }
    this.#finished = true;
    return { ...outcome, backups: this.backups, entries: this.entries };
  }

  /** A failure after the first step says what is written, because a log line would be added again by repeating. */
  partly(error: unknown): unknown {
    const { applied } = this;
    if (!(error instanceof GateError) || applied.size === 0) return error;
    const hint =
      `${error.hint ?? ""} ${[...applied.keys()].join(", ")} is written already; run the command again to finish, without its log lines.`.trim();
    return new GateError(error.code, error.message, { path: error.path, hint, cause: error });
  }

  async close(): Promise<void> {
    try {
      this.#intent.close(this.#finished);
      if (this.applied.size > 0) await fillCache(this.gate, this.applied);
    } finally {
      for (const held of this.#locks.values()) held.release();
    }
  }

  /** Takes a step, and lets the record know whether anything was changed. */
  #take(step: Step | DocumentStep): string[] {
    const { applied } = this;
    if (step.kind === "write" && isSameBytes(step.bytes, step.expected)) return [];
    const replaced = () => {
      if ("snapshot" in step) applied.set(step.path, step);
    };
    try {
      const warnings = applyStep(this, step.kind === "write" ? { ...step, replaced } : step);
      this.#intent.took(step);
      return warnings;
    } catch (error) {
      this.#intent.failed(step, applied);
      throw error;
    }
  }
}
