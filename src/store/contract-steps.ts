/** What the cases of the contract work with. */
import { GateError } from "../base/errors.ts";
import type { Access, Change, Driver, Entries } from "./driver.ts";

/** Where the stores of one case are; others are in other places. */
export interface Place {
  /** Whether what was written is there when it is opened again. */
  readonly durable: boolean;
  /** Opens the store of a namespace in this place; `default` and writing unless said otherwise. */
  open(options?: { readonly namespace?: string; readonly access?: Access; readonly timeout?: number }): Promise<Driver>;
}

/** What time it is for the drivers, and how they write it. */
export const CONTRACT_TIME = Date.UTC(2024, 9, 23, 16, 30, 0);
export const TIME = "2024-10-23T16:30:00Z";

/** Texts that JSON knows and JavaScript would bend. */
export const VALUES = [
  "null",
  "true",
  "0",
  "-1.50",
  "12345678901234567890",
  "1e400",
  '""',
  '"a \\"quoted\\" \\\\ line\\nbreak \\u0000 \\ud83d"',
  '"ünïcode 🚀 \u2028"',
  "[]",
  "{}",
  '{"10":1,"2":2,"__proto__":{"x":1},"constructor":null,"":3}',
  `[${"[".repeat(500)}${"]".repeat(500)}]`,
  JSON.stringify("x".repeat(100_000)),
];

export const KEYS = [
  "a",
  "10",
  "2",
  "__proto__",
  "constructor",
  "a:b",
  "*",
  "[x]?",
  " ",
  "é",
  "🚀",
  'q"\\',
  "line\nbreak",
  "%s",
];

/** Writes that set these values, for `update`. */
export function sets(values: Readonly<Record<string, string>> | ReadonlyMap<string, string>): () => Change<undefined> {
  const writes = new Map(values instanceof Map ? values : Object.entries(values));
  return () => ({ writes, result: undefined });
}

export async function set(driver: Driver, key: string, value: string): Promise<void> {
  await driver.update([], sets(new Map([[key, value]])));
}

/** Adds one to a number, reading and writing in one step. */
export function increment(driver: Driver, key: string): Promise<number> {
  return driver.update([key], (found) => {
    const next = Number(found.get(key)?.value ?? "0") + 1;
    return { writes: new Map([[key, String(next)]]), result: next };
  });
}

export function plain(entries: Entries): Record<string, string> {
  return Object.fromEntries([...entries].map(([key, { value }]) => [`key ${key}`, value]));
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => "nothing was thrown",
    (thrown) => thrown,
  );
  return error instanceof GateError ? error.code : String(error);
}

/** A rule of the contract. */
export interface Case {
  /** What holds, in a sentence. */
  readonly title: string;
  /** Whether it holds of stores alone that outlive the driver. */
  readonly durable: boolean;
  run(place: Place): Promise<void>;
}
