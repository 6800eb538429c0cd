/** What a save says about what it takes away. */
import { describe, expect, test } from "vitest";
import { changesOf } from "../../src/changes/amendment.ts";
import type { ProgressInput, ProgressUpdate } from "../../src/changes/inputs.ts";
import { regressionsOf as lossesOf } from "../../src/changes/regression.ts";
import { parseState, type StateDocument } from "../../src/document/state.ts";
import { sourceOf } from "../../src/text/source.ts";

const done = (text: string): ProgressInput => ({ status: "completed", text });
const todo = (text: string): ProgressInput => ({ status: "pending", text });

/** What is lost where the lists given are all there shall be. */
function regressionsOf(state: StateDocument, update: ProgressUpdate): readonly string[] {
  return lossesOf(state, changesOf(state, { replace: true, ...update }));
}

function stateWith(progress: readonly string[], steps: readonly string[] = [], questions: readonly string[] = []) {
  const list = (title: string, lines: readonly string[]) => `### ${title}\n${lines.join("\n")}\n\n`;
  const active = "## Active Work\n\n**Current Issue:** #1 - t\n\n";
  return parseState(
    sourceOf(
      active +
        list("Progress", progress) +
        list(
          "Next Steps",
          steps.map((text, index) => `${index + 1}. ${text}`),
        ) +
        list(
          "Open Questions",
          questions.map((text) => `- ${text}`),
        ),
    ),
  );
}

describe("completed items", () => {
  const state = stateWith(["- ✅ one", "- [x] two", "- 🔄 three (40% done)"]);

  test.each<readonly [string, readonly ProgressInput[]]>([
    ["stay", [done("one"), done("two"), todo("three")]],
    ["stay in another order, with more", [todo("four"), done("two"), done("three"), done("one")]],
    ["stay in other spacing", [done(" one"), done("two"), todo("three")]],
    ["are there twice, once completed", [done("one"), todo("one"), done("two"), todo("three")]],
  ])("%s", (_name, progress) => {
    expect(regressionsOf(state, { progress })).toEqual([]);
  });

  test("are named where words change their status or take them out, and not where others change", () => {
    const amended = (update: ProgressUpdate) => regressionsOf(state, { replace: false, ...update });
    expect(amended({ progress: [done("three"), todo("four")] })).toEqual([]);
    expect(amended({ progress: [todo("two")], drop: ["one"] })).toEqual([
      '1 completed item is no longer in Progress: "one"; gate undo brings them back',
      '1 completed item is open again: "two" is pending; gate undo takes that back',
    ]);
  });

  test("that are gone are named", () => {
    expect(regressionsOf(state, { progress: [done("two"), todo("three")] })).toEqual([
      '1 completed item is no longer in Progress: "one"; gate undo brings them back',
    ]);
    expect(
      regressionsOf(stateWith(["- ✅ one", "- ✅ two", "- a", "- b"]), { progress: [todo("a"), todo("b")] }),
    ).toEqual(['2 completed items are no longer in Progress: "one", "two"; gate undo brings them back']);
  });

  test("that are open again are named with what they are now", () => {
    const progress: readonly ProgressInput[] = [{ status: "in_progress", text: "one" }, done("two"), todo("three")];
    expect(regressionsOf(state, { progress })).toEqual([
      '1 completed item is open again: "one" is in progress; gate undo takes that back',
    ]);
    const both: readonly ProgressInput[] = [todo("one"), { status: "blocked", text: "two" }, todo("three")];
    expect(regressionsOf(state, { progress: both })).toEqual([
      '2 completed items are open again: "one" is pending, "two" is blocked; gate undo takes that back',
    ]);
  });

  test("without text are nothing to lose, and the same text counts once", () => {
    expect(regressionsOf(stateWith(["- ✅"]), { progress: [] })).toEqual([]);
    expect(regressionsOf(stateWith(["- ✅ a", "- ✅ a"]), { progress: [] })).toEqual([
      '1 completed item is no longer in Progress: "a"; gate undo brings them back',
    ]);
  });
});

describe("lists of which little is left", () => {
  test("Progress, by what the items say", () => {
    const state = stateWith(["- a", "- b", "- c", "- ✅ d"]);
    expect(regressionsOf(state, { progress: [todo("a"), done("d")] })).toEqual([]);
    expect(regressionsOf(state, { progress: [done("d"), todo("x"), todo("y"), todo("z")] })).toEqual([
      '3 of 4 progress items are gone: "a", "b", "c"; gate undo brings them back',
    ]);
    expect(regressionsOf(state, { progress: [] })).toEqual([
      '1 completed item is no longer in Progress: "d"; gate undo brings them back',
      '4 of 4 progress items are gone: "a", "b", "c" and 1 more; gate undo brings them back',
    ]);
  });

  test("are not said twice where all that is gone was completed", () => {
    expect(regressionsOf(stateWith(["- ✅ a", "- ✅ b", "- ✅ c", "- d"]), { progress: [todo("d")] })).toEqual([
      '3 completed items are no longer in Progress: "a", "b", "c"; gate undo brings them back',
    ]);
  });

  test("Next Steps, by their number: other steps are the next ones", () => {
    const state = stateWith([], ["a", "b", "c"]);
    expect(regressionsOf(state, { nextSteps: ["x", "y", "z"] })).toEqual([]);
    expect(regressionsOf(state, { nextSteps: ["x", "y"] })).toEqual([]);
    expect(regressionsOf(state, { nextSteps: ["c"] })).toEqual([
      '2 of 3 next steps are gone: "a", "b"; gate undo brings them back',
    ]);
    expect(regressionsOf(state, { nextSteps: [] })).toEqual([
      '3 of 3 next steps are gone: "a", "b", "c"; gate undo brings them back',
    ]);
  });

  test("Open Questions, decided or not", () => {
    const state = stateWith([], [], ["a?", "b?", "c?"]);
    expect(regressionsOf(state, { openQuestions: [{ question: "a?", decision: "yes" }, { question: "b?" }] })).toEqual(
      [],
    );
    expect(regressionsOf(state, { openQuestions: [{ question: "a?" }] })).toEqual([
      '2 of 3 open questions are gone: "b?", "c?"; gate undo brings them back',
    ]);
  });

  test("of one item, and lists that are not given, are not spoken of", () => {
    const state = stateWith(["- a"], ["b"], ["c?"]);
    expect(regressionsOf(state, { progress: [], nextSteps: [], openQuestions: [] })).toEqual([]);
    expect(regressionsOf(stateWith(["- ✅ a", "- b"], ["c", "d"]), {})).toEqual([]);
  });
});

test("long texts are cut, and at most three are named", () => {
  const long = "😀".repeat(100);
  const state = stateWith([`- ✅ ${long}`, ...["b", "c", "d", "e"].map((text) => `- ✅ ${text}`)]);
  const [warning] = regressionsOf(state, { progress: [] });
  expect(warning).toBe(
    `5 completed items are no longer in Progress: "${"😀".repeat(59)}…", "b", "c" and 2 more; gate undo brings them back`,
  );
});

test("what looks like a percentage of an item, and is none, is named", () => {
  const state = stateWith(["- 🔄 Write docs (40% done)", "- ⏸️ Ship v1"]);
  const doing = (text: string) => lossesOf(state, changesOf(state, { progress: [{ status: "in_progress", text }] }));
  for (const text of ["docs:150", "docs 50", "write docs: 7", "docs:-5"]) {
    expect(doing(text)).toEqual([expect.stringMatching(/ is a new item; ".*:40" says how far "Write docs" is/)]);
  }
  for (const text of ["Ship", "Docs", "time 12:30", "Phase 2", "40"]) expect(doing(text)).toEqual([]);
});
