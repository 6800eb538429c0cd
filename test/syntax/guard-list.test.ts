/** The list of guarded files as text: read with its places, and changed with every other byte as it was. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { scanGuardText } from "../../src/syntax/scan-guard.ts";
import { addToGuardText, readGuardText, removeFromGuardText } from "../../src/syntax/yaml/guard-list.ts";
import { runs } from "../support/effort.ts";

const patternsIn = (text: string) => readGuardText(text).entries.map(({ pattern }) => pattern);

test.each([
  ["", []],
  ["# only a comment\n", []],
  ["schema_version: 1\n", []],
  ["guard:\n", []],
  ["guard: ~\n", []],
  ["guard: []\n", []],
  ["schema_version: 1\nguard:\n  - a.md # why\n  - 'b c.md'\n", ["a.md", "b c.md"]],
  ['guard: [a.md, "*.md"]\n', ["a.md", "*.md"]],
])("reads %j", (text, expected) => {
  const { entries, faults } = readGuardText(text);
  expect(faults).toEqual([]);
  expect(entries.map(({ pattern }) => pattern)).toEqual(expected);
  for (const { pattern, start, end } of entries) expect(text.slice(start, end)).toContain(pattern);
});

test.each([
  ["- a.md\n", 0, /expected `schema_version: 1` and a list/],
  ["guard:\n  - a: b\n", 11, /expected a path as text$/],
  ["guard:\n  - 7\n", 11, /expected a path as text$/],
  ["guard: a.md\n", 7, /expected a list of paths/],
  ["guard:\n  - &x a.md\n  - *x\n", 23, /a glob that begins with `\*` stands in quotes/],
  ["schema_version: 2\n", 16, /expected `1`/],
  ["schema_version:\n", 15, /expected `1`/],
  ["guard: [a.md\n", 13, /./],
  ["schema_version: [1]\n", 16, /expected `1`/],
])("says what is wrong with %j", (text, start, message) => {
  const [fault] = readGuardText(text).faults;
  expect(fault).toMatchObject({ severity: "error", message: expect.stringMatching(message) });
  expect([start, 0]).toContain(fault!.start);
});

test("an unknown key is odd, and no more", () => {
  const { entries, faults } = readGuardText("guards: 1\nguard: [a.md]\n");
  expect(entries).toHaveLength(1);
  expect(faults).toEqual([{ message: expect.stringContaining("unknown key"), severity: "warning", start: 0, end: 6 }]);
  expect(readGuardText("? [a]\n: 1\n").faults).toMatchObject([{ severity: "warning" }]);
});

test.each([
  ["", "schema_version: 1\nguard:\n  - x.md\n"],
  ["# c", "# c\nschema_version: 1\nguard:\n  - x.md\n"],
  ["schema_version: 1\r\n", "schema_version: 1\r\nguard:\r\n  - x.md\r\n"],
  ["guard:\n# end\n", "guard:\n  - x.md\n# end\n"],
  ["guard: []\n", "guard: [x.md]\n"],
  ["guard: [a.md] # c\n", "guard: [a.md, x.md] # c\n"],
  ["guard: [a.md, ]\n", "guard: [a.md, x.md]\n"],
  ["guard:\n- a.md # c\n\n# end", "guard:\n- a.md # c\n- x.md\n\n# end"],
  ["guard:\n    - a.md\nother: 1", "guard:\n    - a.md\n    - x.md\nother: 1"],
  ["guard:\n  - >-\n    a.md\n", "guard:\n  - >-\n    a.md\n  - x.md\n"],
])("adds to %j", (before, after) => {
  expect(addToGuardText(before, ["x.md"])).toBe(after);
});

test.each([
  ["guard:\n  # one\n  - a.md # c\n  - x.md # d\n  - b.md\n", "guard:\n  # one\n  - a.md # c\n  - b.md\n"],
  ["guard:\n  - x.md", "guard:\n"],
  ["guard: [x.md]\n", "guard: []\n"],
  ["guard: [x.md, b.md]\n", "guard: [b.md]\n"],
  ["guard: [a.md, x.md]\n", "guard: [a.md]\n"],
  ["guard: [a.md, x.md, x.md, b.md]\n", "guard: [a.md, b.md]\n"],
])("takes out of %j", (before, after) => {
  expect(removeFromGuardText(before, "x.md")).toBe(after);
});

test("a form that leaves no place is left alone", () => {
  expect(addToGuardText("{guard: ~}\n", ["x.md"])).toBeUndefined();
  expect(addToGuardText("{}\n", ["x.md"])).toBeUndefined();
  expect(addToGuardText("guard: ~ # c\n", ["x.md"])).toBe(undefined);
  expect(addToGuardText("- a\n", ["x.md"])).toBeUndefined();
  expect(removeFromGuardText("guard: [\n  x.md, # why\n]\n", "x.md")).toBe("guard: [\n  # why\n]\n");
});

test("what is added is read again, whatever it is called, and taking it out gives the text before", () => {
  const pattern = fc.oneof(
    fc.stringMatching(/^[a-z*?#:'"é -]{1,12}\.md$/),
    fc.constantFrom("*.md", "true.md", "a b.md", "- x.md"),
  );
  const text = fc.constantFrom(
    "guard:\n  - a.md\n",
    "guard: [a.md]\n",
    "# c\nguard:\n  - a.md\n\n# end\n",
    "schema_version: 1\n# c\nguard:\n- a.md # x\n",
  );
  fc.assert(
    fc.property(text, pattern, (before, added) => {
      const after = addToGuardText(before, [added])!;
      expect(patternsIn(after)).toEqual(["a.md", added]);
      if (added !== "a.md") expect(removeFromGuardText(after, added)).toBe(before);
    }),
    runs(500, 5),
  );
});

test("what is read without a parser is what the parser reads, places included", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "schema_version: 1",
      "guard:",
      "guard: # c",
      "",
      "# c",
      "  # c",
      "other: 1",
      "---",
      "guard: []",
      "\t- a.md",
    ),
    fc
      .tuple(
        fc.constantFrom("", "  ", "    "),
        fc.oneof(
          fc.stringMatching(/^[a-z*?.:#"'\\ /-]{1,9}\.md$/),
          fc.constantFrom("a.md", '"*.md"', '"a b.md"', "7", ".5.md", "a: b.md", "true.md"),
        ),
        fc.constantFrom("", "  ", " # c", "# d"),
      )
      .map(([indent, value, end]) => `${indent}- ${value}${end}`),
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom("\n", "\r\n"))
    .map(([lines, eol]) => ["schema_version: 1", "guard:", ...lines].slice(lines.length % 3).join(eol));
  let scanned = 0;
  fc.assert(
    fc.property(text, (given) => {
      const found = scanGuardText(given);
      if (found === undefined) return;
      if (found.entries.length > 0) scanned++;
      expect(found).toEqual(readGuardText(given));
    }),
    runs(20_000, 9, 2000),
  );
  expect(scanned).toBeGreaterThan(20);
  const made = addToGuardText("", ["plan.md", "specs/*/tasks.md"])!;
  expect(scanGuardText(made)).toEqual(readGuardText(made));
});
