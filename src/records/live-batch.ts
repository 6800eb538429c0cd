/** A batch that changes in place: for who makes many changes to a long one, and cannot read all of it at each. */
import type { BatchChange } from "./batch-change.ts";
import type { Batch, BatchFigures, BatchState, Failure, FeatureClaim, Skip } from "./batch-state.ts";

export class LiveBatch {
  readonly #batch: Batch;
  readonly #completed: Set<number>;
  readonly #failed: Map<number, Failure>;
  readonly #skipped: Map<number, Skip>;
  readonly #claims: Map<number, FeatureClaim>;
  readonly #retries: Map<number, number>;
  #figures: BatchFigures;

  constructor(batch: Batch) {
    this.#batch = batch;
    this.#completed = new Set(batch.completed);
    this.#failed = new Map(batch.failed);
    this.#skipped = new Map(batch.skipped);
    this.#claims = new Map(batch.claims);
    this.#retries = new Map(batch.retries);
    this.#figures = batch;
  }

  /** The batch as it is after the changes that were made to it so far; good until the next one. */
  state(): BatchState {
    const { status, currentIndex, updatedAt, tokens, clears, tokensBeforeClear, pausedAt } = this.#figures;
    const { consecutiveFailures, remaining, totalRetries, firstOpen } = this.#figures;
    const { id, total, featureAt, order, dependencies } = this.#batch;
    return {
      ...{ id, total, featureAt, order, dependencies },
      ...{ status, currentIndex, updatedAt, tokens, clears, tokensBeforeClear, pausedAt },
      ...{ consecutiveFailures, remaining, totalRetries, firstOpen },
      isProcessed: (index) => this.#isProcessed(index),
      completed: this.#completed,
      failed: this.#failed,
      skipped: this.#skipped,
      claims: this.#claims,
      retries: this.#retries,
    };
  }

  apply(changes: readonly BatchChange[]): void {
    for (const change of changes) this.#apply(change);
  }

  #apply(change: BatchChange): void {
    switch (change.kind) {
      case "completed":
      case "failed":
      case "skipped":
      case "withdrawn":
        this.#end(change);
        return;
      case "claimed":
        this.#claims.set(change.index, change);
        return;
      case "extended": {
        const claim = this.#claims.get(change.index);
        if (claim) this.#claims.set(change.index, { ...claim, expires: change.expires });
        return;
      }
      case "released":
        this.#claims.delete(change.index);
        return;
      case "retried": {
        const more = change.count - (this.#retries.get(change.index) ?? 0);
        this.#retries.set(change.index, change.count);
        this.#figures = { ...this.#figures, totalRetries: this.#figures.totalRetries + more };
        return;
      }
      case "figures":
        this.#figures = { ...this.#figures, ...change.figures };
    }
  }

  #end(change: BatchChange & { readonly kind: "completed" | "failed" | "skipped" | "withdrawn" }): void {
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
