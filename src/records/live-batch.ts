/**
 * A batch of which features end one after the other: for who ends many of a long one,
 * and cannot read all of it at each.
 */
import type { BatchChange } from "./batch-change.ts";
import type { Batch, BatchFigures, BatchState, Failure, FeatureClaim, Skip } from "./batch-state.ts";

type End = BatchChange & { readonly kind: "completed" | "failed" | "skipped" | "withdrawn" };

export class LiveBatch {
  readonly #batch: Batch;
  readonly #completed: Set<number>;
  readonly #failed: Map<number, Failure>;
  readonly #skipped: Map<number, Skip>;
  readonly #claims: Map<number, FeatureClaim>;
  #figures: BatchFigures;

  constructor(batch: Batch) {
    this.#batch = batch;
    this.#completed = new Set(batch.completed);
    this.#failed = new Map(batch.failed);
    this.#skipped = new Map(batch.skipped);
    this.#claims = new Map(batch.claims);
    this.#figures = batch;
  }

  /** The batch as it is after what was done so far; good until the next change. */
  state(): BatchState {
    const { status, currentIndex, updatedAt, tokens, clears, tokensBeforeClear, pausedAt } = this.#figures;
    const { consecutiveFailures, remaining, totalRetries, firstOpen } = this.#figures;
    const { id, total, featureAt, order, dependencies, retries } = this.#batch;
    return {
      ...{ id, total, featureAt, order, dependencies, retries },
      ...{ status, currentIndex, updatedAt, tokens, clears, tokensBeforeClear, pausedAt },
      ...{ consecutiveFailures, remaining, totalRetries, firstOpen },
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
      if (change.kind === "figures") this.#figures = { ...this.#figures, ...change.figures };
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
    let { firstOpen, remaining } = this.#figures;
    remaining += by;
    firstOpen = by > 0 ? Math.min(firstOpen, index) : firstOpen;
    while (firstOpen < this.#batch.total && this.#isProcessed(firstOpen)) firstOpen++;
    this.#figures = { ...this.#figures, remaining, firstOpen };
  }

  #isProcessed(index: number): boolean {
    return this.#completed.has(index) || this.#failed.has(index) || this.#skipped.has(index);
  }
}

function isEnd(change: BatchChange): change is End {
  const { kind } = change;
  return kind === "completed" || kind === "failed" || kind === "skipped" || kind === "withdrawn";
}
