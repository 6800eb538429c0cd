/** JSON on its way to a terminal or a log. */
import { JsonText, prettyJson } from "./json-text.ts";
import { HIDDEN } from "./line.ts";

/**
 * The value as indented JSON that is safe to print; JSON text in it stands there as
 * it is. With `spell`, keys are written as it says, and what is absent is `null`.
 */
export function toJson(value: unknown, spell?: (key: string) => string): string {
  return escapeHidden(format(value, 0, spell));
}

/** The same JSON for a reader, with hidden characters escaped: JSON itself escapes only the first 32. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

type Spell = (key: string) => string;

/** As `JSON.stringify` has it, which itself cannot take a text for what it says. Answers can have ten thousand parts, so it makes none but the text. */
function format(value: unknown, depth: number, spell: Spell | undefined): string {
  if (value instanceof JsonText) return prettyJson(value.text, depth);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const before = `\n${indent(depth + 1)}`;
  const after = `\n${indent(depth)}`;
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) text += `${text && ","}${before}${format(item, depth + 1, spell)}`;
    return text === "" ? "[]" : `[${text}${after}]`;
  }
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined && !spell) continue;
    const name = JSON.stringify(spell ? spell(key) : key);
    text += `${text && ","}${before}${name}: ${format(member, depth + 1, spell)}`;
  }
  return text === "" ? "{}" : `{${text}${after}}`;
}

const INDENTS = ["", "  ", "    ", "      ", "        "];

function indent(depth: number): string {
  return INDENTS[depth] ?? "  ".repeat(depth);
}
