/** Sections of a damaged state file that lost their heading, changed places or are there twice, and lines that strayed. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltState, STATE } from "../support/salvaging.ts";

const PROGRESS = "### Progress\n- ✅ Read about it\n- 🔄 Write the middleware (80% done)\n- ⏸️ Write the tests\n\n";
const STEPS = "### Next Steps\n1. Finish the middleware\n2. Measure it\n\n";
const QUESTIONS = "### Open Questions\n- Per address or per user?\n  → Decision: Per address\n\n";
const RECENT = "## Recent Work\n\n**Previous Issue:** #1200 - Log in (Completed 2024-10-22)\n\n";
const BLOCKERS = "## Blockers\n- The review\n\n";
const CONTEXT = "## Context\n- Mostly in src/auth\n";
const MINE = "## Mine\n- own\n\n";

const without = (text: string, ...parts: readonly string[]) =>
  parts.reduce((rest, part) => changed(rest, part, ""), text);
const behind = (line: string, ...lines: readonly string[]) => changed(STATE, line, [line, ...lines].join("\n"));
/** Headings that were made anew have a blank line below, those that stood there may have none. */
const closed = (text: string) => text.replace(/\n{3,}/g, "\n\n").replace(/(^#.*\n)\n(?=[^*])/gm, "$1");

describe("a section that lost its heading", () => {
  test.each([
    "## Active Work",
    "### Progress",
    "### Next Steps",
    "### Open Questions",
    "## Recent Work",
    "## Blockers",
    "## Context",
  ])("%s gets it back where its lines begin", (heading) => {
    const { text, apart, lost } = rebuiltState(without(STATE, `${heading}\n`));
    expect([closed(text), apart, lost]).toEqual([closed(STATE), [], []]);
  });

  test("is found in front of a section of the user's", () => {
    for (const heading of ["## Blockers", "## Context"]) {
      const text = `${STATE}\n${MINE.trimEnd()}\n`;
      expect(closed(rebuiltState(without(text, `${heading}\n`)).text)).toBe(closed(text));
    }
  });

  test("is found where nothing but words say that it is empty", () => {
    for (const words of ["None currently", "None", "- n/a"]) {
      const text = changed(STATE, "- The review", words);
      expect(closed(rebuiltState(without(text, "## Blockers\n")).text)).toBe(closed(text));
      expect(closed(rebuiltState(without(text, "\n## Context")).text)).toBe(closed(text));
    }
  });

  test("is empty where nobody can tell where it began", () => {
    const { text } = rebuiltState(without(STATE, "\n## Context\n"));
    expect(text).toBe(`${without(STATE, "\n## Context\n")}\n## Context\n`);
  });

  test("with the one before it leaves one of them empty", () => {
    const { text, lost, recent } = rebuiltState(without(STATE, "## Recent Work\n", "## Blockers\n"));
    expect([closed(text), lost, recent]).toEqual([closed(STATE), [], [1200]]);
  });

  const headings = ["Active Work", "Progress", "Next Steps", "Open Questions", "Recent Work", "Blockers", "Context"];

  test.each(headings.map((title, at) => [title, headings.slice(at + 1)] as const))(
    "%s and another one get them back",
    (title, others) => {
      for (const other of others) {
        const { text, apart, lost } = rebuiltState(STATE.replace(RegExp(`^#+ (?:${title}|${other})\\n`, "gm"), ""));
        expect([closed(text), apart, lost], other).toEqual([closed(STATE), [], []]);
      }
    },
  );

  test.each(headings.slice(2).map((title, at) => [headings[at]!, headings[at + 1]!, title] as const))(
    "%s, %s and %s get them back",
    (...titles) => {
      const { text, lost } = rebuiltState(STATE.replace(RegExp(`^#+ (?:${titles.join("|")})\\n`, "gm"), ""));
      expect([closed(text), lost]).toEqual([closed(STATE), []]);
    },
  );

  test("all of them get them back", () => {
    const { text, lost } = rebuiltState(STATE.replace(/^#+ .*\n/gm, ""));
    expect([`${closed(text)}`.replace("---\n\n", "---\n# Session State\n\n"), lost]).toEqual([closed(STATE), []]);
  });
});

describe("sections that changed places", () => {
  test.each<[string, string]>([
    ["Progress above Active Work", changed(without(STATE, PROGRESS), "## Active Work", `${PROGRESS}## Active Work`)],
    ["Next Steps behind Recent Work", changed(without(STATE, STEPS), BLOCKERS, `${STEPS}${BLOCKERS}`)],
    ["Open Questions at the end", `${without(STATE, QUESTIONS)}\n${QUESTIONS.trimEnd()}\n`],
    [
      "the lists the other way round",
      changed(STATE, `${PROGRESS}${STEPS}${QUESTIONS}`, `${QUESTIONS}${STEPS}${PROGRESS}`),
    ],
  ])("%s: the lists are those of Active Work again", (_name, damaged) => {
    const { text, progress, steps, questions, lost } = rebuiltState(damaged);
    expect([progress.length, steps.length, questions.length, lost]).toEqual([3, 2, 1, []]);
    expect(text.indexOf("## Active Work")).toBeLessThan(text.indexOf("### Progress"));
    expect(text.indexOf("### Open Questions")).toBeLessThan(text.indexOf("## Recent Work"));
    for (const line of STATE.split("\n")) expect(text.split("\n")).toContain(line);
  });

  test.each<[string, string]>([
    ["Context before Blockers", `${without(STATE, CONTEXT, BLOCKERS)}${CONTEXT}\n${BLOCKERS.trimEnd()}\n`],
    ["Recent Work at the end", `${without(STATE, RECENT)}\n${RECENT.trimEnd()}\n`],
    ["a section of the user's in between", changed(STATE, "## Blockers", `${MINE}## Blockers`)],
    [
      "a subsection of the user's in Active Work",
      changed(STATE, "### Next Steps", "### Mine\n- own\n\n### Next Steps"),
    ],
  ])("an order that reads well stays: %s", (_name, text) => {
    expect(rebuiltState(text).text).toBe(text);
  });
});

describe("a list below another section", () => {
  test("is the user's where Active Work has its own", () => {
    for (const heading of ["### Progress", "### Next Steps", "### Open Questions"]) {
      const text = `${STATE}\n${MINE}${heading}\n- of mine\n`;
      expect(rebuiltState(text).text).toBe(text);
      const below = behind("- Mostly in src/auth", "", heading, "- of mine");
      expect(rebuiltState(below).text).toBe(below);
    }
  });

  test("is that of Active Work where it has none", () => {
    const { text, progress } = rebuiltState(`${without(STATE, PROGRESS)}\n${MINE}${PROGRESS.trimEnd()}\n`);
    expect(progress).toHaveLength(3);
    expect(text.indexOf("### Progress")).toBeLessThan(text.indexOf("## Recent Work"));
  });
});

describe("a section that is there twice", () => {
  test("is one, with what only the second has behind it", () => {
    const { text } = rebuiltState(behind("- Mostly in src/auth", "", "## Blockers", "- The review", "- Another"));
    expect(text).toBe(behind("- The review", "- Another"));
  });

  test.each(["### Progress", "### Next Steps", "## Blockers", "## Context"])(
    "is one where the second %s is empty",
    (heading) => {
      expect(rebuiltState(changed(STATE, heading, `${heading}\n\n${heading}`)).text).toBe(STATE);
    },
  );

  test("is one where the second is empty, at the end", () => {
    for (const heading of ["## Blockers", "## Context", "## Recent Work"])
      expect(rebuiltState(`${STATE}\n${heading}\n`).text).toBe(STATE);
  });

  test("says once what stands in both", () => {
    const twice = changed(STATE, RECENT, `${STEPS}${PROGRESS}${QUESTIONS}${RECENT}`);
    expect(rebuiltState(twice).text).toBe(STATE);
  });

  test("of the user's stays two", () => {
    const text = `${STATE}\n${MINE}${MINE.trimEnd()}\n`;
    expect(rebuiltState(text).text).toBe(text);
  });
});

describe("an item that strayed into another list", () => {
  test.each<[string, string, string, string]>([
    ["a mark is one of progress", "2. Measure it", "- ✅ Tell everybody", "- ⏸️ Write the tests"],
    ["also from Open Questions", "  → Decision: Per address", "- ⏸️ Tell everybody", "- ⏸️ Write the tests"],
    ["also from Recent Work", "(Completed 2024-10-22)", "- 🔄 Tell everybody", "- ⏸️ Write the tests"],
    ["a number is a step", "- ✅ Read about it", "3. Tell everybody", "2. Measure it"],
    [
      "also from Open Questions, where it has its own",
      "  → Decision: Per address",
      "3. Tell everybody",
      "2. Measure it",
    ],
    ["a question is an open one", "2. Measure it", "- Tell whom?", "  → Decision: Per address"],
    ["also from Progress", "- ✅ Read about it", "- Tell whom?", "  → Decision: Per address"],
  ])("%s", (_name, at, item, where) => {
    expect(rebuiltState(behind(at, item)).text).toBe(behind(where, item));
  });

  test.each<[string, string, string]>([
    ["a box among steps", "2. Measure it", "- [x] Tell everybody"],
    ["a number with a mark", "- ✅ Read about it", "2. ✅ Tell everybody"],
    ["a question among the fields", "**Branch:** feature/limit", "- Tell whom?"],
    ["a mark in Blockers", "- The review", "- ✅ Tell everybody"],
    ["a number in Context", "- Mostly in src/auth", "1. Tell everybody"],
    ["a question in Context", "- Mostly in src/auth", "- Tell whom?"],
    ["a bullet among steps", "2. Measure it", "- Tell everybody"],
  ])("%s stays", (_name, at, item) => {
    expect(rebuiltState(behind(at, item)).text).toBe(behind(at, item));
  });

  test("stays where a list has only such items", () => {
    const lists: readonly (readonly [string, string])[] = [
      [PROGRESS, "### Progress\n1. Read\n2. Write\n\n"],
      [PROGRESS, "### Progress\n- Read\n- Write what?\n\n"],
      [QUESTIONS, "### Open Questions\n1. Per address\n2. Per user\n\n"],
    ];
    for (const [was, becomes] of lists) {
      const text = changed(STATE, was, becomes);
      expect(rebuiltState(text).text).toBe(text);
    }
  });
});
