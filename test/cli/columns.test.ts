/** Columns of a terminal: counted by the program, judged by what `support/columns` counts in another way. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  columnsOf,
  cutToColumns,
  padToColumns,
  startInColumns,
  widestOf,
  wrapToColumns,
} from "../../src/cli/views/columns.ts";
import { edgesOf, terminalColumns, unicodeText } from "../support/columns.ts";

test.each([
  ["nothing", "", 0],
  ["letters", "Größe", 5],
  ["ideographs", "漢字", 4],
  ["kana with the sound mark U+30FC", "サーバー", 8],
  ["halfwidth kana with their marks", "ｻｰﾊﾞｰ", 5],
  ["fullwidth letters", "ＡＢ", 4],
  ["Hangul, composed and apart", "한\u1112\u1161\u11ab", 4],
  ["marks that stand on a letter", "e\u0301\u0302", 1],
  ["marks that stand beside a letter", "का", 2],
  ["an emoji", "🎉", 2],
  ["one that a selector makes wide", "⏸️", 2],
  ["a keycap", "1️⃣", 2],
  ["a tone of skin", "👍🏽", 2],
  ["people that are joined", "👨‍👩‍👧‍👦🧑🏽‍💻", 4],
  ["one that is wide by what is joined to it", "❤‍🔥", 2],
  ["flags, and half of one", "🇩🇪🇫🇷🇮", 6],
  ["a flag made of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2],
  ["what is not drawn", "\u200b\u2060\ufeff", 0],
  ["controls", "\u0007\u001b", 0],
  ["a tab, at most", "\t", 8],
])("columns of %s", (_what, text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test("no terminal needs more columns than are counted", () => {
  fc.assert(
    fc.property(unicodeText, (text) => {
      expect(columnsOf(text)).toBeGreaterThanOrEqual(terminalColumns(text));
    }),
    { numRuns: 3000, seed: 20241023 },
  );
});

test("texts of several widths stand in one column", () => {
  const texts = ["a", "漢字", "👩\u200d💻x", "", "é"];
  expect(widestOf(texts)).toBe(4);
  expect(texts.map((text) => columnsOf(padToColumns(text, 4)))).toEqual([4, 4, 4, 4, 4]);
  expect([widestOf([]), padToColumns("漢字", 1)]).toEqual([0, "漢字"]);
});

test("what is cut or wrapped fits, and no character is cut in half", () => {
  fc.assert(
    fc.property(unicodeText, fc.integer({ min: 0, max: 40 }), (text, most) => {
      const [start, cut] = [startInColumns(text, most), cutToColumns(text, most)];
      const edges = edgesOf(text);
      expect(edges).toContain(start.length);
      expect(columnsOf(start)).toBeLessThanOrEqual(most);
      expect(terminalColumns(cut)).toBeLessThanOrEqual(most);
      if (columnsOf(text) <= most) expect(cut).toBe(text);
      else expect(["", ...[...edges].map((edge) => `${text.slice(0, edge).trimEnd()}…`)]).toContain(cut);
      for (const line of wrapToColumns(text, most + 8)) expect(terminalColumns(line)).toBeLessThanOrEqual(most + 8);
    }),
    { numRuns: 3000, seed: 20241023 },
  );
});

describe("texts as long as a file", () => {
  test.each([
    ["a character that does not end", `e${"\u0301".repeat(5000)}`, 1],
    ["many of one code unit", "字".repeat(5000), 10_000],
    ["many of several", "👨‍👩‍👧".repeat(3000), 6000],
    ["flags beyond the parts that are looked at", `a${"🇩🇪".repeat(3000)}`, 6001],
  ])("%s", (_what, text, columns) => {
    expect(columnsOf(text)).toBe(columns);
    expect(edgesOf(text)).toContain(startInColumns(text, 3001).length);
    expect(cutToColumns(text, columns)).toBe(text);
  });
});
