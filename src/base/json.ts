/** JSON that is there, or is not: reading it never throws. */
import { isSameValue } from "./same.ts";

/** What the text says; `undefined` where it is no JSON, which itself can never say that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The object that the text says; `undefined` where it says anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** Whether a value is an object of JSON: neither a list nor `null`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two texts say the same; the order of keys and the spelling of numbers do not count. */
export function isSameJson(one: string, other: string): boolean {
  return one === other || isSameValue(parseJson(one), parseJson(other));
}
