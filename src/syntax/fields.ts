/**
 * Fields: `**Key:** value` lines.
 *
 * Several of them under each other are one paragraph, so they are matched line by
 * line inside its span. Lines in code, comments and quotes are not fields:
 * the blocks tell. Lines of list items count too.
 */
import type { Edit, Span } from "../text/edit.ts";
import { linesIn } from "../text/lines.ts";
import type { Block } from "./block.ts";
import { decodeText, encodeText } from "./escape.ts";

/** One field; its own span is its line without the line break, a list marker before it excluded. */
export interface Field extends Span {
  /** The key as typed, without the colon. */
  readonly key: string;
  /** Where the value stands: inside backticks where it has them, empty where there is none. */
  readonly valueSpan: Span;
  /** The value as it is meant, escapes resolved. */
  readonly value: string;
  /** The value as typed. */
  readonly raw: string;
  /** Whether the value stands in backticks. */
  readonly quoted: boolean;
}

const FIELD = /^([ \t]*)\*\*([^*\n\r]{1,80}?)[ \t]*(?::[ \t]*\*\*|\*\*[ \t]*:)/;

/** The fields among `blocks`, in order: lines of paragraphs and of the first paragraphs of list items. */
export function fieldsIn(blocks: readonly Block[], text: string): readonly Field[] {
  return linesOf(blocks, text).flatMap((line) => fieldAt(text, line) ?? []);
}

/** The lines `key: value` without asterisks, as people spell a field by hand. */
export function plainFieldsIn(blocks: readonly Block[], text: string, key: string): readonly Field[] {
  return linesOf(blocks, text).flatMap((line) => plainFieldAt(text, line, key) ?? []);
}

/** The lines of paragraphs and of the first paragraphs of list items. */
function linesOf(blocks: readonly Block[], text: string): readonly Span[] {
  const lines: Span[] = [];
  const add = (block: Block | undefined) => {
    if (block?.type === "paragraph") for (const line of linesIn(text, block)) lines.push(line);
  };
  for (const block of blocks) {
    if (block.type === "list") for (const { children } of block.children) add(children[0]);
    else add(block);
  }
  return lines;
}

/** The field that is this line, if it is one. */
export function fieldAt(text: string, line: Span): Field | undefined {
  if (!mayBeField(text, line)) return undefined;
  const match = FIELD.exec(text.slice(line.start, line.end));
  return match ? fieldOf(text, line, match) : undefined;
}

/** Most lines are none, and taking them out of the text costs more than a look. */
function mayBeField(text: string, { start, end }: Span): boolean {
  let at = start;
  while (at < end && (text[at] === " " || text[at] === "\t")) at++;
  return text[at] === "*" && text[at + 1] === "*";
}

function plainFieldAt(text: string, line: Span, key: string): Field | undefined {
  const match = /^([ \t]*)([A-Za-z][A-Za-z ]{0,30}?)[ \t]*:/.exec(text.slice(line.start, line.start + 100));
  return match && match[2]!.toLowerCase() === key.toLowerCase() ? fieldOf(text, line, match) : undefined;
}

function fieldOf(text: string, line: Span, match: RegExpExecArray): Field {
  const { quoted, ...valueSpan } = trimmed(text, { start: line.start + match[0].length, end: line.end });
  const raw = text.slice(valueSpan.start, valueSpan.end);
  const start = line.start + match[1]!.length;
  return { key: match[2]!.trim(), start, end: line.end, valueSpan, raw, value: decodeText(raw), quoted };
}

/** The span without white space at both ends and without one pair of backticks around all of it. */
function trimmed(text: string, span: Span): Span & { quoted: boolean } {
  let { start, end } = span;
  while (end > start && /[ \t]/.test(text[end - 1]!)) end--;
  // An odd backslash at the end is a hard break, not text.
  if (/(?<!\\)(?:\\\\)*\\$/.test(text.slice(Math.max(start, end - 20), end))) end--;
  while (end > start && /[ \t]/.test(text[end - 1]!)) end--;
  // An empty value stays directly behind its label, so that replacing it cannot reach the next line.
  let first = start;
  while (first < end && /[ \t]/.test(text[first]!)) first++;
  if (first === end) return { start, end: start, quoted: false };
  start = first;
  const inner = text.slice(start + 1, end - 1);
  const quoted = end - start > 2 && text[start] === "`" && text[end - 1] === "`" && !inner.includes("`");
  return quoted ? { start: start + 1, end: end - 1, quoted } : { start, end, quoted };
}

/** Whether a field has this key, in any case. */
export function isKey(field: Field, key: string): boolean {
  return field.key.toLowerCase() === key.toLowerCase();
}

/** Replaces the value of a field by encoded text; its label, its line and, where they can, its backticks stay. */
export function setValue(field: Field, encoded: string): Edit {
  const { start, end } = field.valueSpan;
  if (start === end) return { start, end, text: ` ${encoded}` };
  if (field.quoted && /[`\\]/.test(encoded)) return { start: start - 1, end: end + 1, text: encoded };
  return { start, end, text: encoded };
}

/** Replaces what is understood of a value; a remark in parentheses or a comment behind it stays. */
export function setUnderstood(field: Field, encoded: string, understood?: RegExp): Edit {
  const { start, end } = field.valueSpan;
  const rest = understood ? field.raw.replace(understood, "") : (REMARK.exec(field.raw)?.[0] ?? "");
  if (rest === "" || rest === field.raw || field.quoted) return setValue(field, encoded);
  return { start, end: end - rest.length, text: encoded };
}

/** A value without the remark behind it. */
export function withoutRemark(value: string): string {
  return value.replace(REMARK, "");
}

const REMARK = /[ \t]{1,9}(?:<!--[^>]{0,400}-->|\([^()]{0,400}\))$/;

/** A new field line without a line break. */
export function makeField(key: string, encoded: string): string {
  return `**${key}:** ${encoded}`;
}

/** Encodes a whole value: also backticks around all of it stay part of the value. */
export function encodeValue(text: string): string {
  const encoded = encodeText(text);
  return /^`[^`]+`$/.test(encoded) ? `\\${encoded}` : encoded;
}
