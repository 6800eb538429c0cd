/**
 * A batch that several machines work on: rows under keys instead of one text.
 *
 * | key | value |
 * |---|---|
 * | `batch` | what changes and is one value for the whole batch |
 * | `about` | what does not change |
 * | `feature:<index>` | a feature, and all that is known of it |
 * | `processed:<n>` | 1,024 features, a bit for each that needs no more work, as hexadecimal digits |
 * | `clear:<n>` | one clearing of the context |
 *
 * A change reads and writes the row of its feature, the bits it is among and `batch`,
 * however many features there are. Which rows an operation needs it says itself, by
 * asking: what is not loaded is named by `NotLoaded`, and the operation is run again.
 */
import { type BatchChange, FIGURE_KEYS, instant, type StoredFigures } from "./batch-change.ts";
import type { BatchState, Lookup } from "./batch-state.ts";
import {
  ABOUT_FEATURE,
  claimIn,
  DamagedRow,
  type FeatureRow,
  figuresOf,
  type HeadRow,
  readFeatureRow,
  readHeadRow,
} from "./shared-rows.ts";

export const HEAD = "batch";
export const ABOUT = "about";
const CHUNK = 1024;
/** How many rows are asked for at once by who looks at one after the other. */
const AHEAD = 32;

/** Rows that an operation needs and that are not there yet. */
export class NotLoaded extends Error {
  override readonly name = "NotLoaded";
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    super(`not loaded: ${keys.join(", ")}`);
    this.keys = keys;
  }
}

export function featureKey(index: number): string {
  return `feature:${index}`;
}

export function clearKey(number: number): string {
  return `clear:${number}`;
}

/** The rows that a change of this feature needs in any case. */
export function keysAbout(index: number): readonly string[] {
  return [featureKey(index), processedKey(index)];
}

function processedKey(index: number): string {
  return `processed:${Math.floor(index / CHUNK)}`;
}

/** The batch as far as its rows are loaded; changes are made to it, and `writes` are what they come to. */
export class SharedBatch {
  readonly #found: ReadonlyMap<string, string>;
  readonly #loaded: ReadonlySet<string>;
  readonly #oneClock: boolean;
  readonly #head: HeadRow;
  readonly #features = new Map<number, FeatureRow>();
  readonly #written = new Map<string, unknown>();

  /**
   * Of the keys that were `loaded`, `found` has the JSON of those that are there; `batch` must
   * be. `oneClock` says that all who use the batch go by the same one.
   */
  constructor(found: ReadonlyMap<string, string>, loaded: ReadonlySet<string>, oneClock = false) {
    this.#found = found;
    this.#loaded = loaded;
    this.#oneClock = oneClock;
    this.#head = readHeadRow(found, HEAD);
  }

  /** The batch as it is after the changes that were made to it so far. */
  state(): BatchState {
    return {
      id: this.#head.batch_id,
      ...figuresOf(this.#head),
      featureAt: (index) => this.#feature(index).feature,
      indicesOf: (feature) => this.#indices().filter((index) => this.#feature(index).feature === feature),
      isProcessed: (index) => this.#isProcessed(index),
      completed: { has: (index) => this.#feature(index).status === "completed" },
      failed: this.#lookup(ABOUT_FEATURE.failed),
      skipped: this.#lookup(ABOUT_FEATURE.skipped),
      retries: this.#lookup(ABOUT_FEATURE.retries),
      claims: this.#lookup((index, row) => claimIn(row, index, this.#oneClock)),
      order: [],
      dependencies: new Map(),
    };
  }

  apply(changes: readonly BatchChange[]): void {
    for (const change of changes) this.#apply(change);
  }

  /** What changed, by key, as JSON. */
  writes(): ReadonlyMap<string, string> {
    return new Map([...this.#written].map(([key, value]) => [key, JSON.stringify(value)]));
  }

  #apply(change: BatchChange): void {
    const head = this.#head;
    if (change.kind === "figures") {
      for (const [name, value] of Object.entries(change.figures)) {
        Object.assign(head, { [FIGURE_KEYS[name as keyof StoredFigures]]: value ?? null });
      }
      this.#written.set(HEAD, head);
      return;
    }
    if (change.kind === "cleared") {
      const { index, tokens, timestamp } = change;
      const event = { feature_index: index, context_tokens_before_clear: tokens, timestamp };
      this.#written.set(clearKey(this.#head.auto_clear_count), event);
      return;
    }
    if (change.kind === "set") return;
    const { index } = change;
    const row = this.#feature(index);
    switch (change.kind) {
      case "completed":
        row.status = "completed";
        break;
      case "failed":
        Object.assign(row, { status: "failed", error_message: change.error, timestamp: change.timestamp });
        if (change.retryCount !== undefined) row.retry_count = change.retryCount;
        break;
      case "skipped": {
        const { reason, category, timestamp } = change;
        Object.assign(row, { status: "skipped", reason, category, timestamp });
        break;
      }
      case "withdrawn":
        row.status = "pending";
        for (const key of ["error_message", "reason", "category", "timestamp", "retry_count"] as const) delete row[key];
        break;
      case "claimed":
        row.claim = { worker: change.worker, claimed_at: instant(change.at), expires_at: instant(change.expires) };
        break;
      case "extended":
        if (row.claim) row.claim.expires_at = instant(change.expires);
        break;
      case "released":
        delete row.claim;
        break;
      case "retried":
        head.total_retries += change.count - (row.retry_attempts ?? 0);
        row.retry_attempts = change.count;
        this.#written.set(HEAD, head);
        break;
      case "git":
        row.git_operations = { ...row.git_operations, [change.operation]: change.about };
    }
    this.#written.set(featureKey(index), row);
    if (change.kind === "withdrawn") this.#count(index, change.from, -1);
    if (change.kind === "completed" || change.kind === "failed" || change.kind === "skipped") {
      this.#count(index, change.kind, 1);
    }
  }

  #count(index: number, kind: "completed" | "failed" | "skipped", by: 1 | -1): void {
    this.#head.counts[kind] += by;
    this.#written.set(HEAD, this.#head);
    const key = processedKey(index);
    const at = digitAt(index);
    const digits = this.#digits(index).padEnd(at + 1, "0");
    const digit = Number.parseInt(digits[at]!, 16);
    const changed = by === 1 ? digit | bitOf(index) : digit & ~bitOf(index);
    this.#written.set(key, digits.slice(0, at) + changed.toString(16) + digits.slice(at + 1));
  }

  #isProcessed(index: number): boolean {
    return (Number.parseInt(this.#digits(index)[digitAt(index)] ?? "0", 16) & bitOf(index)) !== 0;
  }

  #digits(index: number): string {
    const key = processedKey(index);
    const written = this.#written.get(key);
    if (typeof written === "string") return written;
    if (!this.#loaded.has(key)) {
      const starts = Array.from({ length: AHEAD }, (_, ahead) => index + ahead * CHUNK);
      throw new NotLoaded(starts.filter((start) => start < this.#head.total_features).map(processedKey));
    }
    const digits = /^"([\da-f]*)"$/.exec(this.#found.get(key) ?? '""')?.[1];
    // Read as nothing, all that is done would be given out again.
    if (digits === undefined) throw new DamagedRow(`${key} is no text of hexadecimal digits`);
    return digits;
  }

  /** Every index, once all features are loaded. */
  #indices(): readonly number[] {
    const indices = Array.from({ length: this.#head.total_features }, (_, index) => index);
    const missing = indices.map(featureKey).filter((key) => !this.#loaded.has(key));
    if (missing.length > 0) throw new NotLoaded(missing);
    return indices;
  }

  #feature(index: number): FeatureRow {
    const known = this.#features.get(index);
    if (known) return known;
    const key = featureKey(index);
    if (!this.#loaded.has(key)) throw new NotLoaded(this.#openFrom(index).map(featureKey));
    const row = readFeatureRow(this.#found, key);
    this.#features.set(index, row);
    return row;
  }

  /** The feature and those after it that are open, as far as is known without loading more. */
  #openFrom(first: number): number[] {
    const open = [first];
    const end = Math.min(this.#head.total_features, (Math.floor(first / CHUNK) + 1) * CHUNK);
    if (!this.#loaded.has(processedKey(first))) return open;
    for (let index = first + 1; index < end && open.length < AHEAD; index++) {
      if (!this.#isProcessed(index)) open.push(index);
    }
    return open;
  }

  #lookup<T>(read: (index: number, row: FeatureRow) => T | undefined): Lookup<T> {
    const get = (index: number) => read(index, this.#feature(index));
    return { get, has: (index) => get(index) !== undefined, values: () => [] };
  }
}

function digitAt(index: number): number {
  return Math.floor((index % CHUNK) / 4);
}

function bitOf(index: number): number {
  return 1 << (index % 4);
}
