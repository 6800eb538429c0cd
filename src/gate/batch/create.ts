/** Begins a batch: features from a file, from words or from issues become a new record. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { ensureGateFolder } from "../../files/guard/folders.ts";
import { realPlace } from "../../files/guard/real-path.ts";
import { acquireLock } from "../../files/lock/lock.ts";
import { readInput } from "../../files/read/input.ts";
import { MAX_RECORD_BYTES } from "../../files/read/read.ts";
import { cleanFeatures, findDuplicates, makeBatch, parseFeatures } from "../../records/make-batch.ts";
import { messageText } from "../../records/sanitize.ts";
import { BACKENDS } from "../../store/driver.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { fetchIssue } from "../view/github-issue.ts";
import { replaceRecord } from "./file.ts";
import { namespaceOf, readRememberedBatch, recordPath, rememberBatch, requireBatchName, withRecord } from "./place.ts";
import {
  type BatchCreated,
  type BatchPlan,
  type CreateBatchInput,
  createdOf,
  type Features,
  judgeRecord,
  newId,
  requireDone,
} from "./plan.ts";

/**
 * Begins a batch with features from a file, from words or from issues. Rejects with
 * `CONFLICT` while another one is not finished, unless `force` puts it away, and with
 * `INVALID_ARGUMENT` for no features. Duplicates are named and stay.
 *
 * ```ts
 * const { value } = await createBatch(gate, { features: ["Add login", "Add logout"] });
 * value.batchId; // "batch-20241023-163000-123456"
 * ```
 */
export async function createBatch(
  gate: Gate,
  input: CreateBatchInput,
  options: WriteOptions = {},
): Promise<Outcome<BatchCreated>> {
  requireCall("createBatch", { gate, input, options }, SHAPE);
  const meant = withRecord(gate, input);
  if (input.batchId !== undefined) requireBatchName(input.batchId);
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
    const before = await findShared(meant, input);
    const { backend = "json" } = input;
    if (backend === "json") return await createFile(meant, plan, before, options);
    return await (await import("./create-shared.ts")).createShared(gate, plan, { backend, before }, options);
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

const SHAPE: Shape<CreateBatchInput> = {
  backend: [...BACKENDS, undefined],
  path: "text?",
  redisUrl: "text?",
  features: "texts?",
  featuresFile: "text?",
  cwd: "text?",
  issues: "issues?",
  batchId: "text?",
  force: "flag?",
};

async function createFile(
  gate: Gate,
  plan: BatchPlan,
  before: string | undefined,
  options: WriteOptions,
): Promise<Outcome<BatchCreated>> {
  const { input, given, features, warnings } = plan;
  const path = recordPath(gate);
  const outcome = await replaceRecord(gate, "batch create", options, (snapshot, now) => {
    const previous = judgeRecord(gate, snapshot, input.force ?? false);
    const id = input.batchId ?? newId(gate, now, previous.id);
    const value = createdOf(plan, id, path, previous.moveTo ?? before);
    const text = makeBatch({ ...given, id, features, stateFile: path, issueNumbers: given.issueNumbers }, now);
    const moved = previous.moveTo === undefined ? {} : { moveTo: previous.moveTo };
    return { value, text, ...moved, backUp: previous.damaged, warnings };
  });
  if (!options.dryRun && gate.record === undefined) await rememberBatch(gate, undefined);
  const [backup] = outcome.backups;
  const value = { ...outcome.value, revision: outcome.written[0]!.revision };
  return { ...outcome, value: backup === undefined ? value : { ...value, previousBatch: backup } };
}

/** Where the shared batch is that the project works on, if it is put away; `CONFLICT` where it is not finished and stays. */
async function findShared(gate: Gate, { force = false, redisUrl }: CreateBatchInput): Promise<string | undefined> {
  const remembered = gate.record === undefined ? readRememberedBatch(gate) : undefined;
  if (remembered === undefined) return undefined;
  const { viewRows } = await import("./rows.ts");
  const place = { kind: "shared", ...remembered, redisUrl } as const;
  const path = `${namespaceOf(remembered.id)} in ${remembered.backend}`;
  try {
    const status = await viewRows(gate, place, (batch) => batch.status);
    requireDone(gate, { id: remembered.id, status }, path, force);
    return status === "completed" ? undefined : path;
  } catch (error) {
    if (!(error instanceof GateError) || error.code === "CONFLICT") throw error;
    // It stays where it is, whatever is the matter with it.
    if (force) return path;
    if (error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

async function featuresOf(gate: Gate, { features, featuresFile, issues, cwd }: CreateBatchInput): Promise<Features> {
  const numbers = issues?.map((issue) => parseIssueNumber(String(issue)));
  if (features !== undefined) return namedFeatures(features, featuresFile, numbers);
  if ((featuresFile === undefined) === (issues === undefined)) {
    const reason = issues === undefined ? "no features" : "a features file and issues do not go together";
    throw new GateError("INVALID_ARGUMENT", `Cannot create a batch: ${reason}`, {
      hint: "Give --features-file, --issues, or --feature for each feature.",
    });
  }
  if (featuresFile !== undefined) {
    const text = readFeatures(gate, featuresFile, cwd ?? gate.project.root);
    return { features: parseFeatures(text), featuresFile: messageText(featuresFile), sourceType: "file" };
  }
  const wanted = [...new Set(numbers)];
  const titles: string[] = [];
  for (const issue of wanted) {
    const title = (await fetchIssue(gate, issue))?.title;
    titles.push(title === undefined ? `Issue #${issue}` : `Issue #${issue}: ${title}`);
  }
  return { features: titles, featuresFile: "", sourceType: "issues", issueNumbers: wanted };
}

/** Reads a file of the project, or standard input: who names another file may not be the one who may read it. */
function readFeatures({ project }: Gate, file: string, cwd: string): string {
  const place = file === "-" ? undefined : realPlace(resolve(cwd, file), true);
  const way = place === undefined ? "" : relative(project.root, place);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new GateError("UNSAFE_PATH", `Cannot read ${printable(file)}: it leads out of the project`, {
      path: file,
      hint: "Give a file inside the project, or - for standard input.",
    });
  }
  return readInput(file, cwd, MAX_RECORD_BYTES);
}

function namedFeatures(
  features: readonly string[],
  featuresFile: string | undefined,
  issueNumbers: readonly number[] | undefined,
): Features {
  const note = featuresFile === undefined ? "" : messageText(featuresFile);
  if (issueNumbers === undefined) return { features, featuresFile: note, sourceType: "file" };
  if (issueNumbers.length === features.length) {
    return { features, featuresFile: note, sourceType: "issues", issueNumbers };
  }
  const counts = `the number of features is ${features.length}, that of issues ${issueNumbers.length}`;
  throw new GateError("INVALID_ARGUMENT", `Cannot create a batch: ${counts}`, {
    hint: "Give one issue for each feature, or none.",
  });
}
