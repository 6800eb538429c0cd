/**
 * The one write path. Nothing in the state tree is written but through here.
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
 */

import { GateError } from "../../base/errors.ts";
import { isSameBytes } from "../../base/same.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { acquireLock, type Lock } from "../../files/lock/lock.ts";
import { readFile } from "../../files/read/read.ts";
import { ChangedOnDisk } from "../../files/replace/replace.ts";
import type { Diagnostic } from "../../rules/rule.ts";
import { decode, encode, revisionOf, type Source } from "../../text/source.ts";
import { type Gate, type Operation, STATE_PATH, type WriteOptions } from "../gate.ts";
import type { Outcome, Written } from "../outcome.ts";
import { remember } from "../view/cache-fill.ts";
import {
  readState,
  readWork,
  requireSound,
  type Snapshot,
  type StateSnapshot,
  type WorkSnapshot,
} from "../view/read.ts";
import { Intent } from "./intent-log.ts";
import { MAX_ATTEMPTS, overtaken } from "./post-write.ts";
import { type Application, type Applied, apply, type Step, type WriteStep } from "./steps.ts";
import { diagnose, requireValid, textOf } from "./validate.ts";

/** Milliseconds, multiplied by the number of the attempt. */
const RETRY_PAUSE = 5;

export interface Transaction {
  readonly now: number;
  readState(): Promise<StateSnapshot>;
  readWork(path: string): Promise<WorkSnapshot>;
  /** Stages the new text of a document that was read. `mending` skips the check of what is there. */
  write(snapshot: Snapshot<{ readonly source: Source }>, text: string, options?: { readonly mending?: boolean }): void;
  /** Stages a copy beside the document, made before the steps that are staged after it. */
  backUp(snapshot: Snapshot<unknown>): void;
  /**
   * Stages what a history entry kept: these bytes, or no document where there was
   * none. They are not checked: what stood there once may stand there again.
   */
  restore(snapshot: Snapshot<unknown>, bytes: Uint8Array | undefined, entry: string): void;
  /** What the rules say about a text in the place of a document. */
  check(path: string, text: string): Promise<readonly Diagnostic[]>;
  /** Stages a move to a name that must be free. */
  move(from: string, to: string): void;
  warn(message: string): void;
}

/** Runs `body` until what it read is still true when it is written, at most 20 times. */
export async function transact<T>(
  gate: Gate,
  given: string | Operation,
  options: WriteOptions,
  body: (transaction: Transaction) => Promise<T>,
): Promise<Outcome<T>> {
  // The moment counts from when the lock is held: who waited longer is later.
  let moment: number | undefined;
  const now = () => (moment ??= gate.clock());
  const described = typeof given === "string" ? { name: given } : given;
  const operation = described.name;
  const intent = new Intent(gate, described);
  let finished = false;
  const applied = new Map<string, Applied>();
  const backups: string[] = [];
  const entries: string[] = [];
  const locks = new Map<string, Lock>();
  const lock = async (path: string) => {
    if (options.dryRun || locks.has(path)) return;
    if (locks.size === 0) ensureGateFolder(gate.project);
    const timeoutMs = gate.lockTimeout;
    locks.set(path, await acquireLock(gate.project, path, { timeoutMs, command: `gate ${operation}` }));
  };
  try {
    for (let attempt = 1; ; attempt++) {
      const steps: Step[] = [];
      const warnings: string[] = [];
      const value = await body({
        get now() {
          return now();
        },
        async readState() {
          await lock(STATE_PATH);
          const snapshot = await readState(gate);
          const held = locks.get(STATE_PATH);
          if (held) intent.attach(held, snapshot.revision);
          requireMatch(snapshot, options);
          return snapshot;
        },
        async readWork(path) {
          await lock(path);
          const snapshot = await readWork(gate, path);
          const own = applied.get(path);
          return own && isSameBytes(own.bytes, snapshot.bytes) ? (own.snapshot as WorkSnapshot) : snapshot;
        },
        write(snapshot, text, { mending = false } = {}) {
          if (!mending) requireSound(snapshot);
          const source = snapshot.document?.source;
          // What could not be decoded reads as U+FFFD, and is mended by writing that.
          if (source?.text === text && source.invalidAt === undefined) return;
          const bytes = encode(snapshot.document?.source ?? { bom: false }, text);
          steps.push({ kind: "write", snapshot, bytes, text });
        },
        backUp: (snapshot) => void steps.push({ kind: "backup", snapshot }),
        restore(snapshot, bytes, restores) {
          if (bytes === undefined) steps.push({ kind: "remove", snapshot, restores });
          else steps.push({ kind: "write", snapshot, bytes, text: decode(bytes).text, restores });
        },
        check: (path, text) => diagnose(gate, path, new TextEncoder().encode(text), now()),
        move(from, to) {
          const staged = steps.filter(isWrite).findLast((step) => step.snapshot.path === from);
          const current = staged?.bytes ?? loadBytes(gate, from);
          steps.push({ kind: "move", from, to, bytes: current });
        },
        warn: (message) => warnings.push(message),
      });
      for (const step of steps.filter(isWrite)) {
        if (step.restores === undefined) await requireValid(gate, operation, step, now());
      }
      const done = {
        value,
        written: steps.filter(isWrite).map(describe),
        moved: steps.flatMap((step) => (step.kind === "move" ? [{ from: step.from, to: step.to }] : [])),
        removed: steps.flatMap((step) => (step.kind === "remove" ? [describeRemoved(step)] : [])),
        backups,
        entries,
        warnings,
      };
      if (options.dryRun) return done;
      intent.begin(steps, now());
      try {
        for (const step of steps) {
          warnings.push(...take(intent, { gate, operation, locks, applied, backups, entries, now: now() }, step));
        }
        finished = true;
        return done;
      } catch (error) {
        if (!(error instanceof ChangedOnDisk)) throw partly(error, applied);
        if (attempt === MAX_ATTEMPTS) throw partly(overtaken(operation, error), applied);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * RETRY_PAUSE * attempt));
      }
    }
  } finally {
    try {
      intent.close(finished);
      if (applied.size > 0) await remember(gate, applied);
    } finally {
      for (const held of locks.values()) held.release();
    }
  }
}

/** Takes a step, and lets the record know whether anything was changed. */
function take(intent: Intent, application: Application, step: Step): string[] {
  try {
    const said = apply(application, step);
    intent.took(step);
    return said;
  } catch (error) {
    intent.failed(step, application.applied);
    throw error;
  }
}

/** A failure after the first step says what is written, because a log line would be added again by repeating. */
function partly(error: unknown, applied: ReadonlyMap<string, Applied>): unknown {
  if (!(error instanceof GateError) || applied.size === 0) return error;
  const hint =
    `${error.hint ?? ""} ${[...applied.keys()].join(", ")} is written already; run the command again to finish, without its log lines.`.trim();
  return new GateError(error.code, error.message, { path: error.path, hint, cause: error });
}

/** `CONFLICT` where the document does not have the revision that the write was meant for. */
export function requireMatch(snapshot: Snapshot<unknown>, { ifMatch }: WriteOptions): void {
  if (ifMatch === undefined || snapshot.revision === ifMatch) return;
  throw new GateError(
    "CONFLICT",
    `Cannot write ${snapshot.path}: its revision is ${snapshot.revision ?? "none, it is missing"}, not ${ifMatch}`,
    {
      path: snapshot.path,
      hint: `Read the document again with \`${readerOf(snapshot.path)} --json\` and decide anew.`,
    },
  );
}

function readerOf(path: string): string {
  return path === STATE_PATH ? "gate status" : `gate verify ${/(\d*)\.md$/.exec(path)?.[1]}`;
}

function isWrite(step: Step): step is WriteStep {
  return step.kind === "write";
}

function describe(step: WriteStep): Written {
  return {
    path: step.snapshot.path,
    size: step.bytes.length,
    revision: revisionOf(step.bytes),
    before: textOf(step.snapshot),
    after: step.text,
  };
}

function describeRemoved({ snapshot }: Step & { kind: "remove" }): { path: string; before: string } {
  return { path: snapshot.path, before: textOf(snapshot) ?? "" };
}

function loadBytes(gate: Gate, path: string): Uint8Array {
  const file = readFile(gate.project, path);
  if (file.kind === "file") return file.bytes;
  throw new GateError("NOT_FOUND", `Cannot move ${path}: it is not there`, { path });
}
