/**
 * Damage in one place, and what the rest of the file must not suffer for it: lines
 * that belong together stay together, lines that never did are not joined, and
 * whatever was not hit stands where and as it stood.
 */
import { expect, test } from "vitest";
import { parseState } from "../../src/document/state.ts";
import { checkState } from "../../src/rules/check.ts";
import { salvageState } from "../../src/salvage/salvage-state.ts";
import type { Sources } from "../../src/salvage/source.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { sourceOf } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import { upTo } from "../support/effort.ts";

const NOTHING: Sources = { work: [], archived: [] };

const WHOLE = `---
schema_version: 1
---

# Session State

**Last Updated:** 2024-10-23T14:30:00Z

## Active Work

**Current Issue:** #1234 - Add rate limiting
**Branch:** feature/rate-limiting
**Started:** 2024-10-23T10:00:00Z

### Progress
- ✅ Read about rate limiting
- 🔄 Write the middleware (80% done)
  - [x] the bucket
  - the header
- ⏸️ Write the tests

### Next Steps
1. Finish the middleware
2. Write unit tests

### Open Questions
- Per IP or per user?
  → Decision: Per IP

## Recent Work

**Previous Issue:** #1200 - User authentication (Completed 2024-10-22)

## Blockers
- The review

## Context
- Mostly in src/auth/

## Notes
- Ask Ada
`;

function rebuild(damaged: string | Uint8Array, side?: "both") {
  const bytes = typeof damaged === "string" ? new TextEncoder().encode(damaged) : damaged;
  const result = salvageState(bytes, NOTHING, { now: NOW, readYaml, ...(side && { sideOf: () => side }) });
  const document = parseState(sourceOf(result.text), readYaml);
  const errors = checkState(document, { now: NOW }).filter(({ severity }) => severity === "error");
  expect(errors).toEqual([]);
  return {
    ...result,
    progress: document.progress.map(({ reading }) => reading.text),
    steps: document.nextSteps.map(({ raw }) => raw),
    questions: document.openQuestions.map(({ reading }) => reading),
    recent: document.recentWork.length,
  };
}

const PROGRESS = ["Read about rate limiting", "Write the middleware", "Write the tests"];

test("blank lines below the frontmatter stay", () => {
  expect(rebuild(WHOLE).text).toBe(WHOLE);
});

test("what is nested stays nested behind a line that got in between", () => {
  const damaged = WHOLE.replace("  - [x] the bucket\n", "%%%% garbage\n  - [x] the bucket\nmore of it\n").replace(
    "## Blockers\n",
    "",
  );
  const { text, progress } = rebuild(damaged);
  expect(progress).toEqual(PROGRESS);
  expect(text).toContain("(80% done)\n  - [x] the bucket\n  - the header\n- ⏸️");
});

test("what is nested stays nested behind its quote mark, and when it was indented too far", () => {
  const quoted = WHOLE.replace("  - [x] the bucket", ">   - [x] the bucket").replace("## Blockers\n", "");
  const indented = WHOLE.replace("  - [x] the bucket", "      - [x] the bucket").replace("## Blockers\n", "");
  for (const damaged of [quoted, indented]) {
    const { text, progress } = rebuild(damaged);
    expect(progress).toEqual(PROGRESS);
    expect(text).toContain("(80% done)\n  - [x] the bucket\n  - the header\n");
  }
});

test("the items of a list that is indented as a whole stand below each other", () => {
  const before = WHOLE.replace(/(?<=### Progress\n)(?:[ -].*\n)+/, (list) => list.replace(/^/gm, "  ").slice(0, -2));
  const { text, lost } = salvageState(new TextEncoder().encode(before), NOTHING, { now: NOW, readYaml });
  const read = (of: string) => parseState(sourceOf(of), readYaml).progress.map(({ reading }) => reading);
  expect(before).toContain("\n    - [x] the bucket\n");
  expect(read(text)).toHaveLength(3);
  expect(read(text)).toEqual(read(before));
  expect(lost).toEqual([]);
});

test("the two sides of a hole are not joined", () => {
  const start = WHOLE.indexOf("tests\n");
  const end = WHOLE.indexOf(" the middleware\n2.");
  const damaged = `${WHOLE.slice(0, start)}${"\0".repeat(end - start)}${WHOLE.slice(end)}`;
  const { text, progress, steps } = rebuild(damaged);
  expect(progress.slice(0, 2)).toEqual(PROGRESS.slice(0, 2));
  expect(`${progress.join("\n")}\n${steps.join("\n")}`).not.toMatch(/Write the .*the middleware/);
  expect(steps.join("\n") + text).toContain("Write unit tests");
});

test("a file that was written twice is one file", () => {
  expect(rebuild(WHOLE + WHOLE).text).toBe(WHOLE);
  expect(rebuild(`${WHOLE}\n${WHOLE}`).text).toBe(WHOLE);
});

test("what stands below both copies of a heading is there once", () => {
  const again = "### Next Steps\n1. Finish the middleware\n2. Write unit tests\n\n";
  const { steps } = rebuild(WHOLE.replace("## Recent Work", `${again}## Recent Work`).replace("## Blockers\n", ""));
  expect(steps).toEqual(["Finish the middleware", "Write unit tests"]);
});

test("line endings that were converted twice are one", () => {
  const { text } = rebuild(WHOLE.replace("## Blockers\n", "").replaceAll("\n", "\r\r\n"));
  expect(text).toContain("## Active Work\r\n\r\n**Current Issue:**");
});

test("spaces that a program made unbreakable are spaces", () => {
  expect(rebuild(WHOLE.replaceAll(" ", "\u00a0")).text).toBe(WHOLE);
});

test("pairs of the frontmatter that were indented or quoted are kept", () => {
  const damaged = WHOLE.replace(
    "schema_version: 1\n",
    "schema_version: 1\n\towner: ada\n    tags: [a, b]\n> team: x\n",
  );
  const { text, progress, lost } = rebuild(damaged);
  expect(progress).toEqual(PROGRESS);
  expect(text).toContain("---\nschema_version: 1\nowner: ada\ntags: [a, b]\nteam: x\n---\n");
  expect(lost).toEqual([]);
});

test("a heading of the user's that lost its space with the others is a heading", () => {
  const { text, progress } = rebuild(WHOLE.replace(/^(#+) /gm, "$1"));
  expect(progress).toEqual(PROGRESS);
  expect(text).toContain("## Context\n- Mostly in src/auth/\n\n## Notes\n- Ask Ada\n");
});

test("sections that changed places are read as they stand", () => {
  const [head = "", ...rest] = WHOLE.split(/(?=^## )/m);
  const [active = "", recent = "", blockers = "", context = "", notes = ""] = rest;
  const damaged = [head, context, blockers, recent, active, notes]
    .join("")
    .replace("**Last Updated:** 2024", "**Last Updated:** 2099");
  const { text, questions } = rebuild(damaged);
  expect(text).toContain(`${context}${blockers}${recent}${active}${notes}`);
  expect(questions).toMatchObject([{ decision: "Per IP" }]);
});

test("a section that lost its heading stays in front of the section of the user's behind it", () => {
  const damaged = WHOLE.replace("## Context\n", "\n").replace("- The review", "None currently");
  const { text } = rebuild(damaged);
  expect(text.indexOf("- Mostly in src/auth/")).toBeLessThan(text.indexOf("## Notes"));
  expect(text.indexOf("## Context")).toBeLessThan(text.indexOf("- Mostly in src/auth/"));
});

test("a line above a list that would swallow it costs the other lists nothing", () => {
  const damaged = WHOLE.replace("1. Finish", ",1. Finish")
    .replace("## Blockers\n", "")
    .replace("  - the header", "  and more");
  const { text, steps } = rebuild(damaged);
  expect(steps).toEqual(["Write unit tests"]);
  expect(text).toContain("- 🔄 Write the middleware (80% done)\n  - [x] the bucket\n  and more\n");
});

test("fields of Recent Work without asterisks are fields", () => {
  const damaged = WHOLE.replace(
    /\*\*Previous.*\n/,
    "Previous Issue: #1200 - User authentication (Completed 2024-10-22)\nCompleted: #1100 - Tokens (2024-10-21)\n",
  ).replace("**Last Updated:**", "Last Updated:");
  const { recent, progress } = rebuild(damaged);
  expect(recent).toBe(2);
  expect(progress).toEqual(PROGRESS);
});

test("a damaged label behind a bullet is mended", () => {
  const damaged = WHOLE.replace(
    /\*\*Previous.*\n/,
    "- **Previous Issue:** #1200 - User authentication (Completed 2024-10-22)\n" +
      "- **Prev\ufffdious Issue:** #1100 - Tokens (Completed 2024-10-21)\n",
  ).replace("## Blockers\n", "");
  const { text, recent, progress } = rebuild(damaged);
  expect(recent).toBe(2);
  expect(progress).toEqual(PROGRESS);
  expect(text).toContain("\n- **Previous Issue:** #1100 - Tokens (Completed 2024-10-21)\n");
});

test("both sides of a conflict keep what belongs to their items", () => {
  const damaged = WHOLE.replace(
    "- Per IP or per user?\n  → Decision: Per IP\n",
    "<<<<<<< HEAD\n- Per IP or per user?\n  → Decision: Per IP\n- Which store?\n  → TBD\n=======\n" +
      "- Per IP or per user?\n  → Decision: Per IP\n- Which table?\n  → TBD\n>>>>>>> other\n",
  );
  const { questions } = rebuild(damaged, "both");
  expect(questions.map(({ question, decision }) => [question, decision])).toEqual([
    ["Per IP or per user?", "Per IP"],
    ["Which store?", "TBD"],
    ["Which table?", "TBD"],
  ]);
});

test("a field that stands without its bullet is not listed as lost", () => {
  const damaged = WHOLE.replace("**Branch:**", "    - **Branch:**").replace("## Blockers\n", "");
  expect(rebuild(damaged).lost).toEqual([]);
});

test("holes, copies and torn lists take linear time", () => {
  const spent = process.cpuUsage();
  for (const piece of [
    "a\0\0\0\0",
    "- a\n  - b\nx\n",
    "> - a\n>   - b\n",
    "##A\n",
    "\r\r\n",
    "\r",
    "\u00a0",
    "- a\n      - b\n",
  ])
    rebuild(`# Session State\n\n## Active Work\n\n### Progress\n${piece.repeat(upTo(120_000) / piece.length)}`);
  rebuild(
    `# Session State\n\n${Array.from({ length: upTo(6000) }, (_, at) => `## Blockers\n- number ${at}\n`).join("")}`,
  );
  expect(process.cpuUsage(spent).user).toBeLessThan(upTo(30_000_000));
});

test("sections that changed places may hold their fields as bullets", () => {
  const bulleted = WHOLE.replace(/^\*\*(Current Issue|Branch|Started|Previous Issue):/gm, "- **$1:");
  const [head = "", ...sections] = bulleted.split(/^(?=## )/m);
  const swapped = [head, ...sections.reverse()].join("").replace("## Context", "## Context\0");
  const { text } = salvageState(new TextEncoder().encode(swapped), NOTHING, { now: NOW, readYaml });
  const state = parseState(sourceOf(text), readYaml);
  expect(state.progress).toHaveLength(3);
  expect(state.active.branch?.value.value).toBe("feature/rate-limiting");
  expect(text).not.toContain("## Recovered");
});
