/** What is cached of a text must be what reading it says, whatever the text, the time and the facts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseState } from "../../src/document/state.ts";
import { fillCache } from "../../src/gate/view/cache-fill.ts";
import { status } from "../../src/gate/view/status.ts";
import { toWire } from "../../src/json/wire.ts";
import { checkAlone, checkState } from "../../src/rules/check.ts";
import { checkFacts } from "../../src/rules/fact-rules.ts";
import type { Facts } from "../../src/rules/rule.ts";
import { inOrder } from "../../src/rules/run.ts";
import { decode } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import { runs, spread, upTo } from "../support/effort.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const HOUR = 3_600_000;
const FIXTURES = join(import.meta.dirname, "../../fixtures");
const CACHE = ".claude/.gate/cache";

const STATES = [
  "read",
  "read-silently",
  ...readdirSync(join(FIXTURES, "rules")).map((name) => `rules/${name}`),
].flatMap((folder) =>
  readdirSync(join(FIXTURES, folder))
    .filter((name) => name.endsWith(".md") && !name.endsWith(".work.md"))
    .map((name) => join(FIXTURES, folder, name)),
);

const MUTATIONS = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.constantFrom(0, 1, 2, 10, 100),
    piece: fc.constantFrom("", "\n", "#", "**", "- [ ] x (40%)\n", "\0", "\ud800", "é", "#9", "2031-01-01T00:00:00Z"),
  }),
  { maxLength: 3 },
);

function mutate(text: string, mutations: readonly { at: number; length: number; piece: string }[]): string {
  for (const { at, length, piece } of mutations) {
    const place = Math.floor(at * text.length);
    text = text.slice(0, place) + piece + text.slice(place + length);
  }
  return text;
}

function makeCaching(): TestProject {
  const project = makeProject();
  mkdirSync(join(project.root, ".claude/.gate"));
  mkdirSync(join(project.root, ".claude/work"));
  return project;
}

const answer = async ({ gate }: TestProject) => JSON.stringify(toWire(await status(gate)));

test("an answer from the cache is the answer from the text", async () => {
  const project = makeCaching();
  const work = fixture("read/format.work.md");
  let cached = 0;
  const run = async (file: string, mutations: Parameters<typeof mutate>[1], facts: DatedFacts) => {
    const text = mutate(readFileSync(file, "latin1"), mutations);
    project.write(".claude/state.md", Buffer.from(text, "latin1"));
    for (const issue of [7, 1234]) {
      const path = join(project.root, `.claude/work/${issue}.md`);
      if (facts.work === undefined) rmSync(path, { force: true });
      else writeFileSync(path, work.replace("in_progress", facts.work));
    }
    const modified = (NOW + facts.modified * HOUR) / 1000;
    utimesSync(join(project.root, ".claude/state.md"), modified, modified);
    rmSync(join(project.root, CACHE), { recursive: true, force: true });
    const gate = { ...project.gate, clock: () => NOW + facts.now * HOUR };
    const read = await answer({ ...project, gate });
    expect(existsSync(join(project.root, CACHE)), "reading caches nothing").toBe(false);
    await fillCache(gate);
    if (existsSync(join(project.root, CACHE, "state"))) cached++;
    expect(await answer({ ...project, gate })).toBe(read);
    // What is cached was made at one time and is asked at another.
    const later = { ...project, gate: { ...gate, clock: () => gate.clock() + 30 * HOUR } };
    const known = await answer(later);
    rmSync(join(project.root, CACHE), { recursive: true, force: true });
    expect(await answer(later)).toBe(known);
  };
  for (const file of spread(STATES, 60)) await run(file, [], { now: 0, modified: 0, work: "in_progress" });
  expect(cached).toBeGreaterThan(upTo(STATES.length, 60) / 2);
  await fc.assert(fc.asyncProperty(fc.constantFrom(...STATES), MUTATIONS, FACTS, run), runs(400));
});

interface DatedFacts {
  readonly now: number;
  readonly modified: number;
  readonly work: string | undefined;
}

const FACTS: fc.Arbitrary<DatedFacts> = fc.record({
  now: fc.constantFrom(-100_000, -1, 0, 5, 25, 49, 100_000),
  modified: fc.constantFrom(-1, 0, 30, 90_000),
  work: fc.constantFrom(undefined, "in_progress", "completed", "odd"),
});

test("what is wrong with a text is the same everywhere, apart from what the facts say", () => {
  const facts: fc.Arbitrary<Facts> = fc.record(
    {
      now: fc.constantFrom(NOW, NOW - 100_000 * HOUR, NOW + 100_000 * HOUR),
      modified: fc.constantFrom(NOW, NOW + 90_000 * HOUR),
      activeWorkFile: fc.constantFrom("present", "missing", "archived", "both"),
      activeWorkStatus: fc.constantFrom("in_progress", "completed"),
      branch: fc.constantFrom("main", "a/b", null),
      hasHistory: fc.boolean(),
      unfinished: fc.constantFrom({}, { command: "gate done" }, { command: "gate save" }),
    },
    { requiredKeys: ["now"] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...STATES), MUTATIONS, facts, (file, mutations, around) => {
      const text = mutate(readFileSync(file, "latin1"), mutations);
      const document = parseState(decode(Buffer.from(text, "latin1")));
      const alone = checkAlone(document);
      if (alone === undefined) return;
      expect(inOrder([...alone, ...checkFacts(document, around)])).toEqual(checkState(document, around));
    }),
    runs(2000),
  );
});

test("a cache that was tampered with is passed over", async () => {
  const project = makeCaching();
  project.write(".claude/state.md", fixture("read/format.md"));
  project.write(".claude/work/1234.md", fixture("read/format.work.md"));
  const read = await answer(project);
  await fillCache(project.gate);
  const files = ["state", "work"].map((name) => join(project.root, CACHE, name));
  const whole = files.map((file) => readFileSync(file));
  const damage = fc.oneof(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ cut: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ text: fc.string({ unit: "binary", maxLength: 300 }) }),
    fc.record({ more: fc.constantFrom("x", "{}", "\n") }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(0, 1), damage, async (which, how) => {
      const bytes = Buffer.from(whole[which]!);
      let damaged: Buffer = bytes;
      if ("at" in how) bytes[Math.floor(how.at * (bytes.length - 1))] = how.byte;
      else if ("cut" in how) damaged = bytes.subarray(0, Math.floor(how.cut * bytes.length));
      else if ("text" in how) damaged = Buffer.from(how.text);
      else damaged = Buffer.concat([bytes, Buffer.from(how.more)]);
      writeFileSync(files[which]!, damaged);
      expect(await answer(project)).toBe(read);
      writeFileSync(files[which]!, whole[which]!);
    }),
    runs(500),
  );
});

test("an answer that has another shape is passed over, however well it was forged", async () => {
  const project = makeCaching();
  project.write(".claude/state.md", fixture("read/format.md"));
  const read = await answer(project);
  await fillCache(project.gate);
  const file = join(project.root, CACHE, "state");
  const bytes = readFileSync(file);
  const source = Buffer.from(fixture("read/format.md"));
  const end = bytes.indexOf(10) + 1;
  const mirrored = bytes.subarray(end + source.length).toString();
  const question = mirrored.slice(0, mirrored.indexOf("\n") + 1);
  const json = mirrored.slice(question.length, mirrored.length / 2);
  const forge = (answered: string) => {
    const line = Buffer.from(question + answered);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, end), source, line, line]));
  };
  forge(json.replace('"nextSteps":[', '"nextSteps":["Forged",'));
  expect(await answer(project)).toContain('"Forged"');
  for (const forged of [
    ...["null", "{", "[]", '{"said":{}}', '{"said":null,"findings":[],"revision":"0"}'],
    json.replace('"nextSteps":[', '"nextSteps":[7,'),
    json.replace('"findings"', '"__proto__"'),
    json.replace('"revision":"', '"revision":["'),
    `${json.slice(0, -1)},"more":1}`,
  ]) {
    forge(forged);
    expect(await answer(project)).toBe(read);
  }
});

test("nothing is cached where the gate has no folder", async () => {
  const project = makeProject({ ".claude/state.md": fixture("read/format.md") });
  await fillCache(project.gate);
  expect(project.exists(".claude/.gate")).toBe(false);
});

test("only what answers asks the cache, and nothing that writes a document", () => {
  const src = join(import.meta.dirname, "../../src");
  const using = (word: RegExp) =>
    readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && word.test(readFileSync(join(src, name), "utf8")))
      .map((name) => name.replaceAll("\\", "/"))
      .sort();
  expect(using(/from "\.\/cache\.ts"/)).toEqual(["gate/view/cache-fill.ts", "gate/view/state-cached.ts"]);
  expect(using(/from ".*\/state-cached\.ts"/)).toEqual(["gate/view/state-parsed.ts", "gate/view/status.ts"]);
});
