/** A save changes the items it names, and nothing else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesOf } from "../../src/changes/amendment.ts";
import type { ProgressInput, ProgressUpdate } from "../../src/changes/inputs.ts";
import { placesOf } from "../../src/changes/match.ts";
import { applyChanges, updateProgress } from "../../src/changes/update-progress.ts";
import { textOfItem } from "../../src/document/items.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { line } from "../support/arbitraries.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { changed, documents, parse, progress, untouchedLinesStay } from "../support/state-documents.ts";

const stateWith = (body: string) =>
  parse(
    `# Session State\n\n**Last Updated:** 2024-10-23T14:30:00Z\n\n## Active Work\n\n**Current Issue:** #1 - t\n\n${body}\n## Recent Work\n\n## Blockers\n\n## Context\n`,
  );

const LISTS =
  "### Progress\n- ✅ Write tests\n- 🔄 Write docs (40% done)\n- ⏸️ Deploy\n\n### Next Steps\n1. Deploy twice\n2. Rest\n\n### Open Questions\n- Per IP?\n  → Decision: no\n- Per user?\n";

function saved(body: string, update: ProgressUpdate) {
  const document = stateWith(body);
  return changed(document, updateProgress(document, update, NOW));
}

const progressOf = (body: string, update: ProgressUpdate) =>
  saved(body, update).progress.map(({ reading: { status, text, percentage } }) =>
    percentage === undefined ? `${status} ${text}` : `${status} ${text} ${percentage}`,
  );

describe("words", () => {
  const texts = ["Write tests", "Write docs", "tests of the API", "Straße"];
  test.each<readonly [string, readonly number[]]>([
    ["Write tests", [0]],
    ["write  TESTS", [0]],
    ["write", [0, 1]],
    ["tests", [2]],
    ["docs", [1]],
    ["api", [2]],
    ["STRASSE", [3]],
    ["e", [0, 1, 2, 3]],
    ["none of them", []],
    ["", []],
  ])("%j", (words, places) => {
    expect(placesOf(texts, words)).toEqual(places);
  });

  test("in the very case of one item mean that one", () => {
    expect(placesOf(["Tests", "tests"], "tests")).toEqual([1]);
    expect(placesOf(["Tests", "tests"], "TESTS")).toEqual([0, 1]);
  });
});

describe("an item that is there", () => {
  test.each<readonly [string, ProgressUpdate, readonly string[]]>([
    [
      "takes the status",
      { progress: [{ status: "completed", text: "deploy" }] },
      ["completed Write tests", "in_progress Write docs 40", "completed Deploy"],
    ],
    [
      "keeps how far it is while it goes on",
      { progress: [{ status: "in_progress", text: "docs" }] },
      ["completed Write tests", "in_progress Write docs 40", "pending Deploy"],
    ],
    [
      "is completed without a percentage",
      { progress: [{ status: "completed", text: "docs" }] },
      ["completed Write tests", "completed Write docs", "pending Deploy"],
    ],
    [
      "takes what is said last",
      {
        progress: [
          { status: "blocked", text: "Deploy" },
          { status: "in_progress", text: "Deploy", percentage: 5 },
        ],
      },
      ["completed Write tests", "in_progress Write docs 40", "in_progress Deploy 5"],
    ],
    [
      "goes, and another one comes behind the last",
      { drop: ["docs"], progress: [{ status: "pending", text: "Announce" }] },
      ["completed Write tests", "pending Deploy", "pending Announce"],
    ],
    [
      "that is named in full is not meant by some of its words",
      {
        progress: [
          { status: "pending", text: "write" },
          { status: "completed", text: "Write docs" },
          { status: "completed", text: "Write tests" },
        ],
      },
      ["completed Write tests", "completed Write docs", "pending Deploy", "pending write"],
    ],
    [
      "that goes is not meant",
      { drop: ["deploy"], progress: [{ status: "pending", text: "Deploy" }] },
      ["completed Write tests", "in_progress Write docs 40", "pending Deploy"],
    ],
    [
      "goes with all others where the given are the whole list",
      { replace: true, progress: [{ status: "pending", text: "tests" }] },
      ["pending tests"],
    ],
    ["goes with all others where the list is cleared", { clear: ["progress"] }, []],
    [
      "is added once",
      {
        progress: [
          { status: "pending", text: "New" },
          { status: "completed", text: " New" },
        ],
      },
      ["completed Write tests", "in_progress Write docs 40", "pending Deploy", "completed New"],
    ],
  ])("%s", (_name, update, expected) => {
    expect(progressOf(LISTS, update)).toEqual(expected);
  });

  test("reads as another one does: each is said once, and any of them can go", () => {
    const twice = "### Progress\n- ⏸️ A\n- ⏸️ A\n- ⏸️ B\n";
    const done: ProgressInput = { status: "completed", text: "A" };
    expect(progressOf(twice, { progress: [done] })).toEqual(["completed A", "pending A", "pending B"]);
    expect(progressOf(twice, { progress: [done, done] })).toEqual(["completed A", "completed A", "pending B"]);
    expect(progressOf(twice, { drop: ["A"] })).toEqual(["pending A", "pending B"]);
    const sides = "### Progress\n- ✅ Write it\n- 🔄 Write it (70% done)\n";
    for (const text of ["Write it", "write"]) {
      const finished: ProgressInput = { status: "completed", text };
      expect(progressOf(sides, { progress: [finished] })).toEqual(["completed Write it", "completed Write it"]);
    }
    expect(progressOf(twice, { drop: ["A", "A"] })).toEqual(["pending B"]);
  });
});

test("an item is looked for in Progress, then in Next Steps, then in Open Questions", () => {
  const after = saved(LISTS, { drop: ["deploy", "deploy", "user"] });
  expect(after.progress.map(({ reading }) => reading.text)).toEqual(["Write tests", "Write docs"]);
  expect(after.nextSteps.map(textOfItem)).toEqual(["Rest"]);
  expect(after.openQuestions.map(({ reading }) => reading.question)).toEqual(["Per IP?"]);
});

test("a question is decided by its words, and stays decided where nothing is said of it", () => {
  const decided = (update: ProgressUpdate) =>
    saved(LISTS, update).openQuestions.map(({ reading }) => [reading.question, reading.decision]);
  expect(decided({ openQuestions: [{ question: "user", decision: "yes" }, { question: "per ip?" }] })).toEqual([
    ["Per IP?", "no"],
    ["Per user?", "yes"],
  ]);
  expect(decided({ openQuestions: [{ question: "Per IP?", decision: "TBD" }, { question: "Else?" }] })).toEqual([
    ["Per IP?", "TBD"],
    ["Per user?", undefined],
    ["Else?", undefined],
  ]);
  expect(decided({ openQuestions: [{ question: "Else?" }], replace: true })).toEqual([["Else?", undefined]]);
  expect(decided({ clear: ["questions"] })).toEqual([]);
});

test("what is to do is not what is done, and who asks does not answer: only all of the words mean that", () => {
  expect(progressOf(LISTS, { progress: [{ status: "pending", text: "tests" }] })).toEqual([
    "completed Write tests",
    "in_progress Write docs 40",
    "pending Deploy",
    "pending tests",
  ]);
  expect(progressOf(LISTS, { progress: [{ status: "pending", text: "write TESTS" }] })[0]).toBe("pending Write tests");
  expect(progressOf(LISTS, { progress: [{ status: "in_progress", text: "tests" }] })[0]).toBe(
    "in_progress Write tests",
  );
  expect(saved(LISTS, { openQuestions: [{ question: "IP?" }] }).openQuestions).toHaveLength(3);
  expect(saved(LISTS, { openQuestions: [{ question: "per  ip?" }] }).openQuestions).toHaveLength(2);
});

test("steps are added behind those that are there, each once, or behind those that are given", () => {
  const steps = (update: ProgressUpdate) => saved(LISTS, update).nextSteps.map(textOfItem);
  expect(steps({ addNext: ["Rest", "New", "New"] })).toEqual(["Deploy twice", "Rest", "New"]);
  expect(steps({ nextSteps: ["One"], addNext: ["Two"] })).toEqual(["One", "Two"]);
  expect(steps({ clear: ["next"], addNext: ["Two"] })).toEqual(["Two"]);
});

test("words of several items are refused with those they may mean", () => {
  const document = stateWith(LISTS);
  expect(() => changesOf(document, { progress: [{ status: "completed", text: "write" }] })).toThrow(
    expect.objectContaining({
      code: "INVALID_ARGUMENT",
      message: 'Cannot tell which progress item "write" means: it may be any of 2',
      hint: expect.stringContaining('"Write tests", "Write docs"'),
    }),
  );
  expect(() => changesOf(document, { openQuestions: [{ question: "per", decision: "Yes" }] })).toThrow(
    'which open question "per"',
  );
  expect(() => changesOf(document, { drop: ["write"] })).toThrow('Cannot tell which item "write" means');
});

test("an item to drop that is not there is refused with those that are", () => {
  const missing = (body: string) => () => changesOf(stateWith(body), { drop: ["Nowhere"] });
  expect(missing(LISTS)).toThrow(
    expect.objectContaining({ code: "NOT_FOUND", hint: expect.stringContaining('"Write docs"') }),
  );
  expect(missing("")).toThrow(expect.objectContaining({ code: "NOT_FOUND", hint: "There are none." }));
});

test("whatever is saved, the items that it does not name stay to the byte", () => {
  fc.assert(
    fc.property(
      documents,
      progress,
      fc.array(fc.tuple(fc.nat(9), fc.constantFrom("completed", "in_progress", "pending", "blocked")), {
        maxLength: 3,
      }),
      fc.array(fc.nat(9), { maxLength: 2 }),
      fc.array(line, { maxLength: 2 }),
      (text, given, ticked, gone, addNext) => {
        const document = parse(text);
        if (document.active.issue?.kind !== "issue") return;
        const there = document.progress.filter(({ reading }) => reading.text.trim() !== "");
        const at = (index: number) => there[index % there.length]!.reading.text;
        const items: ProgressInput[] =
          there.length === 0
            ? [...given]
            : [...given, ...ticked.map(([index, status]) => ({ status, text: at(index) }))];
        const drop = there.length === 0 ? [] : gone.map(at);
        let changes: ReturnType<typeof changesOf>;
        try {
          changes = changesOf(document, { progress: items, addNext, drop });
        } catch (error) {
          expect(["INVALID_ARGUMENT", "NOT_FOUND"]).toContain((error as { code?: string }).code);
          return;
        }
        const edits = applyChanges(document, changes, NOW);
        const result = changed(document, edits);
        untouchedLinesStay(document.text, edits, result.text);
        if ("whole" in changes.progress || "whole" in changes.nextSteps) throw new Error("only changes were asked for");
        const { changed: onto, dropped, added } = changes.progress;
        const left = document.progress.filter(({ item }) => !dropped.includes(item));
        const readings = (list: readonly { status: string; text: string; percentage?: number }[]) =>
          list.map(({ status, text: words, percentage }) => [status, words, percentage]);
        expect(readings(result.progress.map(({ reading }) => reading)).sort()).toEqual(
          readings([...left.map(({ item, reading }) => onto.get(item) ?? reading), ...added]).sort(),
        );
        const { dropped: steps, added: further } = changes.nextSteps;
        const stay = document.nextSteps.filter((item) => !steps.includes(item)).map(textOfItem);
        expect(result.nextSteps.map(textOfItem).sort()).toEqual([...stay, ...further].sort());
        // Of an item that only goes on to stand there, no byte changes.
        for (const { item, reading } of left) {
          if (onto.has(item) || dropped.length > 0) continue;
          const bytes = document.text.slice(item.start, item.end).trimEnd();
          expect(result.text).toContain(bytes);
          expect(result.progress.map((each) => each.reading.text)).toContain(reading.text);
        }
      },
    ),
    runs(400, 31),
  );
});

test("what is saved twice is saved once", () => {
  fc.assert(
    fc.property(documents, progress, (text, given) => {
      const document = parse(text);
      if (document.active.issue?.kind !== "issue") return;
      const once = save(text, given);
      if (once !== undefined) expect(save(once, given) ?? once).toBe(once);
    }),
    runs(200, 32),
  );
});

function save(text: string, given: readonly ProgressInput[]): string | undefined {
  try {
    return applyEdits(text, updateProgress(parse(text), { progress: given }, NOW));
  } catch {
    return undefined;
  }
}
