/** The head of a damaged work file: what names its issue, and each of its fields once. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltWork, upTo, WORK } from "../support/salvaging.ts";

const TITLE = "# Issue #42: Try the gate";
const GITHUB = "**GitHub:** https://github.com/o/r/issues/42";
const UPDATED = "**Last Updated:** 2024-10-23T14:30:00Z";

/** What becomes of the head when these lines stand in the place of another. */
const withLine = (was: string, ...lines: readonly string[]) => rebuiltWork(changed(WORK, was, lines.join("\n")));

describe("the heading", () => {
  test.each(["# issue 42 - Try the gate", "# Issue [#42] – Try the gate", "# ISSUE: 42 — Try the gate ##"])(
    "%j is read as it stands, and stays so",
    (line) => {
      const { text, head, lost } = withLine(TITLE, line);
      expect(text).toBe(WORK.replace(TITLE, line));
      expect([head[0], lost]).toEqual([line, []]);
    },
  );

  test.each([
    "#Issue #42: Try the gate",
    "> # Issue #42: Try the gate",
    "    # Issue #42: Try the gate",
    "\\# Issue #42: Try the gate",
    "## Issue #42: Try the gate",
    "### Issue 42 - Try the gate",
    "## Issue\t#42\t-\tTry the gate",
    "## Issue: [42] — Try the gate",
    "## issue # 42 : Try the gate",
    "## Issue #42 Try the gate",
    "## Issue #42 --- Try the gate",
  ])("%j becomes the one of the format", (line) => {
    const { text, lost } = withLine(TITLE, line);
    expect([text, lost]).toEqual([WORK, []]);
  });

  test("of two lines stays one of two lines", () => {
    const underlined = changed(WORK, TITLE, "Issue\n=====");
    const { head, text } = rebuiltWork(underlined);
    expect(head.slice(0, 2)).toEqual(["# Issue #42", GITHUB]);
    expect(text).not.toContain("====");
  });

  test("without words has none", () => {
    expect(withLine(TITLE, "## Issue #42").head[0]).toBe("# Issue #42");
    expect(withLine(TITLE, "## Issue #42: ").head[0]).toBe("# Issue #42");
  });

  test("without words takes those of the version before", () => {
    const { head } = rebuiltWork(changed(WORK, TITLE, "## Issue #42"), { older: { id: "h1", text: WORK } });
    expect(head[0]).toBe(TITLE);
  });

  test("with words keeps its own, whatever the version before says", () => {
    const older = { id: "h1", text: changed(WORK, "Try the gate", "Older words") };
    expect(rebuiltWork(changed(WORK, TITLE, "## Issue #42: Try the gate"), { older }).head[0]).toBe(TITLE);
    expect(rebuiltWork(changed(WORK, `${TITLE}\n`, ""), { older }).head[0]).toBe("# Issue #42: Older words");
  });

  test("of another issue is kept apart, at any level", () => {
    for (const line of ["# Issue #41: Another", "## Issue #421: Another", "#Issue #4: Another"]) {
      const { head, apart, lost } = withLine(TITLE, line);
      expect([head[0], apart, lost]).toEqual(["# Issue #42", [line], []]);
    }
  });

  test("that is a word with issue in it, or a number that is none, names no issue", () => {
    for (const line of ["## Reissue #42: Try the gate", "## Issue #12345678901234567"]) {
      const { head, text } = withLine(TITLE, line);
      expect(head[0]).toBe("# Issue #42");
      expect(text).toContain(`\n${line}\n`);
    }
  });

  test("is one where it stands twice, with what stands below both", () => {
    const below = `${TITLE}\n\nWords below.\n\n## Learnings`;
    const { text, apart, lost } = rebuiltWork(changed(WORK, "## Learnings", below));
    expect(text).toBe(changed(WORK, `${UPDATED}\n`, `${UPDATED}\n\nWords below.\n`));
    expect([apart, lost]).toEqual([[], []]);
  });

  test("has its other words kept apart where two say them differently", () => {
    const sides = ["<<<<<<< HEAD", TITLE, "=======", "# Issue #42: Try the new gate", ">>>>>>> other"];
    for (const lines of [sides, [TITLE, "", "# Issue #42: Try the new gate"]]) {
      const { text, head, apart, lost } = withLine(TITLE, ...lines);
      expect([head[0], apart, lost]).toEqual([TITLE, ["# Issue #42: Try the new gate"], []]);
      expect(text.startsWith(upTo(WORK, "- Much\n"))).toBe(true);
    }
  });

  test("has no other words where the second is a number alone", () => {
    expect(rebuiltWork(changed(WORK, "## Learnings", "# Issue #42\n\n## Learnings")).text).toBe(WORK);
  });
});

describe("what stands above the heading stands below it", () => {
  test.each([
    ["of a file without frontmatter", WORK.slice(WORK.indexOf(TITLE)), ""],
    ["of a file with frontmatter", WORK.slice(WORK.indexOf(TITLE)), WORK.slice(0, WORK.indexOf(TITLE))],
  ])("%s", (_name, text, frontmatter) => {
    const rebuilt = rebuiltWork(`${frontmatter}\n\nWords above.\n\n${text}`);
    expect(rebuilt.head.slice(0, 3)).toEqual([TITLE, "Words above.", GITHUB]);
    expect(rebuilt.lost).toEqual([]);
  });
});

test("a file of a version that is not known yet has its head again, and all else in code", () => {
  const { text, head, apart } = rebuiltWork(changed(WORK, "schema_version: 1", "schema_version: 2"));
  expect(text.startsWith(upTo(WORK, UPDATED))).toBe(true);
  expect(head).toEqual(
    WORK.split("\n")
      .slice(3, 9)
      .filter((line) => line !== ""),
  );
  const rest = WORK.slice(WORK.indexOf("## Issue Description")).split("\n");
  expect(apart).toEqual(rest.filter((line) => line !== ""));
});
