/** Begins a batch: features from a file, from words or from issues become a new record. */
import { GateError } from "../../base/errors.ts";
import { faultOfName, parseIssueNumber } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { readInput } from "../../files/input.ts";
import { acquireLock } from "../../files/lock.ts";
import { fingerprint } from "../../files/path.ts";
import { ensureGateFolder } from "../../files/project.ts";
import { exists, MAX_RECORD_BYTES } from "../../files/read.ts";
import { system } from "../../files/system.ts";
import { readBatch } from "../../records/batch.ts";
import type { BatchStatus } from "../../records/batch-state.ts";
import {
  batchId,
  cleanFeatures,
  type Duplicate,
  findDuplicates,
  makeBatch,
  parseFeatures,
} from "../../records/make-batch.ts";
import { messageText } from "../../records/sanitize.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import { fetchIssue } from "../issue.ts";
import type { RecordSnapshot } from "../record-transaction.ts";
import type { Outcome } from "../transaction.ts";
import { newer, replaceRecord, withLines } from "./batch-file.ts";
import {
  BATCH_PATH,
  type BatchOptions,
  namespaceOf,
  readRememberedBatch,
  rememberBatch,
  requireBatchName,
} from "./batch-place.ts";

export interface CreateBatchInput extends Pick<BatchOptions, "backend" | "redisUrl"> {
  /** The features themselves. */
  readonly features?: readonly string[];
  /** A file with one feature for each line, or `-` for standard input. */
  readonly featuresFile?: string;
  /** From where a relative `featuresFile` is meant; the project's folder by default. */
  readonly cwd?: string;
  /** Issues to work on; their titles come from `gh` where that is installed. */
  readonly issues?: readonly number[];
  /** A name instead of one that is made from the time. */
  readonly id?: string;
  /** Put away a batch that is not finished, as `batch_state.<id>.json`. */
  readonly force?: boolean;
}

export interface BatchCreated {
  readonly success: true;
  readonly message: string;
  readonly batchId: string;
  readonly totalFeatures: number;
  readonly duplicates: readonly Duplicate[];
  readonly stateFile: string;
  /** Where the batch before it is now. */
  readonly previousBatch: string | undefined;
  readonly revision: string;
}

export interface Features {
  readonly features: readonly string[];
  readonly featuresFile: string;
  readonly sourceType: string;
  readonly issueNumbers?: readonly number[];
}

export async function createBatch(
  gate: Gate,
  input: CreateBatchInput,
  options: WriteOptions = {},
): Promise<Outcome<BatchCreated>> {
  if (input.id !== undefined) requireBatchName(input.id);
  const given = await featuresOf(gate, input);
  const features = cleanFeatures(given.features);
  if (features.length === 0) {
    throw new GateError("INVALID_ARGUMENT", "Cannot create a batch: no features", {
      hint: "Give a file with one feature for each line; lines that begin with # are comments.",
    });
  }
  const duplicates = findDuplicates(features);
  const warnings = duplicates.map(({ feature, indices }) => `features ${indices.join(", ")} are the same: ${feature}`);
  const plan: BatchPlan = { input, given, features, duplicates, warnings };
  const create = async () => {
    const before = await findShared(gate, input);
    const { backend = "json" } = input;
    if (backend === "json") return await createFile(gate, plan, before, options);
    return await (await import("./create-shared.ts")).createShared(gate, plan, backend, before, options);
  };
  if (options.dryRun) return await create();
  // Several records are looked at before one is made: whoever else makes one waits.
  ensureGateFolder(gate.project);
  const command = "gate batch create";
  const lock = await acquireLock(gate.project, ".claude/batch", { timeoutMs: gate.lockTimeout, command });
  try {
    return await create();
  } finally {
    lock.release();
  }
}

/** What is to be made, from whatever it was given as. */
export interface BatchPlan {
  readonly input: CreateBatchInput;
  readonly given: Features;
  readonly features: readonly string[];
  readonly duplicates: readonly Duplicate[];
  readonly warnings: readonly string[];
}

/** What is told of a new batch. */
export function createdOf(
  { features, duplicates }: BatchPlan,
  id: string,
  stateFile: string,
  previousBatch: string | undefined,
): Omit<BatchCreated, "revision"> {
  const count = features.length === 1 ? "1 feature" : `${features.length} features`;
  const message = `Batch ${id} created with ${count}`;
  return { success: true, message, batchId: id, totalFeatures: features.length, duplicates, stateFile, previousBatch };
}

async function createFile(
  gate: Gate,
  plan: BatchPlan,
  before: string | undefined,
  options: WriteOptions,
): Promise<Outcome<BatchCreated>> {
  const { input, given, features, warnings } = plan;
  const outcome = await replaceRecord(gate, "batch create", options, (snapshot, now) => {
    const previous = judgeRecord(gate, snapshot, input.force ?? false);
    const id = input.id ?? newId(gate, now, previous.id);
    const value = createdOf(plan, id, BATCH_PATH, previous.moveTo ?? before);
    const text = makeBatch({ ...given, id, features, stateFile: BATCH_PATH, issueNumbers: given.issueNumbers }, now);
    const moved = previous.moveTo === undefined ? {} : { moveTo: previous.moveTo };
    return { value, text, ...moved, backUp: previous.damaged, warnings };
  });
  if (!options.dryRun) await rememberBatch(gate, undefined);
  const [backup] = outcome.backups;
  const value = { ...outcome.value, revision: outcome.written[0]!.revision };
  return { ...outcome, value: backup === undefined ? value : { ...value, previousBatch: backup } };
}

/** Where the shared batch is that the project works on, if it is put away; `CONFLICT` where it is not finished and stays. */
async function findShared(gate: Gate, { force = false, redisUrl }: CreateBatchInput): Promise<string | undefined> {
  const remembered = readRememberedBatch(gate);
  if (remembered === undefined) return undefined;
  const { viewRows } = await import("./batch-rows.ts");
  const place = { kind: "shared", ...remembered, redisUrl } as const;
  const path = `${namespaceOf(remembered.id)} in ${remembered.backend}`;
  try {
    const status = await viewRows(gate, place, (batch) => batch.status);
    requireDone({ id: remembered.id, status }, path, force);
    return status === "completed" ? undefined : path;
  } catch (error) {
    if (!(error instanceof GateError) || error.code === "CONFLICT") throw error;
    // It stays where it is, whatever is the matter with it.
    if (force) return path;
    if (error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** `CONFLICT` for a batch that is not finished, unless it is put away. */
function requireDone(
  { id, status }: { readonly id: string; readonly status: BatchStatus },
  path: string,
  force: boolean,
): void {
  if (force || (status !== "in_progress" && status !== "paused")) return;
  throw new GateError("CONFLICT", `Cannot create a batch: batch ${printable(id)} is ${status}`, {
    path,
    hint: `Go on with \`gate batch resume ${printable(id)}\`, or give --force, which puts it away.`,
  });
}

async function featuresOf(gate: Gate, { features, featuresFile, issues, cwd }: CreateBatchInput): Promise<Features> {
  const given = [features, featuresFile, issues].filter((each) => each !== undefined).length;
  if (given !== 1) {
    const reason = given === 0 ? "no features" : "features come from one place only";
    throw new GateError("INVALID_ARGUMENT", `Cannot create a batch: ${reason}`, {
      hint: "Give one of --features-file, --feature and --issues.",
    });
  }
  if (featuresFile !== undefined) {
    const text = readInput(featuresFile, cwd ?? gate.project.root, MAX_RECORD_BYTES);
    return { features: parseFeatures(text), featuresFile: messageText(featuresFile), sourceType: "file" };
  }
  if (features !== undefined) return { features, featuresFile: "", sourceType: "arguments" };
  const numbers = [...new Set(issues!.map((issue) => parseIssueNumber(String(issue))))];
  const titles: string[] = [];
  for (const issue of numbers) {
    const title = (await fetchIssue(gate, issue))?.title;
    titles.push(title === undefined ? `Issue #${issue}` : `Issue #${issue}: ${title}`);
  }
  return { features: titles, featuresFile: "", sourceType: "issues", issueNumbers: numbers };
}

export interface Previous {
  readonly id?: string;
  readonly moveTo?: string;
  readonly damaged: boolean;
}

/** What becomes of the record that is there. One that is not finished stays, unless it is put away by force. */
export function judgeRecord(gate: Gate, snapshot: RecordSnapshot, force: boolean): Previous {
  const { path, exists: there, text, fault } = snapshot;
  if (!there) return { damaged: false };
  const reading = text === undefined ? ({ kind: "damaged", reason: fault ?? "" } as const) : readBatch(text);
  if (reading.kind === "newer") throw newer(path, "write over", reading.version);
  if (reading.kind === "damaged") {
    if (force) return { damaged: true };
    throw new GateError("CORRUPT", `Cannot write over ${path}: ${printable(reading.reason)}`, {
      path,
      hint: "Mend the file, or give --force, which keeps a copy beside it.",
    });
  }
  const batch = withLines(gate, snapshot, reading.batch);
  requireDone(batch, path, force);
  const isOpen = batch.status === "in_progress" || batch.status === "paused";
  return { id: batch.id, damaged: false, ...(isOpen && { moveTo: freeName(gate, batch.id) }) };
}

/** `batch_state.<id>.json`, or the next free name like it. An id that could be no name is made one. */
function freeName(gate: Gate, id: string): string {
  const safe = id.replace(/[^\w-]+/g, "_");
  const name =
    safe === id && id.length <= 100 && faultOfName(id) === undefined ? id : `${safe.slice(0, 80)}-${fingerprint(id)}`;
  for (let number = 1; ; number++) {
    const path = `.claude/batch_state.${name}${number === 1 ? "" : `.${number}`}.json`;
    if (!exists(gate.project, path)) return path;
  }
}

/** No other batch of this project has it: neither the one that is there nor one that was put away. */
export function newId(gate: Gate, now: number, previous: string | undefined): string {
  for (;;) {
    const id = batchId(now, Number.parseInt(system.random(3), 16) % 1000);
    if (id !== previous && !exists(gate.project, `.claude/batch_state.${id}.json`)) return id;
  }
}
