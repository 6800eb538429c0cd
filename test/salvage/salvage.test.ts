/**
 * Damage of every kind, alone and in pairs: what can still be read must stand in the
 * rebuilt file, nothing may be invented, and the rebuilt file must be in order.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseState } from "../../src/document/state.ts";
import { checkState } from "../../src/rules/check.ts";
import { salvageState } from "../../src/salvage/salvage-state.ts";
import type { Sources } from "../../src/salvage/source.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { decode, sourceOf } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import {
  Chance,
  combine,
  DAMAGES,
  type Damage,
  damagedBy,
  makeModel,
  measure,
  textOfModel,
} from "../support/damage.ts";
import { spread, upTo } from "../support/effort.ts";

const NOTHING: Sources = { work: [], archived: [] };
const OPTIONS = { now: NOW, readYaml };

interface Sum {
  readable: number;
  missing: string[];
  invented: string[];
  invalid: string[];
}

function run(damage: Damage, seeds: readonly number[], sum: Sum, name: string): void {
  for (const seed of seeds) {
    const model = makeModel(seed);
    const damaged = damagedBy(damage, textOfModel(model), new Chance(seed * 7919));
    const { text } = salvageState(damaged.bytes, NOTHING, OPTIONS);
    const { readable, missing, invented } = measure(model, damaged.readable, text);
    const errors = checkState(parseState(sourceOf(text), readYaml), { now: NOW }).filter(
      ({ severity }) => severity === "error",
    );
    const at = `${name}, seed ${seed}: `;
    sum.readable += readable.length;
    sum.missing.push(...missing.map((fact) => at + fact));
    sum.invented.push(...invented.map((fact) => at + fact));
    sum.invalid.push(...errors.map(({ rule, message }) => `${at}${rule}: ${message}`));
  }
}

const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);
const newSum = (): Sum => ({ readable: 0, missing: [], invented: [], invalid: [] });

test.each(Object.entries(DAMAGES))("%s: 99 of 100 facts are saved, none is invented", (name, damage) => {
  const sum = newSum();
  run(damage, seedsFrom(1, upTo(40, 20)), sum, name);
  if (name !== "an empty file") expect(sum.readable).toBeGreaterThan(upTo(100, 50));
  expect(sum.missing.length / Math.max(1, sum.readable), sum.missing.join("\n")).toBeLessThanOrEqual(0.01);
  expect(sum.invalid).toEqual([]);
  // A byte that became another letter cannot be told from what was meant.
  expect(sum.invented.length, sum.invented.join("\n")).toBeLessThanOrEqual(name === "random bytes changed" ? 2 : 0);
});

test("damage upon damage: 99 of 100 facts are saved, none is invented", () => {
  const sum = newSum();
  const pairs = Object.entries(DAMAGES).flatMap(([first, one]) =>
    Object.entries(DAMAGES).map(([second, other]) => [`${first}, then ${second}`, combine(one, other)] as const),
  );
  const numbered = pairs.map(([name, damage], at) => ({ name, damage, seed: 1000 + at }));
  for (const { name, damage, seed } of spread(numbered, 110)) run(damage, [seed], sum, name);
  expect(sum.readable).toBeGreaterThan(upTo(15_000));
  expect(sum.missing.length / sum.readable, sum.missing.join("\n")).toBeLessThanOrEqual(0.01);
  expect(sum.invalid).toEqual([]);
  expect(sum.invented.length, sum.invented.join("\n")).toBeLessThanOrEqual(2);
});

/** Spellings that are read with a warning, and that a rebuilt file has in their regular form. */
const RESPELLED =
  /hand-edited|plain-(?:fields|bullets|issue|prose)|wrong-headings|no-break-space-item|time-twice|last-updated-elsewhere|empty-item|underline-below-list|update-progress\/|adopt\//;

test("a file that is in order is rebuilt as it is", () => {
  let count = 0;
  const changed: string[] = [];
  for (const folder of ["read-silently", "read", "changes"]) {
    const root = join(import.meta.dirname, "../../fixtures", folder);
    for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".md") || RESPELLED.test(join(folder, name))) continue;
      const bytes = readFileSync(join(root, name));
      const source = decode(bytes);
      const document = parseState(source, readYaml);
      if (!document.known.active) continue;
      if (checkState(document, { now: NOW }).some(({ severity }) => severity === "error")) continue;
      count++;
      const { text, lost } = salvageState(bytes, NOTHING, OPTIONS);
      if (text !== source.text || lost.length > 0) changed.push(join(folder, name));
    }
  }
  expect(changed).toEqual([]);
  expect(count).toBeGreaterThan(80);
});
