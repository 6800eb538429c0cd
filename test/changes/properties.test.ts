/** What holds for every change, whatever the document and the arguments. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clearActive } from "../../src/changes/clear-active.ts";
import { countRecent, recentValue } from "../../src/changes/recent.ts";
import { retire } from "../../src/changes/retire.ts";
import { keepsApart, resumeActive, setActive } from "../../src/changes/set-active.ts";
import { updateProgress } from "../../src/changes/update-progress.ts";
import { EMPTY_UPDATE, updateWork } from "../../src/changes/update-work.ts";
import { itemsIn, textOfItem } from "../../src/document/items.ts";
import { activeLists } from "../../src/document/state.ts";
import { parseRecent } from "../../src/document/values.ts";
import { issueOf, parseWork } from "../../src/document/work.ts";
import { newState, newWork } from "../../src/pipeline/new-documents.ts";
import { checkState, checkWork } from "../../src/rules/check.ts";
import { decodeText } from "../../src/syntax/escape.ts";
import { remarkBlocks } from "../../src/syntax/reference/remark.ts";
import { scanBlocks } from "../../src/syntax/scan.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { sourceOf } from "../../src/text/source.ts";
import { line } from "../support/arbitraries.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { changed, documents, parse, progress, untouchedLinesStay } from "../support/state-documents.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const parseIssueFile = (text: string) => parseWork(sourceOf(text), readYaml);

const settings = runs(400);

describe("state", () => {
  test("saved lists read back as they were given", () => {
    fc.assert(
      fc.property(
        documents,
        progress,
        fc.array(line, { maxLength: 4 }),
        fc.array(fc.record({ question: line, decision: line }, { requiredKeys: ["question"] }), { maxLength: 3 }),
        (text, items, nextSteps, openQuestions) => {
          const document = parse(text);
          const edits = updateProgress(document, { progress: items, nextSteps, openQuestions, replace: true }, NOW);
          if (document.active.issue?.kind !== "issue") return;
          const result = changed(document, edits);
          untouchedLinesStay(document.text, edits, result.text);
          expect(
            result.progress.map(({ reading: { status, text, percentage } }) => [status, text, percentage]),
          ).toEqual(items.map(({ status, text, percentage }) => [status, text, percentage]));
          expect(result.nextSteps.map(textOfItem)).toEqual(nextSteps);
          expect(result.openQuestions.map(({ reading }) => [reading.question, reading.decision])).toEqual(
            openQuestions.map(({ question, decision }) => [question, decision?.replace(/^decision:\s*/i, "")]),
          );
          expect(result.active.issue).toEqual(document.active.issue);
          const added = result.sections.filter(
            ({ title }) => !document.sections.some((section) => section.title === title),
          );
          for (const { title } of added) expect(["Progress", "Next Steps", "Open Questions"]).toContain(title);
        },
      ),
      { ...settings, seed: 21 },
    );
  });

  test("saving what is there already moves only Last Updated", () => {
    fc.assert(
      fc.property(documents, (text) => {
        const document = parse(text);
        if (document.active.issue?.kind !== "issue") return;
        if (document.progress.some(({ reading }) => !reading.marked || reading.text === "")) return;
        const doubled = [document.known.progress, document.known.nextSteps, document.known.openQuestions].some(
          (part) => part && part.others.length > 0,
        );
        const lists =
          new Set(document.progress.map(({ item }) => item.list)).size +
          new Set(document.nextSteps.map((item) => item.list)).size;
        if (doubled || lists > 2 || document.nextSteps.some((item) => !item.list.ordered)) return;
        const update = {
          progress: document.progress.map(({ reading: { status, text, percentage } }) => ({
            status,
            text,
            ...(percentage !== undefined && { percentage }),
          })),
          nextSteps: document.nextSteps.map(textOfItem),
          openQuestions: document.openQuestions.map(({ reading: { question, decision } }) => ({
            question,
            ...(decision !== undefined && { decision }),
          })),
        };
        if (new Set(document.openQuestions.map(({ item }) => item.list)).size > 1) return;
        const result = applyEdits(document.text, updateProgress(document, update, NOW));
        expect(result).toBe(applyEdits(document.text, resumeActive(document, {}, NOW)));
      }),
      { ...settings, seed: 22 },
    );
  });

  test("a branch with a space gives a plain line its asterisks, any other one leaves it plain", () => {
    const document = parse(
      "# Session State\n\n**Last Updated:** 2024-10-23T14:30:00Z\n\n## Active Work\n\nIssue: #12 - Login\nBranch: `feature/login`\n\n## Recent Work\n\n## Blockers\n\n## Context\n",
    );
    const started = (branch: string) =>
      changed(document, setActive(document, { number: 777, title: "a", started: NOW, branch }, NOW));
    expect(started("[ ]").active.branch?.value.value).toBe("[ ]");
    expect(started("[ ]").text).toContain("Issue: #777 - a\n**Branch:** ");
    expect(started("fix/a").text).toContain("Issue: #777 - a\nBranch: `fix/a`\n");
  });

  test("a started issue reads back, and the one before stands in Recent Work", () => {
    fc.assert(
      fc.property(documents, line, line, fc.boolean(), (text, title, branch, withBranch) => {
        const document = parse(text);
        const edits = setActive(document, { number: 777, title, started: NOW, ...(withBranch && { branch }) }, NOW);
        const result = changed(document, edits);
        untouchedLinesStay(document.text, edits, result.text);
        expect(result.active.issue).toMatchObject({ kind: "issue", issue: { number: 777, title } });
        expect(result.active.branch?.value.value).toBe(withBranch ? branch : undefined);
        const isTaken = document.active.issue?.kind === "issue" || keepsApart(document);
        expect(result.progress.length + result.nextSteps.length + result.openQuestions.length).toBe(
          isTaken ? 0 : document.progress.length + document.nextSteps.length + document.openQuestions.length,
        );
        // What was nobody's stands at the end, to the byte, and is nobody's still.
        const apart = keepsApart(document) ? Object.values(activeLists(document)).flat() : [];
        const kept = result.text.slice(result.text.lastIndexOf("## Recovered"));
        for (const { start, end } of apart) expect(kept).toContain(document.text.slice(start, end).trimEnd());
        expect(result.sections.filter(({ title }) => title === "Recovered")).toHaveLength(apart.length > 0 ? 1 : 0);
        if (document.active.issue?.kind === "issue") {
          const { id, title: old, number } = document.active.issue.issue;
          const entry = result.recentWork[0]?.reading;
          expect(entry).toMatchObject({ status: "paused", issue: { kind: "issue", issue: { title: old } } });
          expect(entry?.issue.kind === "issue" && (entry.issue.issue.number ?? entry.issue.issue.id)).toEqual(
            number ?? id,
          );
        }
        expect(result.recentWork.length).toBeLessThanOrEqual(Math.max(3, document.recentWork.length));
      }),
      { ...settings, seed: 23 },
    );
  });

  test("a cleared document is idle and keeps what is not the issue's", () => {
    fc.assert(
      fc.property(documents, line, (text, reason) => {
        const document = parse(text);
        if (document.active.issue?.kind !== "issue") return;
        const edits = clearActive(document, { reason }, NOW);
        const result = changed(document, edits);
        untouchedLinesStay(document.text, edits, result.text);
        expect(result.active.issue).toBeUndefined();
        expect(result.recentWork[0]?.reading).toMatchObject({ status: "completed", reason });
      }),
      { ...settings, seed: 24 },
    );
  });

  test("Recent Work counts an issue once and stops at three", () => {
    const document = parse(readFileSync(join(FIXTURES, "read/format.md"), "utf8"));
    expect([countRecent(document, "9"), countRecent(document, "1200")]).toEqual([3, 2]);
  });

  test("a line of Recent Work reads back, whatever title and reason hold", () => {
    fc.assert(
      fc.property(line, fc.option(line, { nil: undefined }), (title, reason) => {
        const value = recentValue({
          id: "5",
          title,
          status: "Completed",
          instant: NOW,
          ...(reason !== undefined && { reason }),
        });
        expect(parseRecent(value, "Previous Issue")).toMatchObject({
          issue: { kind: "issue", issue: { number: 5, title } },
          status: "completed",
          date: "2024-10-23",
          ...(reason !== undefined && { reason }),
        });
      }),
      runs(3000, 25),
    );
  });

  test("what is written, remark reads the same", () => {
    fc.assert(
      fc.property(documents, progress, fc.array(line, { maxLength: 3 }), (before, items, nextSteps) => {
        const document = parse(before);
        if (document.active.issue?.kind !== "issue") return;
        const text = applyEdits(
          document.text,
          updateProgress(document, { progress: items, nextSteps, replace: true }, NOW),
        );
        expect(remarkBlocks(text)).toEqual(scanBlocks(text));
      }),
      runs(100, 26),
    );
  });
});

describe("work", () => {
  const work = fc
    .record({ title: line, url: line, description: line }, { requiredKeys: ["title"] })
    .map((input) => newWork({ number: 42, started: NOW, ...input }, NOW).text);

  test("a new work file is valid and reads back", () => {
    fc.assert(
      fc.property(line, line, fc.option(line, { nil: undefined }), (title, url, description) => {
        const { text } = newWork(
          { number: 42, title, url, started: NOW, ...(description !== undefined && { description }) },
          NOW,
        );
        const document = parseIssueFile(text);
        expect(checkWork(document, { now: NOW, fileIssue: 42 }).filter(({ severity }) => severity === "error")).toEqual(
          [],
        );
        expect(issueOf(document)).toEqual({ number: 42, title });
        expect(document.fields.GitHub?.value.value).toBe(url);
      }),
      runs(2000, 31),
    );
  });

  test("what is added stands there, and every line that was there still does", () => {
    fc.assert(
      fc.property(
        work,
        fc.array(line, { maxLength: 3 }),
        fc.array(line, { maxLength: 3 }),
        fc.array(line, { maxLength: 3 }),
        (text, learnings, decisions, tests) => {
          const document = parseIssueFile(text);
          const update = {
            ...EMPTY_UPDATE,
            log: ["words"],
            learnings,
            decisions: decisions.map((decision) => ({ decision, rationale: "r" })),
            tests: [...new Set(tests)].map((each) => ({ text: each, done: true })),
          };
          const edits = updateWork(document, update, NOW + 1000);
          const result = parseIssueFile(applyEdits(text, edits));
          untouchedLinesStay(text, edits, result.text);
          expect(checkWork(result, { now: NOW + 1000 }).filter(({ severity }) => severity === "error")).toEqual([]);
          const items = (name: "learnings" | "decisions" | "tests") =>
            itemsIn(result.known[name]!.value.blocks, result.text).map(textOfItem);
          expect(items("learnings")).toEqual(learnings);
          expect(items("decisions")).toHaveLength(decisions.length);
          expect(items("tests")).toEqual(update.tests.map((each) => `[x] ${each.text}`));
          expect(result.log).toHaveLength(1);
        },
      ),
      runs(500, 32),
    );
  });

  test("retiring loses no word of the active work", () => {
    fc.assert(
      fc.property(documents, (before) => {
        const document = parse(before);
        if (document.active.issue?.kind !== "issue") return;
        const update = retire(document, "Paused");
        const made = newWork({ number: 1, title: "t", started: NOW }, NOW).text;
        const text = applyEdits(made, updateWork(parseIssueFile(made), update, NOW));
        const words = (value: string) => value.match(/[\p{L}\p{N}]{3,}/gu) ?? [];
        const own = [
          ...document.progress.map(({ reading }) => reading.text),
          ...document.openQuestions.flatMap(({ reading }) => [reading.question, reading.decision ?? ""]),
          ...document.nextSteps.map(textOfItem),
        ];
        const items = [...document.progress, ...document.openQuestions].map(({ item }) => item);
        const below = [...items, ...document.nextSteps].flatMap((item) =>
          item.below.map(({ start, end }) => decodeText(document.text.slice(start, end))),
        );
        for (const word of words([...own, ...below].join(" "))) expect(text).toContain(word);
      }),
      { ...settings, seed: 33 },
    );
  });
});

describe("templates", () => {
  const TIME = Date.UTC(2024, 9, 23, 14, 30, 0);
  test.each([
    ["state.md", newState(TIME).text],
    [
      "work.md",
      newWork(
        {
          number: 1234,
          title: "Add rate limiting to authentication",
          url: "https://github.com/owner/repository/issues/1234",
          started: TIME,
        },
        TIME,
      ).text,
    ],
  ])("%s is what the program makes", (name, text) => {
    expect(readFileSync(join(FIXTURES, "../templates", name), "utf8")).toBe(text);
    const diagnostics =
      name === "state.md" ? checkState(parse(text), { now: NOW }) : checkWork(parseIssueFile(text), { now: NOW });
    expect(diagnostics).toEqual([]);
  });
});
