/**
 * What is kept on a Redis server, and how it is spelled.
 *
 * `state:<ns>:<key>` is the bare JSON value and `checkpoint:<ns>:<name>` is `{key: value}`,
 * as programs of the format's origin write and read them. What they do not have stands
 * beside it, in the hash `state-gatekeeper:<ns>`: `time:<key>`, `made:<checkpoint>`,
 * `times:<checkpoint>` as `{key: time}`, `schema_version`. An earlier version kept
 * `{value, timestamp}` in the keys, and said so by `state-schema:<ns>`.
 */
import { parseObject } from "../base/json.ts";
import { compacted, compactJson } from "../json/layout.ts";
import { byKey, membersOf } from "../json/members.ts";
import type { Checkpoint, Entries, Entry } from "./driver.ts";
import { parseRow, parseRows, textOf, timeOf } from "./json-rows.ts";

/** The names of one kind of keys. */
export interface Names {
  readonly prefix: string;
  /** The names with the prefix, for `SCAN`. */
  readonly pattern: string;
}

/** All names of a namespace. */
export interface Layout {
  readonly keys: Names;
  readonly checkpoints: Names;
  /** The hash of what is ours. */
  readonly facts: string;
  /** What an earlier version set. */
  readonly marker: string;
}

export function layoutOf(namespace: string): Layout {
  return {
    keys: names("state", namespace),
    checkpoints: names("checkpoint", namespace),
    facts: `state-gatekeeper:${namespace}`,
    marker: `state-schema:${namespace}`,
  };
}

function names(kind: string, namespace: string): Names {
  const prefix = `${kind}:${namespace}:`;
  return { prefix, pattern: `${prefix.replace(/[\\*?[\]]/g, "\\$&")}*` };
}

/** The entry of a key; `undefined` where its text is no JSON. `isEarlier` says that an earlier version wrote it. */
export function entryOf(text: string, time: string | undefined, isEarlier: boolean): Entry | undefined {
  if (isEarlier) {
    const row = parseRow(text);
    return row && { value: row.value, timestamp: row.timestamp };
  }
  const value = compactJson(text);
  return value === undefined ? undefined : { value, timestamp: timeOf(time) };
}

/** A checkpoint as it is kept: its text, when it was made, and the times of its entries. */
export interface KeptCheckpoint {
  readonly text: string;
  readonly made: string | undefined;
  readonly times: string | undefined;
}

/** Reads a checkpoint; `undefined` where it is damaged. */
export function checkpointOf(name: string, kept: KeptCheckpoint, isEarlier: boolean): Checkpoint | undefined {
  const members = membersOf(kept.text);
  if (members === undefined) return undefined;
  if (isEarlier) {
    const parts = byKey(members);
    const rows = parseRows(parts.get("state") ?? "");
    return typeof rows === "string"
      ? undefined
      : { name, createdAt: textOf(parts.get("created_at")) ?? "", entries: rows };
  }
  const times = parseObject(kept.times ?? "") ?? {};
  const entries = new Map(
    members.map(({ key, raw }) => {
      const timestamp = Object.hasOwn(times, key) ? timeOf(times[key]) : undefined;
      return [key, { value: compacted(raw), timestamp }] as const;
    }),
  );
  return { name, createdAt: kept.made ?? "", entries };
}

/** What is kept of a checkpoint: text, time, times. */
export function keptOf({ createdAt, entries }: Checkpoint): readonly [text: string, made: string, times: string] {
  const parts = [...entries].map(([key, { value }]) => `${JSON.stringify(key)}:${value}`);
  return [`{${parts.join(",")}}`, createdAt, timesOf(entries)];
}

function timesOf(entries: Entries): string {
  const known = [...entries].filter(([, { timestamp }]) => timestamp !== undefined);
  const parts = known.map(([key, { timestamp }]) => `${JSON.stringify(key)}:${JSON.stringify(timestamp)}`);
  return `{${parts.join(",")}}`;
}

/** Names, values and times in turn. */
export function partsOf(entries: Entries): readonly string[] {
  return [...entries].flatMap(([key, { value, timestamp = "" }]) => [key, value, timestamp]);
}
