import { JsonText } from "./json-text.ts";

/**
 * The one place where results become what goes over the wire: keys in snake_case
 * in the order they have, `null` for what is absent. A key that is not there at
 * all, such as the percentage of an item without one, stays away. JSON text of the
 * user's own goes as it is.
 */
export function toWire(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null || value instanceof JsonText) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [toSnakeCase(key), toWire(inner)]));
}

function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
