/**
 * A batch of which features end one after the other: for who ends many of a long one,
 * and cannot read all of it at each.
 */
import type { BatchChange } from "./batch-change.ts";
import type { Batch, BatchState, Failure, FeatureClaim, Skip } from "./batch-state.ts";

type End = BatchChange & { readonly kind: "completed" | "failed" | "skipped" | "withdrawn" };

export class LiveBatch {
  /** With the figures as they are after what was done so far. */
  #batch: Batch;
  readonly #completed: Set<number>;
  readonly #failed: Map<number, Failure>;
  readonly #skipped: Map<number, Skip>;
  readonly #claims: Map<number, FeatureClaim>;

  constructor(batch: Batch) {
    this.#batch = batch;
    this.#completed = new Set(batch.completed);
    this.#failed = new Map(batch.failed);
    this.#skipped = new Map(batch.skipped);
    this.#claims = new Map(batch.claims);
  }

  /** The batch as it is after what was done so far; good until the next change. */
  state(): BatchState {
    return {
      ...this.#batch,
      isProcessed: (index) => this.#isProcessed(index),
      completed: this.#completed,
      failed: this.#failed,
      skipped: this.#skipped,
      claims: this.#claims,
    };
  }

  /** Does what the end of a feature comes to; other changes mean nothing here. */
  apply(changes: readonly BatchChange[]): void {
    for (const change of changes) {
      if (change.kind === "figures") this.#batch = { ...this.#batch, ...change.figures };
      else if (change.kind === "released") this.#claims.delete(change.index);
      else if (isEnd(change)) this.#end(change);
    }
  }

  #end(change: End): void {
    const { index } = change;
    const before = this.#isProcessed(index);
    if (change.kind === "completed") this.#completed.add(index);
    else if (change.kind === "failed") this.#failed.set(index, change);
    else if (change.kind === "skipped") this.#skipped.set(index, change);
    else (change.from === "failed" ? this.#failed : this.#skipped).delete(index);
    const by = Number(before) - Number(this.#isProcessed(index));
    let { firstOpen } = this.#batch;
    if (by > 0) firstOpen = Math.min(firstOpen, index);
    while (this.#isProcessed(firstOpen)) firstOpen++;
    this.#batch = { ...this.#batch, remaining: this.#batch.remaining + by, firstOpen };
  }

  #isProcessed(index: number): boolean {
    return this.#completed.has(index) || this.#failed.has(index) || this.#skipped.has(index);
  }
}

function isEnd(change: BatchChange): change is End {
  const { kind } = change;
  return kind === "completed" || kind === "failed" || kind === "skipped" || kind === "withdrawn";
}
