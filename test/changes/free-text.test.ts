/** Blockers and Context: lines that a save adds and takes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FreeTextUpdate, hasFreeText, updateFreeText } from "../../src/changes/free-text.ts";
import { freeLines, type StateDocument, saysNothing } from "../../src/document/state.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { line } from "../support/arbitraries.ts";
import { runs } from "../support/effort.ts";
import { changed, documents, parse, untouchedLinesStay } from "../support/state-documents.ts";

const HEAD =
  "# Session State\n\n**Last Updated:** 2024-10-23T14:30:00Z\n\n## Active Work\n\n**Current Issue:** #1 - t\n\n## Recent Work\n";

const stateWith = (blockers: string, context = "") =>
  parse(`${HEAD}\n## Blockers\n${blockers}\n## Context\n${context}`);

/** What stands under Blockers afterwards. */
function blockers(before: string, update: FreeTextUpdate): string {
  const document = stateWith(before);
  const { text } = changed(document, updateFreeText(document, update));
  expect(text.startsWith(`${HEAD}\n## Blockers\n`) && text.endsWith("\n## Context\n")).toBe(true);
  return text.slice(`${HEAD}\n## Blockers\n`.length, -"\n## Context\n".length);
}

function context(before: string, update: FreeTextUpdate): string {
  const document = stateWith("", before);
  const { text } = changed(document, updateFreeText(document, update));
  return text.slice(text.indexOf("## Context\n") + "## Context\n".length);
}

describe("a blocker", () => {
  test.each<readonly [string, string, FreeTextUpdate, string]>([
    ["takes the place of none", "None currently\n", { blockers: ["A"] }, "- A\n"],
    ["takes the place of none in a list", "- none.\n", { blockers: ["A"] }, "- A\n"],
    ["is the first", "", { blockers: ["A", "B"] }, "- A\n- B\n"],
    ["comes behind others, as they are marked", "* A\n", { blockers: ["B"] }, "* A\n* B\n"],
    ["that is there is not added again", "- a  b\n", { blockers: ["A b"] }, "- a  b\n"],
    ["comes below text", "We wait.\n", { blockers: ["B"] }, "We wait.\n\n- B\n"],
    ["comes behind a table", "| a |\n|---|\n| b |\n", { blockers: ["B"] }, "| a |\n|---|\n| b |\n\n- B\n"],
    [
      "cannot become structure",
      "",
      { blockers: ["## Context", "**Last Updated:** x"] },
      "- \\## Context\n- \\**Last Updated:** x\n",
    ],
    ["that is gone leaves the others", "- A\n  - why\n- B\n", { unblock: ["a"] }, "- B\n"],
    ["that is the last leaves none", "- A\n", { unblock: ["a"] }, "None currently\n"],
    ["gives way to another", "- A\n", { unblock: ["a"], blockers: ["B"] }, "- B\n"],
    ["may be a line of text", "We wait.\nAnd wait for B.\n", { unblock: ["for b"] }, "We wait.\n"],
    ["is gone with all others", "We wait.\n\n- A\n\n### Old\n- C\n", { clear: ["blockers"] }, "None currently\n\n"],
    ["comes after all others are gone", "- A\n- B\n", { clear: ["blockers"], blockers: ["C"] }, "- C\n"],
    ["can be cleared where there is none", "None currently\n", { clear: ["blockers"] }, "None currently\n"],
    ["leaves what is no line", "- A\n\n```\ncode\n```\n", { unblock: ["A"] }, "\n```\ncode\n```\n"],
    ["of an empty section needs no clearing", "", { clear: ["blockers"] }, ""],
  ])("%s", (_name, before, update, after) => {
    expect(blockers(before, update)).toBe(after);
  });

  test("keeps a comment, which is no blocker", () => {
    expect(blockers("<!-- mine -->\n- A\n", { clear: ["blockers"] })).toBe("<!-- mine -->\nNone currently\n");
  });

  test("that is not there, or could be several, is refused", () => {
    const unblock = (words: string) => () =>
      updateFreeText(stateWith("- Wait for A\n- Wait for B\n"), { unblock: [words] });
    expect(unblock("c")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(unblock("wait")).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => updateFreeText(stateWith("None currently\n"), { unblock: ["none"] })).toThrow("no blocker has");
  });
});

describe("context", () => {
  test.each<readonly [string, string, FreeTextUpdate, string]>([
    ["is added", "- In src/\n", { context: ["Builds on #1"] }, "- In src/\n- Builds on #1\n"],
    ["is added to a file without a last line break", "- In src/", { context: ["B"] }, "- In src/\n- B"],
    ["is cleared", "- In src/\n- B\n", { clear: ["context"] }, ""],
    ["is cleared and added, without a last line break", "- A\n- B", { clear: ["context"], context: ["C"] }, "- C"],
    ["that is none stays none", "", { clear: ["context"] }, ""],
  ])("%s", (_name, before, update, after) => {
    expect(context(before, update)).toBe(after);
  });
});

test("whether a save says anything of them", () => {
  expect([{}, { clear: ["next"] as const }, { blockers: [] }].map(hasFreeText)).toEqual([false, false, false]);
  expect(
    [{ unblock: ["a"] }, { context: ["a"] }, { clear: ["context"] as const }, { clear: ["blockers"] as const }].map(
      hasFreeText,
    ),
  ).toEqual([true, true, true, true]);
});

test("without the sections nothing changes", () => {
  const document = parse("## Active Work\n");
  expect(updateFreeText(document, { blockers: ["A"], context: ["B"] })).toEqual([]);
});

test("whatever stands there, a line is added and taken again, and all other lines stay", () => {
  fc.assert(
    fc.property(documents, line, line, (text, blocker, about) => {
      const document = parse(text);
      const lines = (of: StateDocument) => [freeLines(of, "blockers"), freeLines(of, "context")] as const;
      const edits = updateFreeText(document, { blockers: [blocker], context: [about] });
      const added = changed(document, edits);
      untouchedLinesStay(text, edits, added.text);
      const words = (each: string) => each.replace(/\s+/g, " ").trim().toLowerCase();
      const [before, after] = [lines(document), lines(added)];
      expect(after[0].map(words)).toContain(words(blocker));
      expect(after[1].map(words)).toContain(words(about));
      for (const side of [0, 1] as const) {
        for (const each of before[side]) if (!saysNothing(each)) expect(after[side]).toContain(each);
      }
      expect(added.progress).toHaveLength(document.progress.length);
      const [, ...again] = [added, ...updateFreeText(added, { blockers: [blocker], context: [about] })];
      expect(applyEdits(added.text, again)).toBe(added.text);
    }),
    runs(300, 33),
  );
});
