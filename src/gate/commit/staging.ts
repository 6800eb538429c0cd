/** What one attempt of an operation reads, and what it wants to become of that; nothing here writes. */
import { GateError } from "../../base/errors.ts";
import { revisionOnce } from "../../base/revision.ts";
import { isSameBytes } from "../../base/same.ts";
import { readFile } from "../../files/read/read.ts";
import { type ReadDocument, writeDocument } from "../../pipeline/processor.ts";
import type { Edit } from "../../text/edit.ts";
import { decode, encode } from "../../text/source.ts";
import { type Gate, STATE_PATH, type WriteOptions } from "../gate.ts";
import type { Outcome, Written } from "../outcome.ts";
import {
  type AnyDocument,
  isReplaced,
  judge,
  readState,
  readWork,
  requireSound,
  type Snapshot,
  type StateSnapshot,
  type WorkSnapshot,
} from "../view/read.ts";
import type { Applied, DocumentStep } from "./document-step.ts";
import type { Origins } from "./origins.ts";
import type { Step } from "./steps.ts";
import { requireMatch, requireValid } from "./validate.ts";

/** How an operation reads and says what it wants. */
export interface Transaction {
  readonly now: number;
  readState(): Promise<StateSnapshot>;
  readWork(path: string): Promise<WorkSnapshot>;
  /** Says that what is written may come from this document as well, which is not read here; `said` is what another tool's file says. */
  cite(path: string, said?: string): void;
  /** Stages what becomes of a document that was read: `document` with edits. `mending` skips the check of what is there. */
  write(snapshot: Snapshot<AnyDocument>, change: Change, options?: { readonly mending?: boolean }): void;
  /** Stages a copy beside the document, made before the steps that are staged after it. */
  backUp(snapshot: Snapshot<unknown>): void;
  /** Stages bytes as they are, checked as any others. */
  put(snapshot: Snapshot<AnyDocument>, bytes: Uint8Array): void;
  /**
   * Stages what a version has: these bytes, or no document where there was none. They
   * are not checked: what stood there once may stand there again.
   */
  restore(snapshot: Snapshot<AnyDocument>, bytes: Uint8Array | undefined, version: string): void;
  /** What bytes would be in the place of a document, and what the rules would say of them. */
  judge(path: string, bytes: Uint8Array): Promise<ReadDocument<AnyDocument>>;
  /** Stages a move to a name that must be free. */
  move(from: string, to: string): void;
  /** What is to be done once all is found in order and before anything is written, such as asking whether it may be. */
  before(act: () => Promise<void>): void;
  warn(message: string): void;
}

/** A document, new or read, and the edits that make of it what shall be written. */
export interface Change {
  readonly document: AnyDocument;
  readonly edits?: readonly Edit[];
}

/** What an attempt knows of the operation that it belongs to. */
export interface Ground {
  readonly gate: Gate;
  readonly operation: string;
  readonly options: WriteOptions;
  /** The moment of the operation: when it had its first lock. */
  readonly now: number;
  /** What earlier attempts have written. */
  readonly applied: ReadonlyMap<string, Applied>;
  /** Told of each document that is read. */
  readonly origins: Origins;
  lock(path: string): Promise<void>;
  /** Told when the state document is read under its lock. */
  attach(snapshot: StateSnapshot): void;
}

/** The steps of one attempt, in the making. */
export class Staging implements Transaction {
  readonly steps: (Step | DocumentStep)[] = [];
  readonly warnings: string[] = [];
  readonly acts: (() => Promise<void>)[] = [];
  readonly #removed: { readonly path: string; readonly before: string }[] = [];
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get now(): number {
    return this.#ground.now;
  }

  async readState(): Promise<StateSnapshot> {
    const { gate, options } = this.#ground;
    await this.#ground.lock(STATE_PATH);
    const snapshot = await readState(gate);
    this.#ground.attach(snapshot);
    this.#ground.origins.note(snapshot);
    requireMatch(snapshot, options);
    return snapshot;
  }

  cite(path: string, said?: string): void {
    this.#ground.origins.cite(path, said);
  }

  async readWork(path: string): Promise<WorkSnapshot> {
    const { gate, applied } = this.#ground;
    await this.#ground.lock(path);
    const snapshot = await readWork(gate, path);
    this.#ground.origins.note(snapshot);
    // What an earlier attempt has written is taken as it stood before, so that nothing is added twice.
    const own = applied.get(path);
    return own && isSameBytes(own.bytes, snapshot.bytes) ? (own.snapshot as WorkSnapshot) : snapshot;
  }

  write(snapshot: Snapshot<AnyDocument>, change: Change, { mending = false } = {}): void {
    if (!mending) this.#requireSound(snapshot);
    const text = textOf(change);
    const source = snapshot.document?.source;
    // What could not be decoded reads as U+FFFD, and is mended by writing that.
    if (source?.text === text && source.invalidAt === undefined) return;
    this.#stage(snapshot, { bytes: encode(source ?? { bom: false }, text), text });
  }

  backUp({ path }: Snapshot<unknown>): void {
    this.steps.push({ kind: "backup", path });
  }

  put(snapshot: Snapshot<AnyDocument>, bytes: Uint8Array): void {
    this.#stage(snapshot, { bytes, text: decode(bytes).text });
  }

  restore(snapshot: Snapshot<AnyDocument>, bytes: Uint8Array | undefined, restores: string): void {
    if (bytes) this.#stage(snapshot, { bytes, text: decode(bytes).text, restores });
    else {
      this.steps.push({ kind: "remove", path: snapshot.path, expected: snapshot.bytes, restores });
      this.#removed.push({ path: snapshot.path, before: snapshot.document?.text ?? "" });
    }
  }

  async judge(path: string, bytes: Uint8Array): Promise<ReadDocument<AnyDocument>> {
    const { gate, now } = this.#ground;
    return await judge({ ...gate, clock: () => now }, path, bytes);
  }

  move(from: string, to: string): void {
    const staged = this.writes().findLast(({ path }) => path === from);
    this.steps.push({ kind: "move", from, to, bytes: staged?.bytes ?? bytesAt(this.#ground.gate, from) });
  }

  before(act: () => Promise<void>): void {
    this.acts.push(act);
  }

  warn(message: string): void {
    this.warnings.push(message);
  }

  /** The documents that would be written. */
  writes(): readonly DocumentStep[] {
    return this.steps.filter((step): step is DocumentStep => step.kind === "write");
  }

  /** Checks all that would be written; `INVALID_RESULT` where it must not be. */
  async validate(): Promise<void> {
    const { gate, operation, now } = this.#ground;
    for (const step of this.writes()) {
      if (step.restores !== undefined) continue;
      const document = await requireValid(gate, operation, step, now);
      this.steps[this.steps.indexOf(step)] = { ...step, document };
    }
  }

  /** What comes of it if it is done. */
  outcomeOf<T>(value: T): Outcome<T> {
    const moved = this.steps.flatMap((step) => (step.kind === "move" ? [{ from: step.from, to: step.to }] : []));
    const written = this.writes().map(describe);
    return { value, written, moved, removed: this.#removed, backups: [], entries: [], warnings: this.warnings };
  }

  #requireSound(snapshot: Snapshot<AnyDocument>): void {
    requireSound(snapshot);
    const ahead = snapshot.diagnostics.find((each) => each.severity === "error" && isReplaced(snapshot, each));
    if (ahead) this.warn(`${snapshot.path}: the time in Last Updated had not come yet, and is replaced by this one`);
    // What is written now is the newest again, and nothing will say any more that a newer one was thrown away.
    const behind = snapshot.exists && snapshot.diagnostics.find(({ rule }) => rule === "rolled-back");
    if (behind) this.warn(`${snapshot.path}: ${behind.message}`);
  }

  #stage(snapshot: Snapshot<AnyDocument>, what: Pick<DocumentStep, "bytes" | "text" | "restores">): void {
    const { path } = snapshot;
    const own = this.#ground.applied.get(path);
    const expected = own?.snapshot === snapshot ? own.bytes : snapshot.bytes;
    this.steps.push({ kind: "write", path, snapshot, expected, ...what });
  }
}

function textOf({ document, edits = [] }: Change): string {
  return edits.length === 0 ? document.text : writeDocument(document, edits);
}

function describe({ path, snapshot, bytes, text, document }: DocumentStep): Written {
  const before = snapshot.document?.text;
  return {
    path,
    size: bytes.length,
    revision: revisionOnce(bytes),
    before,
    after: text,
    ...(document && { document }),
  };
}

function bytesAt(gate: Gate, path: string): Uint8Array {
  const file = readFile(gate.project, path);
  if (file.kind === "file") return file.bytes;
  throw new GateError("NOT_FOUND", `Cannot move ${path}: it is not there`, { path });
}
