/** JSON on its way to a terminal or a log. */
import { HIDDEN } from "./line.ts";

/** The value as indented JSON that is safe to print. */
export function toJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value, null, 2));
}

/** The same JSON for a reader, with hidden characters escaped: JSON itself escapes only the first 32. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
