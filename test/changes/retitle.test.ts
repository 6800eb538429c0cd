/** The title in the heading of a work file, set to another one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { retitleWork } from "../../src/changes/retitle.ts";
import { issueOf, parseWork } from "../../src/document/work.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { sourceOf } from "../../src/text/source.ts";
import { line } from "../support/arbitraries.ts";

const retitled = (text: string, title: string) => applyEdits(text, retitleWork(parseWork(sourceOf(text)), title));

test.each([
  ["# Issue #42: Do it\n\nx\n", "# Issue #42: New\n\nx\n"],
  ["# Issue #42 - Do it\r\n\r\nx\r\n", "# Issue #42 - New\r\n\r\nx\r\n"],
  ["# Issue #42 – Do it: now #\n", "# Issue #42 – New #\n"],
  ["# Issue #42:Do it", "# Issue #42: New"],
  ["# Issue #42 Do it\n", "# Issue #42: New\n"],
  ["# Issue #42\n", "# Issue #42: New\n"],
  ["# Issue #042: Do \\# it\n", "# Issue #042: New\n"],
])("%j becomes %j", (before, after) => {
  expect(retitled(before, "New")).toBe(after);
});

test.each([
  ["the title it has", "# Issue #42: New\n"],
  ["a heading of several lines", "Issue #42: Do\nit\n===\n"],
  ["a heading without a number", "# Issue: Do it\n"],
  ["no heading", "Text\n"],
  ["several numbers", "# Issue #42 / #43: Do it\n"],
])("%s is left alone", (_what, text) => {
  expect(retitled(text, "New")).toBe(text);
});

test("any title reads back", () => {
  const text = "# Issue #42: Do it\n\n**Status:** in_progress\n";
  fc.assert(
    fc.property(line, (title) => {
      expect(issueOf(parseWork(sourceOf(retitled(text, title))))).toEqual({ number: 42, title });
    }),
    { seed: 20241023 },
  );
});
