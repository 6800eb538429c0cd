/** Begins a batch: features from a file, from words or from issues become a new record. */
import { GateError } from "../../base/errors.ts";
import { faultOfName, parseIssueNumber } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { readInput } from "../../files/input.ts";
import { fingerprint } from "../../files/path.ts";
import { exists, MAX_RECORD_BYTES } from "../../files/read.ts";
import { system } from "../../files/system.ts";
import { readBatch } from "../../records/batch.ts";
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
import { type RecordSnapshot, transactRecord } from "../record-transaction.ts";
import type { Outcome } from "../transaction.ts";
import { BATCH_PATH, newer } from "./batch-file.ts";

export interface CreateBatchInput {
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

interface Features {
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
  if (input.id !== undefined) requireName(input.id);
  const given = await featuresOf(gate, input);
  const features = cleanFeatures(given.features);
  if (features.length === 0) {
    throw new GateError("INVALID_ARGUMENT", "Cannot create a batch: no features", {
      hint: "Give a file with one feature for each line; lines that begin with # are comments.",
    });
  }
  const duplicates = findDuplicates(features);
  const warnings = duplicates.map(({ feature, indices }) => `features ${indices.join(", ")} are the same: ${feature}`);
  const target = { path: BATCH_PATH, operation: "batch create", history: "always" } as const;
  const outcome = await transactRecord(gate, target, options, (snapshot, now) => {
    const previous = judge(gate, snapshot, input.force ?? false);
    const id = input.id ?? newId(gate, now, previous.id);
    const record = { ...given, id, features, stateFile: BATCH_PATH, issueNumbers: given.issueNumbers };
    const count = features.length === 1 ? "1 feature" : `${features.length} features`;
    const value = {
      success: true as const,
      message: `Batch ${id} created with ${count}`,
      batchId: id,
      totalFeatures: features.length,
      duplicates,
      stateFile: BATCH_PATH,
      previousBatch: previous.moveTo,
    };
    const moved = previous.moveTo === undefined ? {} : { moveTo: previous.moveTo };
    return { value, text: makeBatch(record, now), ...moved, backUp: previous.damaged, warnings };
  });
  const [backup] = outcome.backups;
  const value = { ...outcome.value, revision: outcome.written[0]!.revision };
  return { ...outcome, value: backup === undefined ? value : { ...value, previousBatch: backup } };
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

interface Previous {
  readonly id?: string;
  readonly moveTo?: string;
  readonly damaged: boolean;
}

/** What becomes of the record that is there. One that is not finished stays, unless it is put away by force. */
function judge(gate: Gate, { path, exists: there, text, fault }: RecordSnapshot, force: boolean): Previous {
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
  const { id, status } = reading.batch;
  const isOpen = status === "in_progress" || status === "paused";
  if (isOpen && !force) {
    throw new GateError("CONFLICT", `Cannot create a batch: batch ${printable(id)} is ${status}`, {
      path,
      hint: `Go on with \`gate batch resume ${printable(id)}\`, or give --force, which puts it away.`,
    });
  }
  return { id, damaged: false, ...(isOpen && { moveTo: freeName(gate, id) }) };
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
function newId(gate: Gate, now: number, previous: string | undefined): string {
  for (;;) {
    const id = batchId(now, Number.parseInt(system.random(3), 16) % 1000);
    if (id !== previous && !exists(gate.project, `.claude/batch_state.${id}.json`)) return id;
  }
}

function requireName(id: string): void {
  const fault = faultOfName(id);
  if (fault === undefined) return;
  throw new GateError("UNSAFE_PATH", `Cannot name a batch ${JSON.stringify(printable(id))}: ${fault}`, {
    hint: "Use letters, digits, dashes and underscores, at most 128 of them.",
  });
}
