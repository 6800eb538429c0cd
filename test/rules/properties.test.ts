import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTime, type TimeReading } from "../../src/base/time.ts";
import { parseState } from "../../src/document/state.ts";
import type { IssueReading } from "../../src/document/values.ts";
import { parseWork } from "../../src/document/work.ts";
import { fixesOf } from "../../src/rules/check.ts";
import type { Diagnostic, Facts } from "../../src/rules/rule.ts";
import { meantStatus } from "../../src/rules/status.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { linesIn } from "../../src/text/lines.ts";
import type { Source } from "../../src/text/source.ts";
import { runs } from "../support/effort.ts";
import { casesIn, checkSource, FIXTURES, type Kind, NOW, sourceOf } from "./cases.ts";

const cases = [
  ...readdirSync(join(FIXTURES, "rules")).flatMap((folder) => casesIn(`rules/${folder}`)),
  ...casesIn("read-silently"),
];

/** Everything that must hold of the diagnostics of a text, whatever it is. */
function expectSound(kind: Kind, source: Source, facts: Facts): void {
  const { text } = source;
  const diagnostics = checkSource(kind, source, facts);
  let last = 0;
  for (const { start, end, message, fix } of diagnostics) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
    expect(message.length).toBeLessThan(160);
    expect(fix).not.toEqual([]);
    last = start;
  }
  const edits = fixesOf(diagnostics);
  if (edits.length === 0) return;
  const fixed = applyEdits(text, edits);
  const again = checkSource(kind, sourceOf(fixed, source), facts);
  expect(fixesOf(again), "a second round of fixes").toEqual([]);
  const before = countsOf(diagnostics);
  for (const [what, count] of countsOf(again)) {
    expect(count, `${what} after the fix`).toBeLessThanOrEqual(before.get(what) ?? 0);
  }
  expect(meaningOf(kind, sourceOf(fixed, source), facts), "what is read after the fix").toEqual(
    meaningOf(kind, source, facts),
  );
  // Lines outside the edits are all there, in their order.
  const kept = [...linesIn(text, { start: 0, end: text.length })]
    .filter((line) => !edits.some(({ start, end }) => start < line.end + 1 && end > line.start))
    .map(({ start, end }) => text.slice(start, end));
  const lines = fixed.split(/\r\n|\n|\r/);
  let at = 0;
  for (const line of kept) {
    const found = lines.indexOf(line, at);
    expect(found, `the line ${JSON.stringify(line)} after the fix`).not.toBe(-1);
    at = found + 1;
  }
}

/** What is read from a document, apart from spellings. */
function meaningOf(kind: Kind, source: Source, { localTime = (local) => local }: Facts): unknown {
  /** Whole seconds. */
  const instantOf = (time: { readonly reading?: TimeReading | undefined } | undefined): number | undefined => {
    const { reading } = time ?? {};
    if (!reading || reading.kind === "impossible") return undefined;
    return Math.floor((reading.isLocal ? localTime(reading.instant) : reading.instant) / 1000);
  };
  if (kind === "state") {
    const { lastUpdated, active, progress, nextSteps, openQuestions, recentWork } = parseState(source);
    return {
      lastUpdated: instantOf(lastUpdated),
      issue: issueIn(active.issue),
      branch: active.branch?.value.value,
      started: instantOf(active.started),
      progress: progress.map(({ reading: { status, text, percentage } }) => [status, head(text), percentage]),
      nextSteps: nextSteps.map(({ raw }) => head(raw)),
      openQuestions: openQuestions.map(({ reading: { question, decision } }) => [head(question), head(decision)]),
      recentWork: recentWork.map(({ reading: { issue, status, date } }) => [issueIn(issue), status, date]),
    };
  }
  const document = parseWork(source);
  const { header, fields, started, lastUpdated, completed, log } = document;
  return {
    issue: issueIn(header?.value.issue),
    fields: Object.keys(fields),
    status: meantStatus(document),
    times: [started, lastUpdated, completed].map(instantOf),
    log: log.map(({ title }) => instantOf({ reading: parseTime(title) })),
  };
}

/** The text before a field that runs on in it, the value of which may have been mended. */
function head(text: string | undefined): string | undefined {
  return text?.split("**")[0];
}

function issueIn(issue: IssueReading | undefined): unknown {
  if (issue?.kind !== "issue") return issue?.kind;
  const { number, id, title } = issue.issue;
  return [number ?? id, title];
}

function countsOf(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule, severity } of diagnostics) {
    counts.set(`${severity} ${rule}`, (counts.get(`${severity} ${rule}`) ?? 0) + 1);
  }
  return counts;
}

test.each(cases.map((it) => [it.name, it] as const))("sound: %s", (_name, { kind, source, facts }) => {
  expectSound(kind, source, facts);
});

const FACTS = fc.record(
  {
    now: fc.constant(NOW),
    modified: fc.constantFrom(NOW, NOW + 864e5),
    fileIssue: fc.constantFrom(1234, 7, null),
    archived: fc.boolean(),
    activeWorkFile: fc.constantFrom("present", "missing", "archived", "both"),
    activeWorkStatus: fc.constantFrom("in_progress", "completed"),
    branch: fc.constantFrom("main", null),
    hasHistory: fc.boolean(),
  },
  { requiredKeys: ["now"] },
) as fc.Arbitrary<Facts>;

const KIND = fc.constantFrom<Kind>("state", "work");

/** Lines and parts of lines of the format, good and bad. */
const PIECES = [
  "---",
  "===",
  "schema_version: 1",
  "schema_version: 2",
  "# Session State",
  "# Issue #7: T",
  "## Issue #007 - T",
  "Issue #7",
  "## Active Work",
  "# active work:",
  "Active Work",
  "### Progress",
  "## Progress",
  "### next steps",
  "### Open Questions",
  "## Recent Work",
  "#### Recent Work",
  "## Blockers",
  "## Context",
  "### Context",
  "## Notes",
  "### Notes",
  "**Context**",
  "## Issue Description",
  "## Approach",
  "## Progress Log",
  "# Progress Log",
  "### 2024-10-23 14:30",
  "### 2024-10-23",
  "## Decisions Made",
  "## Files Modified",
  "## Learnings",
  "## Tests Status",
  "## Tests",
  "## Next Actions",
  "## Related Issues",
  "  ## Blockers",
  "**Last Updated:** 2024-10-23T14:30:00Z",
  "**Last Updated:** 2024-10-23 14:30",
  "**Last Updated:**",
  "**Last Updated:** soon",
  "**Started:** 2024-10-23T12:00:00+02:00",
  "**Started:** 2024-02-30",
  "**Completed:** 2024-10-24",
  "**Completed:** #7 - T (2024-10-22)",
  "**Status:** done",
  "**Status:** In Progress",
  "**Status:** ?",
  "**Branch:** x",
  "**GitHub:** https://example.org/7",
  "**Current Issue:** #007 - T",
  "**Current Issue:** none",
  "**Current Issue:** [issue]",
  "**Previous Issue:** #07 - T (Paused 2024-10-20)",
  "- ✅ a",
  "- a (120%)",
  "- **Branch:** y",
  "  → TBD",
  "1. b",
  "> q",
  "text",
  "```",
  "~~~",
  "<!--",
  "-->",
  "<pre>",
  "</pre>",
  "<div>",
  "<<<<<<< HEAD",
  "=======",
  ">>>>>>> main",
  "",
  "",
  "",
  "   ",
  "    code",
  "\0",
  "\u00a0x",
];

const LINES = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom("\n", "\n", "\n", "\r\n", "\r", "")), { maxLength: 40 })
  .map((parts) => parts.map(([piece, eol]) => piece + eol).join(""));

describe("of any text", () => {
  const run = (texts: fc.Arbitrary<string>, many: number) =>
    fc.assert(
      fc.property(texts, KIND, FACTS, fc.boolean(), (text, kind, facts, bom) =>
        expectSound(kind, sourceOf(text, { bom }), facts),
      ),
      runs(many),
    );

  test("lines of the format in any order", () => run(LINES, 4000));

  test("arbitrary characters", () => run(fc.string({ unit: "binary", maxLength: 200 }), 500));

  test("a title and lines of the format", () =>
    run(
      LINES.map((lines) => `# Issue #7: T\n## Active Work\n${lines}`),
      2000,
    ));
});

test("mutations of the fixtures", () => {
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.constantFrom(0, 0, 1, 2, 10, 100),
    piece: fc.oneof(fc.constant(""), fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })),
    line: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      FACTS,
      (it, mutations, facts) => {
        let { text } = it.source;
        for (const { at, length, piece, line } of mutations) {
          const place = Math.floor(at * text.length);
          const start = line ? text.lastIndexOf("\n", place) + 1 : place;
          text = text.slice(0, start) + piece + (line ? it.source.eol : "") + text.slice(start + length);
        }
        expectSound(it.kind, sourceOf(text, it.source), facts);
      },
    ),
    runs(3000),
  );
});
