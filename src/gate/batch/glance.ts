/**
 * The running batch at a glance, for a line of a brief.
 *
 * Read without the checks of `loadBatch`, which cost more than everything else a
 * brief needs: a file that is not as expected is simply no running batch here.
 */
import { GateError } from "../../base/errors.ts";
import { readRecord } from "../../files/read.ts";
import type { Gate } from "../gate.ts";
import { BATCH_PATH } from "../gate.ts";

export interface BatchGlance {
  readonly id: string;
  readonly paused: boolean;
  readonly completed: number;
  readonly failed: number;
  readonly total: number;
  /** The feature that comes next, where the record says one. */
  readonly next: { readonly index: number; readonly feature: string } | undefined;
}

/** The batch that is running or paused; `undefined` where there is none. */
export function glanceAtBatch({ project }: Gate): BatchGlance | undefined {
  const record = parse(() => {
    const file = readRecord(project, BATCH_PATH);
    return file.kind === "file" ? JSON.parse(Buffer.from(file.bytes).toString()) : undefined;
  });
  if (typeof record !== "object" || record === null) return undefined;
  const { batch_id: id, status, features, completed_features: completed, ...rest } = record as Record<string, unknown>;
  const isOpen = status === "in_progress" || status === "running" || status === "paused";
  if (!isOpen || typeof id !== "string" || !Array.isArray(features)) return undefined;
  const index = rest["current_index"];
  const feature = typeof index === "number" ? features[index] : undefined;
  return {
    id,
    paused: status === "paused",
    completed: Array.isArray(completed) ? new Set(completed).size : 0,
    failed: Array.isArray(rest["failed_features"]) ? rest["failed_features"].length : 0,
    total: features.length,
    next: typeof feature === "string" ? { index: index as number, feature } : undefined,
  };
}

function parse(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof GateError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
