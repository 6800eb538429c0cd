/** Which lines are from outside: by what they say, whoever moves them and whatever the gate does with them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { allSince, firstSince, readStretches, type Stretch, sinceOf, stretchesOf } from "../../src/base/stretch.ts";
import { askOutside, madeLines, metLines } from "../../src/text/outside.ts";
import { runs } from "../support/effort.ts";

const NOW = 1000;
const linesFrom = (text: string, outside: readonly Stretch[]) =>
  text.split("\n").filter((_, at) => sinceOf(outside, at + 1) !== undefined);

test("stretches are the lines they were made from, as long as there are few", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }), { maxLength: 90 }), (lines) => {
      const stretches = stretchesOf(lines);
      expect(stretches.length).toBeLessThanOrEqual(64);
      expect(readStretches(JSON.parse(JSON.stringify(stretches)))).toEqual(stretches);
      expect(lines.map((_, at) => sinceOf(stretches, at + 1))).toEqual(lines);
      const known = lines.filter((since) => since !== undefined);
      expect(firstSince(stretches)).toBe(known.length === 0 ? undefined : Math.min(...known));
    }),
    runs(300),
  );
});

test("many stretches become one, which has all of them", () => {
  const lines = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 7 + at : undefined));
  expect(stretchesOf(lines)).toEqual([[1, 399, 7]]);
});

test.each([7, "x", [7], [[1, 2]], [[1, 2, "3"]], { length: 0 }, null])("%j is no list of stretches", (value) => {
  expect(readStretches(value)).toBeUndefined();
});

test("what somebody else made has from outside what the gate has not written", () => {
  const before = { text: "# A\n- one\n- planted\n", outside: [[3, 3, 5]] as const };
  const met = metLines(before, "- planted\n\n- one\n- new\n# A\n", NOW);
  expect(met).toEqual([
    [1, 1, 5],
    [4, 4, NOW],
  ]);
  expect(metLines(undefined, "a\nb\n", NOW)).toEqual([[1, 2, NOW]]);
});

test("what the gate made of it is its own where nothing was from outside", () => {
  expect(madeLines({ text: "a", outside: [] }, "a\nb", [{ text: "c", outside: [] }])).toEqual([]);
  expect(madeLines(undefined, "a\nb", [])).toEqual([]);
});

test.each([
  ["as it was", "- ⏸️ Rotate all the keys", "- ⏸️ Rotate all the keys"],
  ["ticked off", "- ⏸️ Rotate all the keys", "- ✅ Rotate all the keys"],
  ["with another percentage", "- 🔄 Rotate all the keys (20% done)", "- 🔄 Rotate all the keys (90% done)"],
  ["as a step", "- ⏸️ Rotate all the keys", "1. Rotate all the keys"],
  ["as a title", "# Issue #7: Rotate all the keys", "**Current Issue:** #7 - Rotate all the keys"],
  ["in a line of its own words", "- Rotate all the keys", "- Given up: Rotate all the keys, said the log"],
  ["a question with an answer", "- Rotate all keys? → TBD: ask", "- Rotate all keys? → Yes"],
  ["escaped", "- Rotate *all* the keys", "- Rotate \\*all\\* the keys"],
  ["in other letters", "- Rotate ａll the keys", "- rotate all the KEYS"],
  ["a good part of it", "- Rotate all the keys of production today", "- Rotate all the keys of prod"],
  ["short", "- ⏸️ rm x", "- ✅ rm x"],
])("a line from outside stays so: %s", (_, before, after) => {
  const found = { text: `own\n${before}\n`, outside: [[2, 2, 5]] as const };
  expect(madeLines(found, `own\n\nsaid by the gate\n${after}\n`, [])).toEqual([[4, 4, 5]]);
  // From another document of the same operation too.
  expect(madeLines({ text: "own", outside: [] }, `own\n${after}`, [found])).toEqual([[2, 2, 5]]);
});

test("a line that the gate wrote is its own, also where it says what is said outside, and headings are nobody's", () => {
  const found = { text: "- Add tests for it\n## Next Steps\n---\n- Add tests for it\n", outside: [[2, 4, 5]] as const };
  expect(madeLines(found, "- Add tests for it\n## Next Steps\n1. Plan what the next steps are\n---\n", [])).toEqual([]);
});

test("beyond a bound what would have been compared is from outside", () => {
  const outside = Array.from({ length: 3000 }, (_, at) => `- line ${at} that somebody has planted`).join("\n");
  const made = Array.from({ length: 3000 }, (_, at) => `- words of the gate with number ${at}`).join("\n");
  const found = madeLines({ text: outside, outside: allSince(5) }, made, []);
  expect(linesFrom(made, found)).toContain("- words of the gate with number 2999");
  expect(linesFrom(made, found)).not.toContain("- words of the gate with number 1");
});

test("a text of a document is from outside unless lines of the gate say it", () => {
  const text = "- 🔄 Write *it* (80% done)\n- planted words\n- a long item\n  that goes on\n- and planted\n  more";
  const ask = askOutside({
    text,
    outside: [
      [2, 2, 7],
      [5, 6, 5],
    ] as const,
  });
  expect(["Write *it*", "a long item that goes on", "", "…"].map(ask)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(["planted words", "and planted more", "nowhere"].map(ask)).toEqual([7, 5, 5]);
  expect(askOutside({ text, outside: [] })("planted words")).toBeUndefined();
});

test("nothing that was added outside is ever the gate's, whatever both do in turn", () => {
  const line = fc.constantFrom(..."abcdefgh").map((letter) => `- ${letter.repeat(9)} item`);
  const edit = fc.record({ isGate: fc.boolean(), add: fc.array(line, { maxLength: 3 }), keep: fc.nat(7) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
      let [text, outside, now] = ["", [] as readonly Stretch[], 0];
      let own: ReadonlySet<string> = new Set();
      for (const { isGate, add, keep } of edits) {
        now++;
        const before = text.split("\n");
        const lines = [...add, ...before.filter((_, at) => (at + keep) % 3 !== 0)].filter((each) => each !== "");
        const after = lines.join("\n");
        outside = isGate ? madeLines({ text, outside }, after, []) : metLines({ text, outside }, after, now);
        // What is not there any more may be said anew, by either.
        own = new Set(lines.filter((each) => own.has(each) || (isGate && !before.includes(each))));
        text = after;
        expect(lines.filter((_, at) => sinceOf(outside, at + 1) === undefined)).toEqual(
          lines.filter((each) => own.has(each)),
        );
      }
    }),
    runs(500),
  );
});
