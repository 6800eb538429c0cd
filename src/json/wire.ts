/**
 * The one place where results become what goes over the wire: keys in snake_case
 * in the order they have, `null` for what is absent. A key that is not there at
 * all, such as the percentage of an item without one, stays away. JSON text of the
 * user's own goes as it is.
 */
import type { Failure } from "../base/failure.ts";
import { JsonText } from "./json-text.ts";
import { toJson } from "./to-json.ts";

/** A result as the JSON that is printed: the text of `toWire`, in one pass. */
export function wireJson(result: object): string {
  return toJson(result, toSnakeCase);
}

/** A result as the object that goes over the wire. */
export function toWire(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null || value instanceof JsonText) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [toSnakeCase(key), toWire(inner)]));
}

/** A failure as the object that goes over the wire. */
export function failureToWire(failure: Failure): unknown {
  return toWire({ success: false, error: failure });
}

/** The keys of one result after another are the same few. */
const SPELLED = new Map<string, string>();

function toSnakeCase(key: string): string {
  const known = SPELLED.get(key);
  if (known !== undefined) return known;
  const spelled = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  SPELLED.set(key, spelled);
  return spelled;
}
