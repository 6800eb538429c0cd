/**
 * The text of a JSON store: `{key: {value, timestamp}}`, and back.
 *
 * Rows keep the text they had. What is not changed is written as it was read, with
 * keys of other programs beside `value` and `timestamp`, in the order of the file.
 */
import { parseJson } from "../base/json.ts";
import { formatTime } from "../base/time.ts";
import { inAscii } from "../json/json-text.ts";
import { compacted, compactJson } from "../json/layout.ts";
import { byKey, itemsOf, membersOf, valueUnder } from "../json/members.ts";
import { type JsonNode, scanJson } from "../json/scan.ts";
import { STRICT } from "../json/token.ts";
import type { Entries, Entry } from "./driver.ts";

export interface Row extends Entry {
  /** The whole row as it stands in the file. */
  readonly raw: string;
}

export type Rows = ReadonlyMap<string, Row>;

/** Reads the text; a sentence about what is wrong with it where it is no such text. */
export function parseRows(text: string): Map<string, Row> | string {
  const json = scanJson(text, STRICT, { levels: 2 });
  if (json.kind === "fault" || json.root.kind !== "object") {
    return text.trim() === "" ? "it is empty" : "it is not a JSON object, or cut off";
  }
  const rows = new Map<string, Row>();
  for (const { key, value } of json.root.members) {
    const row = rowOf(value);
    if (row === undefined) return `the key ${JSON.stringify(key)} is not of the form {value, timestamp}`;
    rows.set(key, row);
  }
  return rows;
}

/** Reads one row; `undefined` where it is no object with a value. */
export function parseRow(raw: string): Row | undefined {
  const json = scanJson(raw, STRICT, { levels: 1 });
  return json.kind === "fault" ? undefined : rowOf(json.root);
}

function rowOf(node: JsonNode): Row | undefined {
  const value = valueUnder(node, "value");
  return value && { raw: node.raw, value: compacted(value.raw), timestamp: textOf(valueUnder(node, "timestamp")?.raw) };
}

/** The row of a value, with what an earlier one had beside its value and time. */
export function makeRow(value: string, timestamp: string | undefined, earlier?: Row): Row {
  const members = byKey((earlier && membersOf(earlier.raw)) ?? []);
  members.set("value", value);
  members.set("timestamp", JSON.stringify(timestamp ?? null));
  const raw = `{${[...members].map(([key, text]) => `${keyText(key)}: ${text}`).join(", ")}}`;
  return { raw, value, timestamp };
}

/** In ASCII, as the values are, so that the file is read in any locale. */
function keyText(key: string): string {
  return inAscii(JSON.stringify(key));
}

/** The text of a store: one row on a line, so that a diff shows what changed. */
export function formatRows(rows: Rows): string {
  const lines: string[] = [];
  for (const [key, { raw }] of rows) lines.push(`  ${keyText(key)}: ${raw}`);
  return lines.length === 0 ? "{}\n" : `{\n${lines.join(",\n")}\n}\n`;
}

/** Whether the row stands on one line of the text that `formatRows` makes. */
export function isLine({ raw }: Row): boolean {
  return !raw.includes("\n");
}

/**
 * What `formatRows` would make of the rows with this one in them, made of the bytes
 * it made before: the other rows are copied, not written again. Each must be a
 * line, so that what begins like the row's line can only be the row.
 */
export function spliceRow(bytes: Uint8Array, rows: Rows, key: string, row: Row): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = `  ${keyText(key)}: `;
  const earlier = rows.get(key);
  if (earlier === undefined) {
    const line = `${rows.size === 0 ? "{" : ","}\n${head}${row.raw}\n}\n`;
    return Buffer.concat([text.subarray(0, rows.size === 0 ? 0 : text.length - "\n}\n".length), Buffer.from(line)]);
  }
  const start = text.indexOf(`\n${head}`) + 1;
  const end = start + Buffer.byteLength(head) + Buffer.byteLength(earlier.raw);
  return Buffer.concat([text.subarray(0, start), Buffer.from(head + row.raw), text.subarray(end)]);
}

/** Entries of any store as rows. */
export function rowsOf(entries: Entries): Map<string, Row> {
  return new Map([...entries].map(([key, { value, timestamp }]) => [key, makeRow(value, timestamp)]));
}

/**
 * Entries as a list of `[key, value, timestamp]`, the value as text within text:
 * the layout of checkpoints in a database.
 */
export function formatList(entries: Entries): string {
  return JSON.stringify([...entries].map(([key, { value, timestamp }]) => [key, value, timestamp ?? null]));
}

/** Reads what `formatList` writes; a value that is JSON instead of text within text is taken as it is. */
export function parseList(text: string): Entries | undefined {
  const entries = new Map<string, Entry>();
  for (const item of itemsOf(text) ?? [""]) {
    const [keyText = "", valueText = "", timestamp] = itemsOf(item) ?? [];
    const key = parseJson(keyText);
    const inner = parseJson(valueText);
    const value = compactJson(typeof inner === "string" ? inner : valueText);
    if (typeof key !== "string" || value === undefined) return undefined;
    entries.set(key, { value, timestamp: textOf(timestamp) });
  }
  return entries;
}

/** The time that a part of a row says. */
export function textOf(json: string | undefined): string | undefined {
  return json === undefined ? undefined : timeOf(parseJson(json));
}

const LATEST = 8.64e12;

/** A time as text; seconds since the epoch, which other programs write, as the text they mean if a calendar has them. */
export function timeOf(value: unknown): string | undefined {
  if (typeof value === "number" && Math.abs(value) <= LATEST) return formatTime(value * 1000);
  return typeof value === "string" && value !== "" ? value : undefined;
}
