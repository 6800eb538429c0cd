/** JSON on its way to a terminal or a log. */
import { JsonText, prettyJson } from "./json-text.ts";
import { HIDDEN } from "./line.ts";

/** The value as indented JSON that is safe to print; JSON text in it stands there as it is. */
export function toJson(value: unknown): string {
  return escapeHidden(format(value, 0));
}

/** The same JSON for a reader, with hidden characters escaped: JSON itself escapes only the first 32. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As `JSON.stringify` has it, which itself cannot take a text for what it says. */
function format(value: unknown, depth: number): string {
  if (value instanceof JsonText) return prettyJson(value.text, depth);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = "  ".repeat(depth + 1);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => inner + format(item, depth + 1))
    : Object.entries(value).flatMap(([key, member]) =>
        member === undefined ? [] : [`${inner}${JSON.stringify(key)}: ${format(member, depth + 1)}`],
      );
  const [open, close] = isList ? "[]" : "{}";
  return parts.length === 0 ? `${open}${close}` : `${open}\n${parts.join(",\n")}\n${"  ".repeat(depth)}${close}`;
}
