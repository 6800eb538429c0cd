/** JSON on its way to a terminal or a log. */
import { escapeHidden } from "../base/line.ts";
import { JsonText } from "./json-text.ts";
import { layOut } from "./layout.ts";

/**
 * The value as indented JSON that is safe to print; JSON text in it stands there as
 * it is. With `spell`, keys are written as it says, and what is absent is `null`.
 */
export function toJson(value: unknown, spell?: Spell): string {
  const plain = plainOf(value, spell);
  return escapeHidden(plain === MIXED ? format(value, 0, spell) : (JSON.stringify(plain, null, 2) ?? "null"));
}

type Spell = (key: string) => string;

/** A value with JSON text in it, which `JSON.stringify` cannot take for what it says. */
const MIXED = Symbol("mixed");

/**
 * The value as `JSON.stringify` takes it: the value itself where no key is to be spelled
 * otherwise, because an answer can have ten thousand parts. `MIXED` where it holds JSON text.
 */
function plainOf(value: unknown, spell: Spell | undefined): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof JsonText) return MIXED;
  if (Array.isArray(value)) {
    let list: unknown[] = value;
    for (const [at, item] of value.entries()) {
      const plain = plainOf(item, spell);
      if (plain === MIXED) return MIXED;
      if (plain === item) continue;
      if (list === value) list = [...value];
      list[at] = plain;
    }
    return list;
  }
  const given = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(given);
  let copy: Record<string, unknown> | undefined;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    const member = given[key];
    const plain = spell && member === undefined ? null : plainOf(member, spell);
    if (plain === MIXED) return MIXED;
    const name = spell ? spell(key) : key;
    if (!copy && (name !== key || plain !== member)) copy = firstOf(given, keys, at);
    if (copy) copy[name] = plain;
  }
  return copy ?? value;
}

/** A copy of the first members. Without a prototype, so that no name means anything. */
function firstOf(given: Readonly<Record<string, unknown>>, keys: readonly string[], count: number) {
  const copy: Record<string, unknown> = Object.create(null);
  for (let at = 0; at < count; at++) copy[keys[at]!] = given[keys[at]!];
  return copy;
}

/** As `JSON.stringify` has it, with JSON text in its places. */
function format(value: unknown, depth: number, spell: Spell | undefined): string {
  if (value instanceof JsonText) return layOut(value.text, depth);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const before = `\n${"  ".repeat(depth + 1)}`;
  const after = `\n${"  ".repeat(depth)}`;
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
