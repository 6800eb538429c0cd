/** The operations on a batch as methods, by the names that programs of the origin call. */
import { shouldClear } from "../../records/context.ts";
import { type Gate, openGate } from "../gate.ts";
import type { FeatureReference } from "./batch.ts";
import { cleanUpBatch } from "./cleanup.ts";
import { createBatch } from "./create.ts";
import { completeFeature, failFeature } from "./end.ts";
import { recordClear } from "./pause.ts";
import type { BatchOptions } from "./place.ts";
import type { CreateBatchInput } from "./plan.ts";
import { type SaveBatchInput, saveBatch } from "./set.ts";
import { type BatchReport, batchStatus } from "./status.ts";

/**
 * A batch by the methods of the origin's class: each calls the function that does it, and
 * rejects with the same errors.
 *
 * ```ts
 * const manager = new BatchStateManager("batches/mine.json");
 * await manager.createBatchState(["Add login", "Add logout"]);
 * await manager.updateBatchProgress(0, "completed", 8000);
 * await manager.getNextPendingFeature(); // "Add logout"
 * ```
 */
export class BatchStateManager {
  readonly #gate: Gate;
  readonly #place: BatchOptions;

  /** The record is `path`, relative to the project, and `.claude/batch_state.json` by default; the project is that of the current folder. */
  constructor(path?: string, gate: Gate = openGate()) {
    this.#gate = gate;
    this.#place = path === undefined ? {} : { path };
  }

  /** Begins a batch; `CONFLICT` while one that is not finished is there. */
  async createBatchState(
    features: readonly string[],
    more: Pick<CreateBatchInput, "batchId" | "issues" | "force" | "featuresFile"> = {},
  ): Promise<BatchReport> {
    await createBatch(this.#gate, { ...this.#place, ...more, features });
    return await this.loadBatchState();
  }

  /** The same as `createBatchState`. */
  async createBatch(...given: Parameters<BatchStateManager["createBatchState"]>): Promise<BatchReport> {
    return await this.createBatchState(...given);
  }

  /** Where the batch stands. */
  async loadBatchState(): Promise<BatchReport> {
    return await batchStatus(this.#gate, this.#place);
  }

  /** The same as `loadBatchState`. */
  async loadState(): Promise<BatchReport> {
    return await this.loadBatchState();
  }

  /** Sets keys of the record. */
  async saveBatchState(values: SaveBatchInput["values"]): Promise<void> {
    await saveBatch(this.#gate, { ...this.#place, values });
  }

  /** The same as `saveBatchState`. */
  async saveState(values: SaveBatchInput["values"]): Promise<void> {
    await this.saveBatchState(values);
  }

  /** Records what became of a feature; `error` is what a failed one failed with. */
  async updateBatchProgress(
    index: FeatureReference,
    status: "completed" | "failed",
    tokens = 0,
    error?: string,
  ): Promise<void> {
    const input = { ...this.#place, index, tokens };
    if (status === "failed") await failFeature(this.#gate, { ...input, ...(error !== undefined && { error }) });
    else await completeFeature(this.#gate, input);
  }

  /** Records that the context was cleared at a feature, and how many tokens it held. */
  async recordAutoClearEvent(index: FeatureReference, tokens: number): Promise<void> {
    await recordClear(this.#gate, { ...this.#place, index, tokens });
  }

  /** Whether the estimate of the context has reached 150,000 tokens. */
  async shouldAutoClear(): Promise<boolean> {
    return shouldClear(await this.loadBatchState());
  }

  /** The text of the feature that comes next; `undefined` where none is left. */
  async getNextPendingFeature(): Promise<string | undefined> {
    return (await this.loadBatchState()).next?.feature;
  }

  /** Removes the record; the history keeps its bytes. */
  async cleanupBatchState(): Promise<void> {
    await cleanUpBatch(this.#gate, this.#place);
  }
}
