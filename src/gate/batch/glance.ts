/**
 * The running batch at a glance, for a line of a brief.
 *
 * Read without the checks of `loadBatch`, which cost more than everything else a
 * brief needs: what is no object is damaged, and one that is not as expected simply no
 * running batch here.
 */
import { GateError } from "../../base/errors.ts";
import { parseObject } from "../../base/json.ts";
import type { Project } from "../../files/guard/project.ts";
import { exists, readRecord } from "../../files/read/read.ts";
import { WORKFLOW_MODE, WORKFLOW_REMINDER } from "../../records/batch-state.ts";
import { BATCH_PATH, type Gate, SHARED_BATCH_PATH } from "../gate.ts";

/** Where the batch stands, as far as that is known without reading its features. */
export interface BatchGlance {
  readonly kind: "file";
  readonly id: string;
  readonly paused: boolean;
  readonly completed: number;
  readonly failed: number;
  readonly total: number;
  /** The feature that comes next, where the record says one. */
  readonly next: { readonly index: number; readonly feature: string } | undefined;
  /** How the features are to be worked on, which an agent forgets when its context is compacted. */
  readonly mode: string | undefined;
  readonly reminder: string | undefined;
}

/** The shared batch the project works on. Where it stands only its store knows, and nobody waits for that here. */
export interface SharedGlance {
  readonly kind: "shared";
  readonly id: string;
  readonly backend: string;
}

/** A record that says nothing. */
export interface DamagedGlance {
  readonly kind: "damaged";
}

/** The batch that is running or paused, or the shared one; `undefined` where there is none. */
export function glanceAtBatch({ project }: Gate): BatchGlance | SharedGlance | DamagedGlance | undefined {
  const shared = readObject(project, SHARED_BATCH_PATH);
  if (typeof shared?.["batch_id"] === "string" && typeof shared["backend"] === "string") {
    return { kind: "shared", id: shared["batch_id"], backend: shared["backend"] };
  }
  const record = readObject(project, BATCH_PATH);
  if (record === undefined) return exists(project, BATCH_PATH) ? { kind: "damaged" } : undefined;
  const { batch_id: id, status, features, completed_features: completed, ...rest } = record;
  const isOpen = status === "in_progress" || status === "running" || status === "paused";
  if (!isOpen || typeof id !== "string" || !Array.isArray(features)) return undefined;
  const index = rest["current_index"];
  const feature = typeof index === "number" ? features[index] : undefined;
  return {
    kind: "file",
    id,
    paused: status === "paused",
    completed: Array.isArray(completed) ? new Set(completed).size : 0,
    failed: Array.isArray(rest["failed_features"]) ? rest["failed_features"].length : 0,
    total: features.length,
    next: typeof feature === "string" ? { index: index as number, feature } : undefined,
    mode: textOf(rest["workflow_mode"]) ?? WORKFLOW_MODE,
    reminder: textOf(rest["workflow_reminder"]) ?? WORKFLOW_REMINDER,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function readObject(project: Project, path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const file = readRecord(project, path);
    return file.kind === "file" ? parseObject(Buffer.from(file.bytes).toString()) : undefined;
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}
