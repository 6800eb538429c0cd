/** The active issue of a damaged state file: one, the right one, and no field elsewhere takes its place. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltState, STATE } from "../support/salvaging.ts";

const ISSUE = "**Current Issue:** #1234 - Limit the rate";
const BRANCH = "**Branch:** feature/limit";
const STARTED = "**Started:** 2024-10-23T10:00:00Z";
const UPDATED = "**Last Updated:** 2024-10-23T14:30:00Z";
const having = (was: string, ...lines: readonly string[]) => changed(STATE, was, lines.join("\n"));
const apartOf = (text: string, ...lines: readonly string[]) =>
  `${text}\n## Recovered\n\n\`\`\`text\n${lines.join("\n")}\n\`\`\`\n`;

describe("the field of the issue", () => {
  test.each([
    "Current Issue: #1234 - Limit the rate",
    "**Issue:** #1234 - Limit the rate",
    "Issue: #1234 - Limit the rate",
    "> **Current Issue:** #1234 - Limit the rate",
    "    - **Current Issue:** #1234 - Limit the rate",
    "**Curent Issue:** #1234 - Limit the rate",
    "**Current\ufffdIssue:** #1234 - Limit the rate",
    "__Current Issue__: #1234 - Limit the rate",
    "\\*\\*Current Issue:\\*\\* #1234 - Limit the rate",
  ])("is mended: %j", (line) => {
    const { text, apart } = rebuiltState(having(ISSUE, line));
    expect([text.replace("- **Current", "**Current"), apart]).toEqual([STATE, []]);
  });

  test.each([
    "**Current Issue:** #1234",
    "**Current Issue:** PROJ-7 - Limit the rate",
    "**Current Issue:** [#1234](http://x) - Limit",
    "**current issue:** #1234 - Limit the rate",
    "- **Current Issue:** #1234 - Limit the rate",
    "**Current Issue:** none",
    "**Current Issue:** [Issue]",
    "**Current Issue:** #1234 - Limit the rate\\",
    "**Issue:** what about it",
  ])("stays as it is: %j", (line) => {
    expect(rebuiltState(having(ISSUE, line)).text).toBe(having(ISSUE, line));
  });

  test("may have a number that a damaged byte cut short: then none is active", () => {
    const { text, kept } = rebuiltState(having(ISSUE, "**Current Issue:** #12\ufffd - Limit the rate"));
    expect(text).toBe(apartOf(having(`${ISSUE}\n`, ""), "**Current Issue:** #12\ufffd - Limit the rate"));
    expect(kept.issue).toBe(false);
  });
});

describe("of several", () => {
  test.each<[string, readonly string[], string]>([
    ["the first stays", [ISSUE, "**Current Issue:** #9 - Other"], "**Current Issue:** #9 - Other"],
    ["an issue stays, and not that there is none", ["**Current Issue:** none", ISSUE], "**Current Issue:** none"],
    [
      "an issue stays, and no words that stand for one",
      ["**Current Issue:** [Issue]", ISSUE],
      "**Current Issue:** [Issue]",
    ],
    ["one that can be read stays", ["**Current Issue:** #12\ufffd", ISSUE], "**Current Issue:** #12\ufffd"],
    ["it stays, and not that nothing is active", ["No active work currently.", ISSUE], "No active work currently."],
    ["it stays, whatever is said behind it", [ISSUE, BRANCH, "None currently"], "None currently"],
  ])("%s", (_name, lines, other) => {
    const { text, lost } = rebuiltState(
      lines.includes(BRANCH) ? changed(STATE, `${ISSUE}\n${BRANCH}`, lines.join("\n")) : having(ISSUE, ...lines),
    );
    expect([text, lost]).toEqual([apartOf(STATE, other), []]);
  });

  test("the same once more says nothing", () => {
    expect(rebuiltState(having(ISSUE, ISSUE, "**Current Issue:**", ISSUE)).text).toBe(STATE);
  });

  test("the sides of a conflict leave the issue, wherever it stands", () => {
    const [none, other] = ["**Current Issue:** none", ISSUE];
    for (const [ours, theirs] of [
      [none, other],
      [other, none],
    ]) {
      const lines = ["<<<<<<< HEAD", ours!, "=======", theirs!, ">>>>>>> other"];
      expect(rebuiltState(having(ISSUE, ...lines)).text).toBe(apartOf(STATE, none));
    }
  });
});

describe("a field of an issue in another section", () => {
  test.each([
    ["above Active Work", UPDATED],
    ["below the title", "# Session State"],
    ["in Progress", "- ✅ Read about it"],
    ["in Next Steps", "2. Measure it"],
    ["in Recent Work", "**Previous Issue:** #1200 - Log in (Completed 2024-10-22)"],
    ["in Blockers", "- The review"],
    ["in Context", "- Mostly in src/auth"],
  ])("%s takes no place, and is kept in code", (_name, line) => {
    for (const field of ["**Current Issue:** none", "**Current Issue:** #5 - Five"]) {
      const { text, issue } = rebuiltState(having(line, line, field));
      expect([text, issue]).toEqual([apartOf(STATE, field), "#1234 - Limit the rate"]);
    }
  });

  test("is a word without asterisks, where people write what they like", () => {
    for (const words of ["Issue: #5 - Five", "Current Issue: see above"]) {
      const text = having("- Mostly in src/auth", "- Mostly in src/auth", "", words);
      expect(rebuiltState(text).text).toBe(text);
    }
  });

  test("stays in a section of the user's", () => {
    const text = `${STATE}\n## Mine\n\n**Current Issue:** #5 - Five\n`;
    expect(rebuiltState(text).text).toBe(text);
  });

  test("is the active one where there is no other", () => {
    for (const line of ["- Mostly in src/auth", UPDATED]) {
      const { issue, apart } = rebuiltState(changed(having(`${ISSUE}\n`, ""), line, `${line}\n${ISSUE}`));
      expect([issue, apart]).toEqual(["#1234 - Limit the rate", []]);
    }
  });

  test("is the active one where the one in its place cannot be read", () => {
    const damaged = having(ISSUE, "**Current Issue:** #12\ufffd").replace("- Mostly", `${ISSUE}\n\n- Mostly`);
    const { issue, apart } = rebuiltState(damaged);
    expect([issue, apart]).toEqual(["#1234 - Limit the rate", ["**Current Issue:** #12\ufffd"]]);
  });
});

describe("branch, beginning and update", () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ["a branch that is empty gives way", BRANCH, ["**Branch:**", BRANCH], []],
    ["of two branches the first stays", BRANCH, [BRANCH, "**Branch:** other"], ["**Branch:** other"]],
    [
      "a beginning that has not come gives way",
      STARTED,
      ["**Started:** 2030-01-01T00:00:00Z", STARTED],
      ["**Started:** 2030-01-01T00:00:00Z"],
    ],
    [
      "of two beginnings the first stays",
      STARTED,
      [STARTED, "**Started:** 2024-10-22T10:00:00Z"],
      ["**Started:** 2024-10-22T10:00:00Z"],
    ],
    [
      "of several updates the newest stays",
      UPDATED,
      ["**Last Updated:** 2024-10-22T14:30:00Z", UPDATED, "**Last Updated:** 2024-10-23T13:00:00Z"],
      ["**Last Updated:** 2024-10-22T14:30:00Z", "**Last Updated:** 2024-10-23T13:00:00Z"],
    ],
    [
      "an update that has not come gives way",
      UPDATED,
      [UPDATED, "**Last Updated:** 2030-10-22T14:30:00Z"],
      ["**Last Updated:** 2030-10-22T14:30:00Z"],
    ],
    ["an update that is none gives way", UPDATED, ["**Last Updated:** soon", UPDATED], ["**Last Updated:** soon"]],
  ])("%s", (_name, was, lines, others) => {
    const { text, lost } = rebuiltState(having(was, ...lines));
    expect([text, lost]).toEqual([others.length > 0 ? apartOf(STATE, ...others) : STATE, []]);
  });

  test("an empty branch stays where it is the only one", () => {
    const text = having(BRANCH, "**Branch:**");
    expect(rebuiltState(text).text).toBe(text);
    expect(rebuiltState(having(BRANCH, "**Branch:**", "**Branch:**")).text).toBe(text);
  });

  test("a beginning that has not come is kept in code where it is the only one", () => {
    const { text } = rebuiltState(having(STARTED, "**Started:** 2030-01-01T00:00:00Z"));
    expect(text).toBe(apartOf(having(`${STARTED}\n`, ""), "**Started:** 2030-01-01T00:00:00Z"));
  });

  test("an update that has not come gives way to the time of the file", () => {
    const { text, from } = rebuiltState(having(UPDATED, "**Last Updated:** 2030-10-22T14:30:00Z"), {
      modified: Date.UTC(2024, 9, 1),
    });
    const mended = having(UPDATED, "**Last Updated:** 2024-10-01T00:00:00Z");
    expect([text, from["last_updated"]]).toEqual([apartOf(mended, "**Last Updated:** 2030-10-22T14:30:00Z"), "file"]);
  });

  test("labels of one word are words without asterisks, in a section of free text and in the user's", () => {
    const text = `${having("- The review", "- The review", "", "Branch: the one of Ada")}\n## Mine\n\n**Branch:** mine\n`;
    expect(rebuiltState(text).text).toBe(text);
  });
});
