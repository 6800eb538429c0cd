/** The sections of a damaged work file: torn, written twice, cut off, swallowed, or of two sides. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltWork, upTo, WORK } from "../support/salvaging.ts";

const OLDER = { older: { id: "h1", text: WORK } };
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

describe("a heading", () => {
  test.each([
    "### Learnings",
    "#Learnings",
    "##Learnings",
    "> ## Learnings",
    "\\## Learnings",
    "Learnings",
    "**Learnings**",
    "## Lernings",
    "## Learnin\ufffds",
  ])("%j becomes that of the format", (line) => {
    const { text, lost } = rebuiltWork(changed(WORK, "## Learnings", line));
    expect([text, lost.filter((each) => each !== line)]).toEqual([WORK, []]);
  });

  test.each(["## Learnings ##", "## learnings", "Learnings\n---------"])("%j stays as it is", (line) => {
    const text = changed(WORK, "## Learnings", line);
    expect(rebuiltWork(text).text).toBe(text);
  });

  test.each(["## Learnigns", "## Teachings"])("%j is one of the user's", (line) => {
    const text = changed(WORK, "## Learnings", line);
    expect(rebuiltWork(text).text).toBe(text);
  });

  test("at its level makes one at another level the user's", () => {
    const text = withMore("### Learnings\n\n- of the log\n");
    expect(rebuiltWork(text).text).toBe(text);
  });
});

describe("a file that was cut off", () => {
  test.each([
    "# Issue #42: Tr",
    "**Status:** in_",
    "- Did a th",
    "- Did a thing",
    "- Did a thing\n",
    "### 2024-10-23T12",
    "## Lea",
    "- Mu",
  ])("behind %j is what it was", (end) => {
    const { text, from, lost } = rebuiltWork(upTo(WORK, end), OLDER);
    expect([text, from["sections"], lost]).toEqual([WORK, "history h1", []]);
  });

  test("is what it was also where the version before has other line endings", () => {
    for (const ending of ["\r\n", "\r"]) {
      const older = { id: "h1", text: WORK.replaceAll("\n", ending) };
      expect(rebuiltWork(upTo(WORK, "- Did a thing\n"), { older }).text).toBe(WORK);
      expect(rebuiltWork(upTo(WORK, "- Did a th"), { older }).text).toBe(WORK);
    }
  });

  test("keeps the line endings that it has", () => {
    const windows = WORK.replaceAll("\n", "\r\n");
    expect(rebuiltWork(upTo(windows, "- Did a th"), OLDER).text).toBe(windows);
  });

  test("says both places where both have lines", () => {
    expect(rebuiltWork(upTo(WORK, "- Did a th"), OLDER).parts).toEqual([
      { part: "sections", source: "salvage" },
      { part: "sections", source: "history", path: "h1" },
    ]);
    expect(rebuiltWork("", OLDER).parts).toEqual([]);
    expect(rebuiltWork(WORK, OLDER).parts).toEqual([{ part: "sections", source: "salvage" }]);
  });

  test("stays as it is where nobody knows how it went on", () => {
    for (const end of ["- Did a th", "### 2024-10-23T12", "## L"]) {
      const { text, from } = rebuiltWork(upTo(WORK, end));
      expect([text, from["sections"]]).toEqual([upTo(WORK, end), "salvage"]);
    }
  });

  test("takes nothing from a version that it has nothing of", () => {
    const damaged = "# Issue #42: Try the gate\n\n## Learnings\n\n- Something ne";
    const older = { id: "h1", text: "# Issue #42: Try the gate\n\n## Approach\n\nWords.\n\n## Learnings\n\n- Much\n" };
    expect(rebuiltWork(damaged, { older }).text).not.toContain("- Much");
  });

  test("has the heading of a section that the cut went through", () => {
    for (const end of ["## Lea", "## Learning"])
      expect(rebuiltWork(upTo(WORK, end)).text).toBe(upTo(WORK, "## Learnings\n"));
  });

  test("is begun anew where nothing is left", () => {
    expect(rebuiltWork("").text).toBe(
      "---\nschema_version: 1\n---\n# Issue #42\n\n**Status:** in_progress\n" +
        "**Started:** 2024-10-23T16:30:00Z\n**Last Updated:** 2024-10-23T16:30:00Z\n",
    );
    expect(rebuiltWork("", OLDER).text).toBe(upTo(WORK, "14:30:00Z\n"));
  });
});

describe("two sides of a conflict", () => {
  const conflict = "<<<<<<< HEAD\nOurs.\n=======\nTheirs.\n>>>>>>> other";
  const damaged = changed(WORK, "What it is about.", conflict);

  test.each<["ours" | "theirs" | "both", string, readonly string[]]>([
    ["ours", "Ours.", ["Theirs."]],
    ["theirs", "Theirs.", ["Ours."]],
    ["both", "Ours.\nTheirs.", []],
  ])("%s stays", (side, words, lost) => {
    const rebuilt = rebuiltWork(damaged, {}, { sideOf: () => side });
    expect(rebuilt.text).toBe(changed(WORK, "What it is about.", words));
    expect(rebuilt.lost).toEqual(lost);
  });

  test("both stay where nobody says which", () => {
    expect(rebuiltWork(damaged).text).toBe(changed(WORK, "What it is about.", "Ours.\nTheirs."));
  });

  test("of a field are one field, and the other value is kept apart", () => {
    const fields = "<<<<<<< HEAD\n**Status:** in_progress\n=======\n**Status:** completed\n>>>>>>> other";
    const { text, apart } = rebuiltWork(changed(WORK, "**Status:** in_progress", fields));
    expect(text).toBe(`${WORK}\n## Recovered\n\n\`\`\`text\n**Status:** completed\n\`\`\`\n`);
    expect(apart).toEqual(["**Status:** completed"]);
  });
});

describe("what nothing closes", () => {
  test.each(["```sh", "~~~", "<!-- note", "<script>", "<![CDATA["])("%s swallows no section", (line) => {
    const { text, apart, lost } = rebuiltWork(changed(WORK, "- Did a thing", `${line}\n- Did a thing`));
    expect([text.slice(0, WORK.length), apart, lost]).toEqual([WORK, [line], []]);
  });

  test.each([
    ["code", "```\n## Learnings\n```"],
    ["a comment", "<!--\n## Learnings\n-->"],
  ])("but closed %s holds its headings", (_name, lines) => {
    const text = changed(WORK, "What it is about.", lines);
    expect(rebuiltWork(text).text).toBe(text);
  });
});
