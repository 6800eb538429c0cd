/** A state file that was cut off: what an older state, a work file and the archive still know of it, and what they do not. */
import { describe, expect, test } from "vitest";
import type { KnownWork } from "../../src/salvage/source.ts";
import { changed, rebuiltState, STATE, upTo } from "../support/salvaging.ts";

const OLDER = { older: { id: "h1", text: STATE } };
const WORK: KnownWork = {
  path: ".claude/work/1234.md",
  number: 1234,
  title: "Limit the rate",
  completed: false,
  started: "2024-10-22T08:00:00Z",
  updated: Date.UTC(2024, 9, 23, 9),
  progress: ["✅ From the log"],
  nextSteps: ["From the file", "And another"],
};
/** Headings that were made anew have a blank line below, those that stood there may have none. */
const closed = (text: string) => text.replace(/(^#.*\n)\n(?=[^*])/gm, "$1");

describe("an older state of the same issue", () => {
  test.each([
    "**Current Issue:** #1234 - Limit the",
    "**Branch:** feature/limit\n",
    "**Started:** 2024-10-23T10:00:00Z",
    "### Prog",
    "### Progress\n",
    "- ✅ Read",
    "- ✅ Read about it",
    "- 🔄 Write the middleware (80% d",
    "- 🔄 Write the middleware (80% done)\n",
    "1. Fin",
    "2. Measure it\n",
    "- Per addr",
    "- Per address or per user?",
    "- Per address or per user?\n",
    "  → D",
    "  → Decision: Per address",
    "**Previous Issue:** #1200 - L",
    "## Blockers\n",
    "- The rev",
  ])("has all that stood behind %j", (end) => {
    const { text, apart, lost } = rebuiltState(upTo(STATE, end), OLDER);
    expect([closed(text), apart, lost]).toEqual([closed(STATE), [], []]);
  });

  test("gives back the answers of the last question, and not those that were taken out", () => {
    const text = changed(
      STATE,
      "  → Decision: Per address",
      "  → Ada: per user\n  → Decision: Per address\n  more of it",
    );
    const sources = { older: { id: "h1", text } };
    for (const end of ["per user?\n", "  → Ada: per user\n", "  → Decision: Per address\n", "  → Deci", "  mor"])
      expect(closed(rebuiltState(upTo(text, end), sources).text), end).toBe(closed(text));
    const shorter = changed(upTo(text, "  → Decision: Per address\n"), "  → Ada: per user\n", "");
    expect(closed(rebuiltState(shorter, sources).text)).toBe(closed(changed(text, "  → Ada: per user\n", "")));
  });

  test("gives nothing to an answer that says something else by now", () => {
    const damaged = `${upTo(STATE, "- Per address or per user?\n")}  → TB`;
    const { text, questions } = rebuiltState(damaged, OLDER);
    expect(text).toContain("- Per address or per user?\n  → TB\n");
    expect(questions).toHaveLength(1);
  });

  test("gives nothing to an item further up", () => {
    const damaged = changed(upTo(STATE, "## Blockers\n"), "  → Decision: Per address\n", "");
    expect(rebuiltState(damaged, OLDER).text).not.toContain("Decision");
  });

  test("gives back lists that were not there at the cut, and no others", () => {
    const damaged = changed(upTo(STATE, "### Open Questions\n"), "1. Finish the middleware\n", "");
    const { steps, questions } = rebuiltState(damaged, OLDER);
    expect([steps, questions.length]).toEqual([["Measure it"], 1]);
  });
});

describe("an older state of another issue", () => {
  const other = { older: { id: "h1", text: changed(STATE, "#1234 - Limit", "#77 - Other") } };

  test("gives no list, no branch and no beginning", () => {
    const { text, from } = rebuiltState(upTo(STATE, "**Current Issue:** #1234 - Limit the rate\n"), other);
    expect(text).not.toMatch(/\*\*(?:Branch|Started)|### /);
    expect([from["recent_work"], from["blockers"], from["context"]]).toEqual([
      "history h1",
      "history h1",
      "history h1",
    ]);
  });
});

describe("a work file", () => {
  test.each(["**Current Issue:** #1234 - Limit the rate\n", "**Branch:** feature/limit\n", "### Progress\n"])(
    "has the lists behind %j",
    (end) => {
      const { progress, steps, from } = rebuiltState(upTo(STATE, end), { work: [WORK] });
      expect([progress, steps]).toEqual([["✅ From the log"], ["From the file", "And another"]]);
      expect([from["progress"], from["next_steps"]]).toEqual([`work ${WORK.path}`, `work ${WORK.path}`]);
    },
  );

  test("gives nothing to a list that has items, nor to one in front of the cut", () => {
    const { progress, steps } = rebuiltState(upTo(STATE, "- ✅ Read about it\n"), { work: [WORK] });
    expect([progress, steps]).toEqual([["✅ Read about it"], ["From the file", "And another"]]);
    const empty = changed(upTo(STATE, "2. Measure it\n"), /- ✅[\s\S]*tests\n/, "");
    expect(rebuiltState(empty, { work: [WORK] }).progress).toEqual([]);
  });

  test("gives nothing to the lists of another issue", () => {
    const { progress, steps } = rebuiltState(upTo(STATE, "### Progress\n"), { work: [{ ...WORK, number: 77 }] });
    expect([progress, steps]).toEqual([[], []]);
  });

  test("gives way to an older state", () => {
    const { text } = rebuiltState(upTo(STATE, "### Progress\n"), { ...OLDER, work: [WORK] });
    expect(closed(text)).toBe(closed(STATE));
  });

  test("is the active one where nothing is left, the first that is open", () => {
    const work = [{ ...WORK, number: 5, completed: true }, WORK, { ...WORK, number: 6 }];
    const { issue, text, from } = rebuiltState("", { work });
    expect(issue).toBe("#1234 - Limit the rate");
    expect(text).toContain("**Last Updated:** 2024-10-23T09:00:00Z");
    expect([from["issue"], from["last_updated"], from["started"]]).toEqual(Array(3).fill(`work ${WORK.path}`));
  });

  test("has the title whose end is gone, or whose letters cannot be read", () => {
    for (const damaged of [upTo(STATE, "#1234 - Limit"), changed(STATE, "Limit the rate", "Lim\ufffdt the rate")])
      expect(rebuiltState(damaged, { work: [WORK] }).issue).toBe("#1234 - Limit the rate");
  });

  test("has no title for one that is whole", () => {
    const shorter = changed(STATE, "#1234 - Limit the rate", "#1234 - Limit");
    for (const damaged of [shorter, upTo(shorter, "**Branch:**")])
      expect(rebuiltState(damaged, { work: [WORK] }).issue).toBe("#1234 - Limit");
  });
});

describe("the archive", () => {
  const archived = [9, 8, 7, 6].map((number) => ({
    path: `.claude/archive/${number}.md`,
    line: `**Previous Issue:** #${number} - T (Completed 2024-10-20)`,
  }));

  test("has the newest three where nothing is left of Recent Work", () => {
    for (const end of ["## Recent Work\n", "2. Measure it\n", "**Branch:** feature/limit\n"]) {
      const { recent, from } = rebuiltState(upTo(STATE, end), { archived });
      expect([recent, from["recent_work"]], end).toEqual([[9, 8, 7], "archive .claude/archive/9.md"]);
    }
  });

  test("adds nothing to what is left, nor to a list that somebody emptied", () => {
    expect(rebuiltState(upTo(STATE, "(Completed 2024-10-22)\n"), { archived }).recent).toEqual([1200]);
    expect(rebuiltState(changed(STATE, /\*\*Previous.*\n\n/, ""), { archived }).recent).toEqual([]);
  });
});
