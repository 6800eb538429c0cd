/** Sets what no other operation does: how the features are worked on, and in which order. */
import { GateError } from "../../base/errors.ts";
import { isObject, parseObject } from "../../base/json.ts";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { toJsonText } from "../../json/json-text.ts";
import { byKey } from "../../json/members.ts";
import type { BatchRecord } from "../../records/batch.ts";
import { figures } from "../../records/batch-change.ts";
import type { Json } from "../../records/json-edit.ts";
import { messageText } from "../../records/sanitize.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { changeBatch } from "./batch.ts";
import { type BatchOptions, PLACE, placeOf } from "./place.ts";

const TEXTS = ["workflow_mode", "workflow_reminder", "features_file"] as const;
/** The keys of a record that can be set. */
export const SETTABLE = [
  ...TEXTS,
  "issue_numbers",
  "feature_order",
  "feature_dependencies",
  "analysis_metadata",
] as const;
/** A key of the record that `saveBatch` sets. */
export type SettableKey = (typeof SETTABLE)[number];

/** Whether the value of a key is a text. */
export function isTextKey(key: SettableKey): boolean {
  return TEXTS.some((each) => each === key);
}

/** What is set. */
export interface SaveBatchInput extends BatchOptions {
  /** Values by the keys of the record; all other keys stay. */
  readonly values: Readonly<Partial<Record<SettableKey, Json>>>;
}

/** What `saveBatch` came to. */
export interface BatchSaved {
  readonly success: true;
  readonly message: string;
  readonly batchId: string;
  readonly keys: readonly string[];
  readonly revision: string;
}

/**
 * Sets keys of the record that no other operation sets. Rejects with `INVALID_ARGUMENT` for
 * any other key, for a value that it cannot have, and for a batch in SQLite or Redis, whose
 * rows have no such keys.
 *
 * ```ts
 * await saveBatch(gate, { values: { feature_order: [2, 0, 1] } });
 * ```
 */
export async function saveBatch(
  gate: Gate,
  input: SaveBatchInput,
  options: WriteOptions = {},
): Promise<Outcome<BatchSaved>> {
  requireCall("saveBatch", { gate, input, options }, { ...PLACE, values: "object" });
  const { values } = input;
  const keys = requireKeys(values);
  const place = placeOf(gate, input);
  if (place.kind === "shared") {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot set ${keys.join(", ")}: batch ${printable(place.id)} is kept in ${place.backend}`,
      {
        hint: "Only a batch in a file has these keys.",
      },
    );
  }
  return await changeBatch(gate, { ...options, operation: "set" }, input, (batch, now) => {
    const written = Object.fromEntries(keys.map((key) => [key, settableOf(key, values[key]!, batch as BatchRecord)]));
    return {
      changes: [{ kind: "set", values: written }, figures({ updatedAt: formatTime(now) })],
      value: () => ({ success: true as const, message: `Set ${keys.join(", ")}`, batchId: batch.id, keys }),
    };
  });
}

function requireKeys(values: unknown): readonly SettableKey[] {
  const keys = isObject(values) ? Object.keys(values) : [];
  const wrong = keys.find((key) => !SETTABLE.some((each) => each === key));
  if (keys.length > 0 && wrong === undefined) return keys as SettableKey[];
  const reason =
    wrong === undefined
      ? "no key is given"
      : `${JSON.stringify(printable(wrong))} is set by another operation, or by none`;
  throw new GateError("INVALID_ARGUMENT", `Cannot set a batch: ${reason}`, {
    hint: `The keys that can be set: ${SETTABLE.join(", ")}.`,
  });
}

function settableOf(key: SettableKey, value: Json, { record, total }: BatchRecord): Json {
  const isIndex = (each: unknown) => Number.isSafeInteger(each) && Number(each) >= 0 && Number(each) < total;
  const isIndices = (each: unknown) => Array.isArray(each) && each.every(isIndex);
  if (isTextKey(key)) {
    if (typeof value === "string") return messageText(value);
    throw wrong(key, "a text");
  }
  if (key === "feature_order") {
    if (isIndices(value)) return value;
    throw wrong(key, `a list of indices below ${total}`);
  }
  if (key === "issue_numbers") {
    if (value === null || (Array.isArray(value) && value.every(Number.isSafeInteger))) return value;
    throw wrong(key, "a list of issue numbers");
  }
  if (!isObject(value)) throw wrong(key, "an object");
  if (key === "feature_dependencies") {
    if (Object.entries(value).every(([index, each]) => isIndex(Number(index)) && isIndices(each))) return value as Json;
    throw wrong(key, `an object of lists of indices below ${total}`);
  }
  // What is ours in it stays, whatever else is said.
  const own = parseObject(byKey(record.members).get(key) ?? "{}")?.["state_gatekeeper"];
  toJsonText(value);
  return { ...(value as Record<string, Json>), ...(own !== undefined && { state_gatekeeper: own as Json }) };
}

function wrong(key: string, expected: string): GateError {
  return new GateError("INVALID_ARGUMENT", `Cannot set ${key}: expected ${expected}`, {
    hint: "`gate batch status --json` shows what it is.",
  });
}
