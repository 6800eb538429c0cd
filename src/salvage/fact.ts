/** What a single line says by itself, wherever it stands and whatever damage did to its marks. */
import { parseTime, type TimeReading } from "../base/time.ts";
import { parseProgress } from "../document/values.ts";
import type { Line } from "./line.ts";
import { UNREADABLE } from "./unwrap.ts";

/** The labels of the state file's fields. */
export const STATE_LABELS = [
  "Last Updated",
  "Current Issue",
  "Branch",
  "Started",
  "Previous Issue",
  "Completed",
] as const;

export interface FieldFact {
  readonly key: string;
  /** As typed. */
  readonly value: string;
  /** The line as it shall stand. */
  readonly line: string;
  /** Whether the label stood in asterisks. */
  readonly bold: boolean;
}

const LABELLED =
  /^[ \t>]*(?:[-*+][ \t]+(?=\\?[*_]))?((?:\\?[*_]){0,2})[ \t]*([\p{L}\p{N}\ufffd][^*_:\n]{1,40}?)[ \t]*((?:\\?[*_]){0,2}[ \t]*[:：][ \t]*(?:\\?[*_]){0,2})[ \t]*(.*?)[ \t]*$/u;
const REGULAR = /^ {0,3}(?:[-*+][ \t]+)?\*\*[^*]{1,80}(?::[ \t]*\*\*|\*\*[ \t]*:)/;

/** The field of one of these labels that a line is; in bold, a letter of the label may be damaged. */
export function fieldFactOf(text: string, labels: readonly string[]): FieldFact | undefined {
  const match = LABELLED.exec(text.slice(0, MAX_FIELD));
  if (!match) return undefined;
  const [, before = "", label = "", after = "", value = ""] = match;
  const bold = /[*_]/.test(before) || /[*_]/.test(after);
  const key = labels.find((known) => normal(known) === normal(label)) ?? (bold ? similarTo(label, labels) : undefined);
  if (key === undefined) return undefined;
  // The reader of documents knows a label in any case, but with one space between its words.
  const regular = REGULAR.test(text) && label.toLowerCase() === key.toLowerCase();
  // A backslash at the end is a hard break.
  return { key, value: value.replace(/[ \t]*\\$/, ""), bold, line: regular ? text : `**${key}:** ${value}`.trimEnd() };
}

const MAX_FIELD = 4000;

/** The field of a state file that a line is; a line in code is none. */
export function stateFieldIn({ text, inert }: Line): FieldFact | undefined {
  if (inert) return undefined;
  const known = fieldFactOf(text, STATE_LABELS);
  if (known) return known;
  // People also call the active issue so.
  const issue = fieldFactOf(text, ["Issue"]);
  if (issue === undefined || !/^\[?#\d/.test(issue.value)) return undefined;
  return { ...issue, key: "Current Issue", line: `**Current Issue:** ${issue.value}` };
}

/** The time that a field says, in backticks or without. */
export function timeIn({ value }: FieldFact): TimeReading | undefined {
  return parseTime(value.replace(/^`(.*)`$/, "$1"));
}

function normal(label: string): string {
  return label.replace(/\s+/g, " ").toLowerCase();
}

function similarTo(label: string, labels: readonly string[]): string | undefined {
  const wanted = normal(label);
  const found = labels.filter((known) => isOneOff(wanted, normal(known)));
  return found.length === 1 ? found[0] : undefined;
}

/** One letter changed, missing or added. */
function isOneOff(one: string, other: string): boolean {
  let head = 0;
  while (head < one.length && one[head] === other[head]) head++;
  const long = one.length > other.length;
  const short = one.length < other.length;
  return one.slice(head + (short ? 0 : 1)) === other.slice(head + (long ? 0 : 1));
}

export interface ItemFact {
  /** Columns before the marker; quote marks count too. */
  readonly indent: number;
  /** The number of an item of a numbered list. */
  readonly number?: number;
  /** Whether it has the glyph or the box of a progress item. */
  readonly marked: boolean;
  /** What stands behind the bullet. */
  readonly text: string;
  /** The line as it shall stand at the top of its list. */
  readonly line: string;
  readonly quoted: boolean;
}

const ITEM = /^([ \t>]*)(\\?[-*+]|\d{1,9}\\?[.)])(?:[ \t]+(\S.*?)?)?[ \t]*$/;
const CROWDED = /^([ \t>]*)(?:([-*+])(?=[^\s\w*+-])|(\d{1,3}[.)])(?=[^\s\d]))(\S.*?)[ \t]*$/u;
const GLYPH = /^([ \t>]*)(?=[✅✔✓☑🔄⏳🚧🟡⏸⬜☐❌✗⛔])(\S.*?)[ \t]*$/u;

/** The list item that a line is, also one that lost its bullet but has a glyph, or the space behind its marker. */
export function itemFactOf(text: string): ItemFact | undefined {
  const item = ITEM.exec(text);
  if (item) {
    const [, lead = "", bullet = "", rest = ""] = item;
    const fact = make(lead, bullet.replace("\\", ""), rest);
    return lead === "" && !bullet.includes("\\") ? { ...fact, line: text } : fact;
  }
  const crowded = CROWDED.exec(text);
  if (crowded) {
    const [, lead = "", bullet, number, rest = ""] = crowded;
    if (number !== undefined || parseProgress(rest).marked) return make(lead, bullet ?? number!, rest);
  }
  const glyph = GLYPH.exec(text);
  return glyph ? make(glyph[1]!, "-", glyph[2]!) : undefined;
}

function make(lead: string, bullet: string, text: string): ItemFact {
  const number = Number.parseInt(bullet, 10);
  return {
    indent: lead.replace(/\t/g, "    ").length,
    marked: parseProgress(text).marked,
    text,
    quoted: lead.includes(">"),
    line: `${bullet} ${text}`,
    ...(!Number.isNaN(number) && { number }),
  };
}

const ARROW = /^[ \t>]*(?:[-*+][ \t]+)?(?:→|->|=>|\\->|\\=>)/;

/** Whether a line is the answer below a question. */
export function isArrow(text: string): boolean {
  return ARROW.test(text);
}

/** Whether a text ends like a question. */
export function isAsking(text: string): boolean {
  return /[?？؟][ \t]*$/.test(text);
}

/** Whether a line says that there is nothing. */
export function isNone(text: string): boolean {
  return /^[ \t>]*(?:[-*+][ \t]+)?(?:none(?: currently)?|no active work(?: currently)?|n\/a|idle)[.!]?[ \t]*$/i.test(
    text,
  );
}

/** The words by which an item is known again, whatever its marker says. */
export function keyOfItem(text: string): string {
  return parseProgress(text).text.trim();
}

/** Whether a text has places that nobody can read. */
export function isDamaged(text: string): boolean {
  return text.includes(UNREADABLE);
}
