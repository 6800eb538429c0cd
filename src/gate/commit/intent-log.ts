/**
 * What a transaction says before its first step, so that it can be named should it
 * be interrupted between two.
 *
 * There is one record, and it is guarded by the lock of the state document: who
 * does not hold that says nothing. A record that is found was left by somebody who
 * died or gave up. It goes when what it names is finished, by the same command or
 * because only the record itself was left, or when it is superseded: `start`,
 * `done` and whatever else decides what the active work is decide it for what was
 * interrupted before as well. `save` decides nothing, and may come from a hook
 * that nobody watches; a `start` that was interrupted before it stays named, and
 * the `save` goes without a record of its own, because first things come first.
 */
import { GateError } from "../../base/errors.ts";
import { formatTime } from "../../base/time.ts";
import type { Lock } from "../../files/lock/lock.ts";
import { exists } from "../../files/read/read.ts";
import { hasIntent, type IntentFound, readIntent, removeIntent, writeIntent } from "../../files/record/intent-log.ts";
import { revisionOf } from "../../text/source.ts";
import { type Gate, type Operation, STATE_PATH } from "../gate.ts";
import { isFinished } from "../view/interrupted.ts";
import type { Applied } from "./document-step.ts";
import type { Step } from "./steps.ts";

/** Operations that leave what the active work is as it is. */
const DECIDE_NOTHING: ReadonlySet<string> = new Set(["save", "check --fix", "init", "init --adopt"]);

/** The record of one transaction. */
export class Intent {
  readonly #gate: Gate;
  readonly #operation: Operation;
  #lock: Lock | undefined;
  #written = false;
  /** The record that was there before. */
  #earlier: Uint8Array | undefined;
  #changed = false;

  constructor(gate: Gate, operation: Operation) {
    this.#gate = gate;
    this.#operation = operation;
  }

  /** From here on the lock of the state document, which has this revision, is held. */
  attach(lock: Lock, revision: string | undefined): void {
    if (this.#lock) return;
    this.#lock = lock;
    const left = this.#leftover();
    if (left && isFinished(left, revision)) removeIntent(this.#gate.project);
  }

  /** Says what comes. A single step is done or not done, so there is nothing to say of it. */
  begin(steps: readonly Step[], now: number): void {
    const lock = this.#lock;
    if (!lock || steps.filter(({ kind }) => kind !== "backup").length < 2) return;
    if (!this.#written) {
      const left = this.#leftover();
      if (left && !this.#supersedes(left)) return;
      this.#earlier = left?.kind === "record" ? left.bytes : undefined;
    }
    const last = steps.at(-1)!;
    const revision = last.kind === "write" && last.path === STATE_PATH ? { revision: revisionOf(last.bytes) } : {};
    const record = {
      command: this.#command(),
      timestamp: formatTime(now),
      paths: [...new Set(steps.flatMap(pathsOf))],
      ...revision,
      lock: lock.token,
    };
    this.#written = writeIntent(this.#gate.project, record) || this.#written;
  }

  /** Says that a step was taken. */
  took(step: Step): void {
    if (step.kind !== "backup") this.#changed = true;
  }

  /** Says that a step failed; it may have come half-way. */
  failed(step: Step, applied: ReadonlyMap<string, Applied>): void {
    if (step.kind === "write" && applied.has(step.path)) this.#changed = true;
    if (step.kind === "move" && mayBeThere(this.#gate, step.to)) this.#changed = true;
  }

  /** Leaves the record as it must be, while the lock is still held. */
  close(finished: boolean): void {
    if (!this.#lock?.isHeld()) return;
    const { project } = this.#gate;
    if (finished) {
      const left = this.#leftover();
      if (left && (this.#written || this.#supersedes(left))) removeIntent(project);
    } else if (this.#written && !this.#changed) {
      if (this.#earlier) writeIntent(project, this.#earlier);
      else removeIntent(project);
    }
  }

  #command(): string {
    return `gate ${this.#operation.words ?? this.#operation.name}`;
  }

  #leftover(): IntentFound | undefined {
    const { project } = this.#gate;
    return hasIntent(project) ? readIntent(project) : undefined;
  }

  #supersedes(left: IntentFound): boolean {
    if (!DECIDE_NOTHING.has(this.#operation.name)) return true;
    return left.kind === "record" && left.intent.command === this.#command();
  }
}

function pathsOf(step: Step): readonly string[] {
  return step.kind === "move" ? [step.from, step.to] : [step.path];
}

function mayBeThere({ project }: Gate, path: string): boolean {
  try {
    return exists(project, path);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return true;
  }
}
