/**
 * What other tools' files say: `fixtures/adapters/<name>/<case>/` holds files made after real
 * ones, `wanted.json` what is in hand by the judgement of a reader (`null` for nothing), and
 * `expected.json` all that is read.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ADAPTERS, detect, labelOf } from "../../src/adapters/list.ts";
import { toWire } from "../../src/json/wire.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/adapters");

describe.each(ADAPTERS)("$name", ({ name, files, load }) => {
  test.each(readdirSync(join(FIXTURES, name)))("%s", async (which) => {
    const folder = join(FIXTURES, name, which);
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.split("\\").join("/"));
    const patterns = files.map((pattern) => new RegExp(`^${pattern.replace(/[.]/g, "\\.").replace("*", "[^/]+")}$`));
    const given = patterns.flatMap((pattern) =>
      all
        .filter((path) => pattern.test(path) && statSync(join(folder, path)).isFile())
        .sort()
        .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") })),
    );
    const { titles, branch } = JSON.parse(readFileSync(join(folder, "wanted.json"), "utf8"));
    const readings = (await load()).read(given, branch);
    expect(readings.map(({ work }) => work?.title ?? null)).toEqual(titles);
    const expected = join(folder, "expected.json");
    const read = JSON.stringify(toWire(readings), null, 2);
    if (process.env["UPDATE_FIXTURES"] || !existsSync(expected)) writeFileSync(expected, `${read}\n`);
    expect(JSON.parse(read)).toEqual(JSON.parse(readFileSync(expected, "utf8")));
  });
});

test("tools are told by names in the project's root alone", () => {
  expect(detect(new Set(["src", "specs", ".planning"])).map(({ name }) => name)).toEqual(["gsd", "plan", "tasks"]);
  expect(detect(new Set(["src"]))).toEqual([]);
  expect([labelOf("gsd"), labelOf("other")]).toEqual(["GSD", "other"]);
});
