/** The tables that compare the gate with the documents of its origin: complete, and each row held by a test. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

interface Row {
  /** The document and the number of the sentence in it. */
  readonly id: string;
  /** What is promised there. */
  readonly what: string;
  readonly now: string;
  /** The file and a part of the title of the test that holds it, or what is different. */
  readonly test: string;
  /** Why it is different. */
  readonly why?: string;
}

/** How many sentences each document has. */
const COUNTS: Readonly<Record<string, number>> = { "000": 50, "001": 50, "002": 76, "003": 117, "004": 128 };
const KEYS = ["id", "what", "now", "test", "why"];
const ROOT = join(import.meta.dirname, "../..");

const tables = readdirSync(import.meta.dirname).filter((name) => /^comparison-.*\.json$/.test(name));
const rows = tables.flatMap((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8")) as Row[]);
const seeds = [...new Set(rows.map(({ id }) => id.split(".")[0]!))];

test("there are tables", () => {
  expect(tables).not.toEqual([]);
  expect(seeds.filter((seed) => COUNTS[seed] === undefined)).toEqual([]);
});

test.each(seeds)("every sentence of %s has one row", (seed) => {
  const wanted = Array.from({ length: COUNTS[seed]! }, (_, index) => `${seed}.${index + 1}`);
  expect(rows.map(({ id }) => id).filter((id) => id.startsWith(`${seed}.`))).toEqual(wanted);
});

describe("a row", () => {
  test.each(rows)("$id names a test that is there", ({ test: named }) => {
    const [path = "", ...titles] = named.split(" › ");
    // What every driver is held to is public, and stands in the source.
    expect(path).toMatch(/^(?:test|src\/store\/contract-[a-z]+)\b.*\.ts$/);
    expect(existsSync(join(ROOT, path))).toBe(true);
    const title = titles.join(" › ");
    expect(title.length).toBeGreaterThan(3);
    // Titles made in loops stand there with their signs for what is put in.
    const names = readFileSync(join(ROOT, path), "utf8").split("\n");
    expect(names.filter((line) => line.includes(title) || line.replaceAll('\\"', '"').includes(title))).not.toEqual([]);
  });

  test("says in a few words what is promised, and why where it differs", () => {
    const wrong = rows.filter(
      (row) =>
        Object.keys(row).some((key) => !KEYS.includes(key)) ||
        !["works", "differs"].includes(row.now) ||
        row.what.trim() === "" ||
        (row.now === "differs") !== Boolean(row.why?.trim()),
    );
    expect(wrong).toEqual([]);
  });
});
