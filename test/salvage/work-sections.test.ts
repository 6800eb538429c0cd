/** The sections of a damaged work file: torn, written twice, cut off, swallowed, or of two sides. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltWork, WORK } from "../support/salvaging.ts";

const FIRST = "### 2024-10-23T14:30:00Z\n- Did a thing\n";
const SECOND = "### 2024-10-23T12:00:00Z\n- Did another thing\n";
const sectionsOf = (text: string) => text.slice(text.indexOf("## Issue Description"));
/** A work file with more in front of the last section. */
const withMore = (lines: string) => changed(WORK, "## Learnings", `${lines}\n## Learnings`);

describe("a section that is there twice", () => {
  test("is one, its entries in their order", () => {
    const log = "## Progress Log\n\n### 2024-10-22T12:00:00Z\n- Began\n\n### 2024-10-21T12:00:00Z\n- Thought\n";
    const { text, lost } = rebuiltWork(withMore(log));
    expect(text).toBe(withMore(log.replace("## Progress Log\n\n", "")));
    expect(lost).toEqual([]);
  });

  test("is one where a section of the user's stands between", () => {
    const mine = "## Mine\n\n- own\n\n### Of mine\n- x\n";
    const log = "### 2024-10-22T12:00:00Z\n- Began\n";
    const { text } = rebuiltWork(withMore(`${mine}\n## Progress Log\n\n${log}`));
    expect(text).toBe(withMore(`${log}\n${mine}`));
  });

  test("is one where both have entries, and words above them", () => {
    const { text } = rebuiltWork(withMore("## Progress Log\n\nOf last week:\n\n### 2024-10-22T12:00:00Z\n- Began\n"));
    expect(sectionsOf(text)).toBe(
      [
        "## Issue Description\n\nWhat it is about.\n",
        `## Progress Log\n\nOf last week:\n\n${FIRST}\n${SECOND}`,
        "### 2024-10-22T12:00:00Z\n- Began\n",
        "## Learnings\n\n- Much\n",
      ].join("\n"),
    );
  });

  test("is one where one of them is empty", () => {
    expect(rebuiltWork(withMore("## Progress Log\n")).text).toBe(WORK);
    expect(rebuiltWork(withMore("## Progress Log")).text).toBe(WORK);
    expect(rebuiltWork(withMore("## Issue Description\n\n")).text).toBe(WORK);
  });

  test("has the words of both, one blank line apart", () => {
    const { text, lost } = rebuiltWork(withMore("## Issue Description\n\n\nMore of it.\n\n"));
    expect(text).toBe(changed(WORK, "What it is about.\n", "What it is about.\n\nMore of it.\n"));
    expect(lost).toEqual([]);
  });

  test("of the user's own stays two", () => {
    const text = withMore("## Mine\n\n- one\n\n## Mine\n\n- two\n");
    expect(rebuiltWork(text).text).toBe(text);
  });
});
