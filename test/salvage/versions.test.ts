/** A rebuilt text beside an older version: what it says less, what both have in common, and which of the two is believed. */
import { describe, expect, test } from "vitest";
import { commonText, lostLines, poorerLines, ungarbled, withFieldsOf } from "../../src/salvage/lost.ts";
import { isMended } from "../../src/salvage/salvage-state.ts";
import { STATE } from "../support/salvaging.ts";

const lines = (...all: readonly string[]) => all.join("\n");

describe("what a rebuilt text says less than an older version", () => {
  const poorer = (older: string, rebuilt: string) => poorerLines(older, rebuilt, isMended);

  test.each<[string, string, string, readonly string[]]>([
    ["is nothing where it says all of it", STATE, STATE, []],
    ["is a line that is gone", "- one\n- two", "- one", ["- two"]],
    ["is no item that is done by now", "- 🔄 Write it (5%)", "- ✅ Write it", []],
    ["is no item that has another number", "1. Write it", "2. Write it", []],
    ["is an item with other words", "- 🔄 Write it", "- 🔄 Write them", ["- 🔄 Write it"]],
    ["is no field with another value", "**Branch:** a\n**Status:** x", "**Branch:** b\n**Status:** y", []],
    ["is a field that is gone", "**Branch:** a\n**Started:** 2024-10-01", "**Branch:** b", ["**Started:** 2024-10-01"]],
    ["is never the time of the update", "**Last Updated:** 2024-10-01", "", []],
    [
      "is a field that may be there many times",
      "**Previous Issue:** #1 - A",
      "**Previous Issue:** #2 - B",
      ["**Previous Issue:** #1 - A"],
    ],
    ["is no heading of the format, but one of the user's", "## Blockers\n## Mine", "", ["## Mine"]],
  ])("%s", (_name, older, rebuilt, expected) => {
    expect(poorer(older, rebuilt)).toEqual(expected);
  });
});

describe("the text that both come from", () => {
  const common = (older: string, rebuilt: string) => commonText(older, rebuilt, isMended);

  test("has no line that only the rebuilt one has", () => {
    expect(common(lines("- one", "", "- two"), lines("- one", "- new", "", "- two", "Words."))).toBe(
      lines("- one", "", "- two"),
    );
  });

  test("has the older line of an item and of a field that say something else by now", () => {
    const older = lines("**Branch:** a", "- 🔄 Write it (5%)", "1. Measure it");
    expect(common(older, lines("**Branch:** b", "- ✅ Write it", "1. Measure it"))).toBe(older);
    expect(common(older, lines("- ✅ Write it", "- ✅ Read it"))).toBe("- 🔄 Write it (5%)");
  });

  test("has nothing of a line without a name that changed", () => {
    expect(common("Some words.\n- one", "Other words.\n- one")).toBe("- one");
  });

  test("is the text itself where both are the same", () => {
    expect(common(STATE, STATE)).toBe(STATE);
  });
});

describe("letters that an encoding took away", () => {
  test.each([
    ["a question mark for each", "- Gr??e pr?fen", "- Größe prüfen"],
    ["one question mark for two", "- Gr?e pr?fen", "- Größe prüfen"],
    ["the mark of a decoder", "- Gr\ufffd\ufffde pr\ufffdfen", "- Größe prüfen"],
    ["letters of nobody", "- Gr\ue000\uf8ffe pr\ue123fen", "- Größe prüfen"],
    ["some of them", "- Größe pr?fen", "- Größe prüfen"],
    ["a mark where nothing was", "- Größe pr\ufffdüfen", "- Größe prüfen"],
    ["at the ends of the line", "?ber die H?h?", "Über die Höhé"],
    [
      "beside signs that mean something elsewhere",
      "- a+b (c) [d] {2} $1 ^ | \\ * gr?n.",
      "- a+b (c) [d] {2} $1 ^ | \\ * grün.",
    ],
  ])("come back: %s", (_name, damaged, older) => {
    expect(ungarbled(lines("# A?", damaged, "- b"), lines("x", older, "y é"))).toBe(lines("# A?", older, "- b"));
  });

  test.each([
    ["a question", "- Why not?", "- Why not"],
    ["a question mark for nothing", "- Größe?", "- Größe"],
    ["other words", "- Gr??e messen", "- Größe prüfen"],
    ["another sign in the place of a dot", "- a.b gr?n", "- axb grün"],
    ["letters of ASCII", "- Gr??e", "- Grosse ü"],
    ["a longer line than people write", `- ${"a".repeat(400)} gr?n`, `- ${"a".repeat(400)} grün`],
  ])("are not looked for: %s", (_name, text, older) => {
    expect(ungarbled(text, older)).toBe(text);
  });

  test("are looked for in a line of 400 letters", () => {
    const older = `- ${"a".repeat(393)} grün`;
    expect(older).toHaveLength(400);
    expect(ungarbled(older.replace("ü", "?"), older)).toBe(older);
    expect(ungarbled(older.replace("ü", "?").replace("a", "aa"), older.replace("a", "aa"))).toContain("gr?n");
  });

  test("of two lines that fit are those of the first", () => {
    expect(ungarbled("- gr?n", "- grün\n- grön")).toBe("- grün");
  });
});

describe("what damage made look like a change", () => {
  test.each([
    ["a field is what it was", "**Branch:** a", "**Branch:** b", "**Branch:** a"],
    [
      "the update is what it is",
      "**Last Updated:** 2024-10-01",
      "**Last Updated:** 2024-10-02",
      "**Last Updated:** 2024-10-02",
    ],
    ["a field that nobody knew stays", "- x", "**Branch:** b", "**Branch:** b"],
    ["an item that lost its mark has it", "- ✅ Write it", "- Write it", "- ✅ Write it"],
    ["an item that lost its box has it", "- [x] Write it", "- Write it", "- [x] Write it"],
    ["an item that has a mark keeps it", "- 🔄 Write it (5%)", "- ✅ Write it", "- ✅ Write it"],
    ["an item that never had one has none", "- Write it", "- Write it", "- Write it"],
    ["an item with other words stays", "- ✅ Write it", "- Write them", "- Write them"],
    ["a line of words stays", "Some words", "Other words", "Other words"],
    [
      "a line of Recent Work stays",
      "**Previous Issue:** #1 - A",
      "**Previous Issue:** #2 - B",
      "**Previous Issue:** #2 - B",
    ],
  ])("%s", (_name, older, rebuilt, expected) => {
    expect(withFieldsOf(lines("# A", older), lines("x", rebuilt, "y"))).toBe(lines("x", expected, "y"));
  });
});

describe("a line is lost", () => {
  const lost = (damaged: string, ...kept: readonly string[]) => lostLines(damaged, kept, isMended);

  test.each<[string, string, readonly string[], readonly string[]]>([
    ["where its words are in none of the texts", "one\ntwo\nthree", ["one", "three"], ["two"]],
    ["not where another text has them", "one\ntwo", ["one", "- two"], []],
    ["not for its bullet, number or mark of a heading", "- a\n+ b\n3. c\n4) d\n## e", ["a\nb\nc\nd\ne"], []],
    ["not for its asterisks alone", "**Mine**\n__Other:__", ["Mine\nOther"], []],
    ["but for words in asterisks", "*** gone", [""], ["*** gone"]],
    ["not for an escape", "a\\_b\\*c", ["a_b*c"], []],
    [
      "not for a label that was mended",
      "**Branc:** a\n> Started: b\n- __GitHub__: c",
      ["**Branch:** a\n- **Started:** b\n**GitHub:** c"],
      [],
    ],
    ["not for another name of a label", "**Issue:** #5 - x", ["**Current Issue:** #5 - x"], []],
    [
      "but for another value of it",
      "**Branc:** a\n**Issue:** #5",
      ["**Branch:** b\n**Current Issue:** #55"],
      ["**Branc:** a", "**Issue:** #5"],
    ],
    ["not for what stood beside it", "b c", ["a b c d"], []],
    ["as it stood", "  > - gone\\_ ", [""], ["  > - gone\\_ "]],
  ])("%s", (_name, damaged, kept, expected) => {
    expect(lost(damaged, ...kept)).toEqual(expected);
  });
});
