/** Recent Work of a damaged state file: its lines are fields, whatever else stands between them. */
import { describe, expect, test } from "vitest";
import { changed, rebuiltState, STATE } from "../support/salvaging.ts";

const LINE = "**Previous Issue:** #1200 - Log in (Completed 2024-10-22)";
const having = (...lines: readonly string[]) => changed(STATE, LINE, lines.join("\n"));

describe("a line without asterisks", () => {
  test.each(["Completed: all of it", "Paused: nothing", "Completed:", "> Completed: x", "- Completed: all of it"])(
    "%j is a word, and costs nothing",
    (line) => {
      const { text, lost } = rebuiltState(having(LINE, line));
      expect([text, lost]).toEqual([having(LINE, line), []]);
    },
  );

  test("is a word also where something else of the file is mended", () => {
    const damaged = changed(having(LINE, "Completed: all of it"), "## Blockers", "##Blockers");
    expect(rebuiltState(damaged).text).toBe(having(LINE, "Completed: all of it"));
  });

  test.each([
    ["Previous Issue: #1100 - Tokens", "**Previous Issue:** #1100 - Tokens"],
    ["Completed: #1100 - Tokens", "**Completed:** #1100 - Tokens"],
    ["*Completed:* #1100 - Tokens", "**Completed:** #1100 - Tokens"],
    ["__Completed:__ #1100 - Tokens", "**Completed:** #1100 - Tokens"],
    ["> **Completed:** #1100 - Tokens", "**Completed:** #1100 - Tokens"],
    ["**Prev\ufffdous Issue:** #1100 - Tokens", "**Previous Issue:** #1100 - Tokens"],
    ["Paused: #1100 - Tokens", "Paused: #1100 - Tokens"],
    ["**Paused:** #1100 - Tokens", "**Paused:** #1100 - Tokens"],
    ["**Complete:** #1100 - Tokens", "**Completed:** #1100 - Tokens"],
  ])("or with others is a field where it names an issue: %s", (line, becomes) => {
    const { text, recent } = rebuiltState(having(LINE, line));
    expect([text, recent]).toEqual([having(LINE, becomes), [1200, 1100]]);
  });
});

describe("what stands beside the lines", () => {
  test.each([
    ["words and items", ["Some words.", "- and an item"]],
    ["code", ["", "```", "**Previous Issue:** #1 - No", "```"]],
    ["a table", ["", "| **Completed:** |", "|---|", "| #7 |"]],
    ["a field in an item", ["- x", "  **Completed:** #7 - Seven"]],
  ])("%s stay", (_name, lines) => {
    expect(rebuiltState(having(LINE, ...lines)).text).toBe(having(LINE, ...lines));
  });

  test("the same line once more is one", () => {
    expect(rebuiltState(having(LINE, LINE)).text).toBe(STATE);
  });

  test("bullets stay bullets, also that of a line that was mended", () => {
    const lines = [`- ${LINE}`, "* **Previous Issue:** #1100 - Tokens (Completed 2024-10-20)"];
    const damaged = having(...lines).replace("* **Previous", "* **Prevous");
    expect(rebuiltState(damaged).text).toBe(having(...lines));
  });

  test("a line that reads otherwise than it looks is kept apart, and only that one", () => {
    const { text, apart } = rebuiltState(having(LINE, "- x", "  - **Completed:** #7 - Seven"));
    expect(apart).toEqual(["  - **Completed:** #7 - Seven"]);
    expect(text.startsWith(having(LINE, "- x"))).toBe(true);
  });
});
