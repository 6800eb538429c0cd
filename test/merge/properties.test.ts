/** What holds for every merge: no side loses a line, a side that did nothing yields, and no input is too odd. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "../../src/document/document.ts";
import { parseState } from "../../src/document/state.ts";
import { parseWork } from "../../src/document/work.ts";
import { withoutBlankEnd } from "../../src/merge/entry.ts";
import { printHunks } from "../../src/merge/hunk.ts";
import { type MergeInput, mergeFiles } from "../../src/merge/merge.ts";
import { linesOf } from "../../src/merge/part.ts";
import { mergeDocuments } from "../../src/merge/structure.ts";
import { mergeLines } from "../../src/text/diff/three-way.ts";
import { type Source, sourceOf } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/merge");
const TEXTS = readdirSync(FIXTURES).flatMap((name) =>
  ["ours", "theirs"].map((side) => readFileSync(join(FIXTURES, name, `${side}.md`), "utf8")),
);
const RUNS = runs(300, 6);

const words = fc.array(fc.constantFrom("limit", "tests", "read", "index", "A", "2", "cache"), {
  minLength: 1,
  maxLength: 4,
});
const newLine = fc.oneof(
  words.map((all) => `- ${all.join(" ")}`),
  words.map((all) => `- ✅ ${all.join(" ")}`),
  words.map((all) => `1. ${all.join(" ")}`),
  words.map((all) => `  - ${all.join(" ")}`),
  words.map((all) => all.join(" ")),
  words.map((all) => `## ${all.join(" ")}`),
  words.map((all) => `**Branch:** ${all.join("-")}`),
  fc.constantFrom("", "```", "### 2024-10-23T12:00:00Z", "<!-- note", "-->"),
);
type Change = { readonly at: number; readonly kind: "insert" | "replace" | "remove" | "move"; readonly line: string };
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(60),
  kind: fc.constantFrom("insert", "replace", "remove", "move"),
  line: newLine,
});
const changes = fc.array(change, { maxLength: 5 });

function changed(text: string, list: readonly Change[]): string {
  const lines = text.split(/\r?\n/);
  for (const { at, kind, line } of list) {
    const place = at % lines.length;
    if (kind === "insert") lines.splice(place, 0, line);
    else if (kind === "replace") lines[place] = line;
    else {
      const [gone = ""] = lines.splice(place, 1);
      if (kind === "move") lines.splice((place + 3) % (lines.length + 1), 0, gone);
    }
  }
  return lines.join(text.includes("\r") ? "\r\n" : "\n");
}

const versions = fc
  .tuple(fc.constantFrom(...TEXTS), changes, changes, fc.boolean())
  .map(([base, ours, theirs, made]) => ({
    base: made ? undefined : base,
    ours: changed(base, ours),
    theirs: changed(base, theirs),
  }));

/** As a document of ours or of nobody. */
const kinds = fc.constantFrom<MergeInput["kind"]>(undefined, "plain");

function merge(
  { base, ours, theirs }: { base: string | undefined; ours: string; theirs: string },
  more: Partial<MergeInput> = {},
) {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const input = { base: base === undefined ? undefined : bytesOf(base), ours: bytesOf(ours), theirs: bytesOf(theirs) };
  const merged = mergeFiles({ ...input, now: NOW, ...more });
  return { ...merged, text: Buffer.from(merged.bytes).toString() };
}

/** A line without what a merge may settle: the number of an item, and how far it is. */
function plainOf(line: string): string {
  return line
    .replace(/^(\s*)(?:[-*+]|\d{1,9}[.)])\s+/, "$1- ")
    .replace(/^(\s*- )(?:✅|🔄|⏸️?|❌|\[[ xX~]\])\s*/u, "$1")
    .replace(/\s*\((?:\d{1,3}% done|created|modified)\)$/, "")
    .trimEnd();
}

/** The lines whose loss would be one: blank ones say nothing, of two dates the later stands, Recent Work is short. */
function linesThatCount(text: string): readonly string[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !/\*\*(?:Last Updated|Previous Issue):\*\*/.test(line))
    .map(plainOf);
}

test("a line that a side added stands in the result, and so does one that nobody touched", () => {
  fc.assert(
    fc.property(versions, kinds, (given, kind) => {
      const { text } = merge(given, { kind });
      const result = new Set(linesThatCount(text));
      const [base, ours, theirs] = [given.base ?? "", given.ours, given.theirs].map((each) => linesThatCount(each));
      // Of two equal lines each side may have removed another one.
      const count = (lines: readonly string[], line: string) => lines.filter((each) => each === line).length;
      const isEverywhere = (line: string) =>
        count(ours!, line) === count(base!, line) && count(theirs!, line) === count(base!, line);
      const expected = [
        ...ours!.filter((line) => !base!.includes(line) || isEverywhere(line)),
        ...theirs!.filter((line) => !base!.includes(line)),
      ];
      expect(expected.filter((line) => !result.has(line))).toEqual([]);
    }),
    RUNS,
  );
});

test("a side that did nothing yields to the other, to the byte", () => {
  fc.assert(
    fc.property(versions, fc.boolean(), ({ base = "", ours }, crlf) => {
      const side = crlf ? ours.replaceAll("\n", "\r\n") : ours;
      expect(merge({ base, ours: side, theirs: side }).text).toBe(side);
      expect(merge({ base, ours: base, theirs: side }).text).toBe(side);
      expect(merge({ base, ours: side, theirs: base }).text).toBe(side);
    }),
    RUNS,
  );
});

test("the same holds part by part, where nothing is taken from one side as a whole", () => {
  fc.assert(
    fc.property(fc.constantFrom(...TEXTS), changes, fc.boolean(), (text, list, isPlain) => {
      const one = text.replaceAll("\r\n", "\n");
      const plain = (source: Source) => ({ kind: "plain", ...parseDocument(source) }) as const;
      const parse = isPlain ? plain : one.includes("# Issue #") ? parseWork : parseState;
      const [base, side] = [one, changed(one, list)].map((each) => parse(sourceOf(each)));
      const expected = withoutBlankEnd(linesOf(side!.text));
      for (const [ours, theirs] of [
        [side!, base!],
        [base!, side!],
        [side!, side!],
      ] as const) {
        expect(printHunks(mergeDocuments({ base, ours, theirs }), 7)).toEqual({ lines: expected, conflicts: 0 });
      }
    }),
    RUNS,
  );
});

test("both sides see a conflict, or none does", () => {
  fc.assert(
    fc.property(versions, kinds, ({ base, ours, theirs }, kind) => {
      const there = merge({ base, ours, theirs }, { kind });
      const back = merge({ base, ours: theirs, theirs: ours }, { kind });
      expect(there.conflicts > 0).toBe(back.conflicts > 0);
    }),
    RUNS,
  );
});

test("byte order mark and line endings of ours stay", () => {
  fc.assert(
    fc.property(versions, ({ base, ours, theirs }) => {
      fc.pre(ours !== theirs && ours !== base && ours.includes("\n"));
      const { text } = merge(
        { base, ours: `\ufeff${ours.replace(/^\ufeff/, "").replace(/\r?\n/g, "\r\n")}`, theirs },
        {},
      );
      const back = merge({ base, ours, theirs }).text.replace(/^\ufeff/, "");
      expect(text.replaceAll("\r\n", "\n").includes("\r")).toBe(false);
      expect(/(?<!\r)\n/.test(text)).toBe(false);
      expect(text.replaceAll("\r\n", "\n")).toBe(`\ufeff${back.replaceAll("\r\n", "\n")}`);
    }),
    RUNS,
  );
});

test("any three files have a result, and bytes that are no text keep ours", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (base, ours, theirs) => {
      const { bytes, conflicts, by } = mergeFiles({ base, ours, theirs, now: NOW });
      if (by === "nothing") expect([Buffer.compare(bytes, ours), conflicts]).toEqual([0, 1]);
      for (const line of Buffer.from(theirs).toString("latin1").split("\n")) {
        const known = Buffer.from(base).toString("latin1").split("\n").includes(line) || line.trim() === "";
        if (by !== "nothing" && !known)
          expect(Buffer.from(bytes).toString("latin1")).toContain(line.replace(/\r$/, ""));
      }
    }),
    RUNS,
  );
});

test("a merge of lines keeps what a side added, also where the comparison is cut short", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, lines, (base, ours, theirs) => {
      const chunks = mergeLines(base, ours, theirs);
      const all = chunks.flatMap((chunk) => (chunk.kind === "clean" ? chunk.lines : [...chunk.ours, ...chunk.theirs]));
      for (const line of [...ours, ...theirs].filter((each) => !base.includes(each))) expect(all).toContain(line);
    }),
    RUNS,
  );
  const [from, to] = [0, 1].map((side) =>
    Array.from({ length: 5000 }, (_, at) => `${at % 7 === 0 ? "same" : side} ${at}`),
  );
  const chunks = mergeLines(from!, to!, from!);
  expect(chunks).toEqual([{ kind: "clean", lines: to }]);
  // Of lines that crossed the longest run that did not is matched.
  const moved = [...to!.slice(2500), ...to!.slice(0, 2500)];
  expect(mergeLines(from!, moved, from!)).toEqual([{ kind: "clean", lines: moved }]);
  const both = mergeLines(from!, to!, moved).flatMap((chunk) => (chunk.kind === "clean" ? chunk.lines : chunk.theirs));
  expect(both).toEqual(moved);
});
