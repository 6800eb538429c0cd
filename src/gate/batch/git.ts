/** Records what git did for a feature: its commit, push or pull request. The newest of each stays. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { formatTime } from "../../base/time.ts";
import { toJsonText } from "../../json/json-text.ts";
import { figures, type GitValue } from "../../records/batch-change.ts";
import type { Json } from "../../records/json-edit.ts";
import { messageText } from "../../records/sanitize.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeBatch, type FeatureReference, requireFeature } from "./batch.ts";
import { type BatchOptions, PLACE } from "./place.ts";

export const GIT_OPERATIONS = ["commit", "push", "pr"] as const;
/** What git can do for a feature. */
export type GitOperation = (typeof GIT_OPERATIONS)[number];

/** What git did for a feature. */
export interface GitInput extends BatchOptions {
  readonly index: FeatureReference;
  readonly operation: GitOperation;
  readonly success: boolean;
  readonly sha?: string;
  readonly branch?: string;
  readonly remote?: string;
  /** Of the pull request. */
  readonly number?: number;
  readonly url?: string;
  readonly error?: string;
  /** Further facts, kept as they are; a key that is told otherwise counts as told. */
  readonly extra?: Readonly<Record<string, Json>>;
}

/** What `recordGit` came to. */
export interface GitRecorded {
  readonly success: true;
  readonly message: string;
  readonly index: number;
  readonly operation: GitOperation;
  readonly revision: string;
}

const SHAPE: Shape<GitInput> = {
  ...PLACE,
  index: "name",
  operation: GIT_OPERATIONS,
  success: "flag",
  sha: "text?",
  branch: "text?",
  remote: "text?",
  number: "issue?",
  url: "text?",
  error: "text?",
  extra: "object?",
};

/** Records what git did for a feature; the newest commit, push and pull request stay. */
export async function recordGit(
  gate: Gate,
  input: GitInput,
  options: WriteOptions = {},
): Promise<Outcome<GitRecorded>> {
  requireCall("recordGit", { gate, input, options }, SHAPE);
  const { operation, success } = input;
  return await changeBatch(gate, { ...options, operation: "git" }, input, (batch, now, path) => {
    const index = requireFeature(batch, input.index, path);
    const timestamp = formatTime(now);
    const about: Record<string, Json> = { ...extraOf(input), success, timestamp };
    for (const key of ["sha", "branch", "remote", "number", "url", "error"] as const) {
      const given = input[key];
      if (given !== undefined) about[key] = typeof given === "string" ? messageText(given) : requireNumber(given);
    }
    return {
      changes: [
        { kind: "git", index, operation, about: about as unknown as GitValue },
        figures({ updatedAt: timestamp }),
      ],
      value: () => ({
        success: true as const,
        message: `Recorded ${success ? "" : "failed "}${operation} of feature ${index}`,
        index,
        operation,
      }),
    };
  });
}

function extraOf({ extra = {} }: GitInput): Readonly<Record<string, Json>> {
  if (isObject(extra) && toJsonText(extra) !== "") return extra;
  throw new GateError("INVALID_ARGUMENT", "Cannot record further facts: they are no object", {
    hint: 'Give an object, for example {"files_changed": 3}.',
  });
}

function requireNumber(number: number): number {
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new GateError("INVALID_ARGUMENT", `Cannot record pull request ${number}: expected a positive whole number`, {
    hint: "Give the number alone, for example --number 12",
  });
}
