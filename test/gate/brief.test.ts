/** The brief: what it says, in which order, and that it keeps to its bytes whatever the file holds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, cutToBytes } from "../../src/base/fit.ts";
import { columnsOf, cutToColumns } from "../../src/cli/views/columns.ts";
import { brief } from "../../src/gate/agent/brief.ts";
import type { BriefFacts } from "../../src/gate/agent/brief-parts.ts";
import { BRIEF_BYTES, LEAST_BYTES } from "../../src/gate/agent/compose.ts";
import { makeBrief } from "../../src/gate/agent/make-brief.ts";
import { MARK } from "../../src/gate/agent/marked.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import type { Status } from "../../src/gate/view/status.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { fixture, makeProject } from "../support/project.ts";

const HOUR = 3_600_000;
const FAMILY = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}";

test("says the most important first", async () => {
  const { gate } = makeProject({ ".claude/state.md": fixture("read/format.md") });
  expect((await brief(gate)).text.split("\n")).toEqual([
    `${MARK} all below`,
    "Active work: #1234 Add rate limiting to authentication",
    "Branch: feature/rate-limiting",
    "Last saved: 2 hours ago (recent)",
    "Its work file is missing: `gate save --log TEXT` makes it again.",
    "Progress (1 of 3 done):",
    "- 🔄 Implementing middleware (80% done)",
    "- ⏸️ Need to add tests",
    "Next steps:",
    "1. Complete middleware implementation",
    "2. Write unit tests for rate limiter",
    "Open questions:",
    "- What are the limits? → TBD: discuss with the team",
    "Decided:",
    "- Should the limit be per IP or per user? → Per IP when unauthenticated",
    "Done, newest first:",
    "- ✅ Researched rate limiting approaches",
    "Record progress with `gate save` (see `gate help save`) or the tool update_progress; never edit .claude/state.md itself.",
  ]);
});

test("says that the state is stale, and what to do", async () => {
  const { gate, later } = makeProject();
  await start(gate, { issue: 7, title: "Seven" });
  later(72 * HOUR);
  const { text } = await brief(gate);
  expect(text).toContain("Last saved: 3 days ago (stale)\nThis is stale: compare it");
});

test("says that the state is damaged, and what to run", async () => {
  const { gate } = makeProject({ ".claude/state.md": fixture("read/format.md").replace("## Blockers", "## Stoppers") });
  const { text } = await brief(gate);
  expect(text).toContain(".claude/state.md is damaged");
  expect(text).toContain("missing-section");
  expect(text).toContain("`gate recover`");
  expect(text).not.toContain("Implementing middleware");
});

test("is one line while idle with work to resume, and nothing without", async () => {
  const project = makeProject();
  expect(await brief(project.gate)).toEqual({ text: "", leftOut: 0 });
  project.write(".claude/work/7.md", "# Issue #7: Seven\n");
  project.write(".claude/work/notes.md", "# Notes\n");
  expect((await brief(project.gate)).text).toBe(
    "No issue is active; 1 work file to resume: `gate reconstruct` lists it.",
  );
});

test("is silent about a file that is somebody else's", async () => {
  const { gate } = makeProject({ ".claude/state.md": "# State management\n\nWe use signals.\n" });
  expect((await brief(gate)).text).toBe("");
});

test("names the batch that runs, and none that is over or not understood, but says of a damaged one what helps", async () => {
  const project = makeProject();
  const record = {
    batch_id: "b-1",
    status: "running",
    features: ["One", "Two", "Three"],
    current_index: 1,
    completed_features: [0],
    failed_features: [],
  };
  const mode = "\nMode auto-implement: Use /auto-implement for each feature. Do NOT implement directly.";
  const said = async (text: string) => {
    project.write(".claude/batch_state.json", text);
    return (await brief(project.gate)).text;
  };
  const marked = `${MARK} all below\n`;
  expect(await said(JSON.stringify(record))).toBe(
    `${marked}Batch b-1 is running: 1 of 3 done; feature 1 is next: Two.${mode}`,
  );
  expect(await said(JSON.stringify({ ...record, workflow_mode: "by hand", workflow_reminder: "" }))).toBe(
    `${marked}Batch b-1 is running: 1 of 3 done; feature 1 is next: Two.\nMode by hand`,
  );
  expect(await said(JSON.stringify({ ...record, status: "paused", failed_features: [1] }))).toBe(
    `${marked}Batch b-1 is paused: 1 of 3 done, 1 failed; \`gate batch resume b-1\` goes on.${mode}`,
  );
  const shared = { batch_id: "b-2", backend: "redis", schema_version: 1 };
  project.write(".claude/state/batch.json", JSON.stringify(shared));
  expect(await said(JSON.stringify(record))).toBe(
    `${marked}Batch b-2 is shared in redis: \`gate batch status\` says where it stands.`,
  );
  project.write(".claude/state/batch.json", "{");
  for (const text of [JSON.stringify({ ...record, status: "completed" }), '{"status":"running"}']) {
    expect(await said(text)).toBe("");
  }
  for (const text of ["", "[]", "null", "{"]) {
    expect(await said(text)).toBe("The record of the batch is damaged: run `gate batch recover` before going on.");
  }
});

test("counts what found no room, and gives no part all of it", async () => {
  const { gate } = makeProject();
  await start(gate, { issue: 7, title: "Seven" });
  await save(gate, {
    progress: Array.from({ length: 40 }, (_, index) => ({ status: "pending", text: `Item number ${index} of many` })),
    nextSteps: ["The step that matters"],
    openQuestions: [{ question: "Which one?" }],
  });
  const { text, leftOut } = await brief(gate);
  expect(bytesOf(text)).toBeLessThanOrEqual(BRIEF_BYTES);
  expect(text).toContain("The step that matters");
  expect(text).toContain("Which one?");
  const there = text.match(/Item number/g)!.length;
  expect(leftOut).toBe(40 - there);
  expect(text).toContain(`Left out: ${leftOut} progress items; \`gate status\` shows all.`);
});

const line = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.constantFrom(FAMILY.repeat(60), "\u202e\u200b\u001b[31m".repeat(40), "界".repeat(200)),
);
const facts: fc.Arbitrary<BriefFacts> = fc
  .record({
    title: fc.option(line, { nil: undefined }),
    items: fc.array(
      fc.record({ status: fc.constantFrom("completed", "in_progress", "pending", "blocked" as const), text: line }),
      { maxLength: 30 },
    ),
    nextSteps: fc.array(line, { maxLength: 20 }),
    openQuestions: fc.array(fc.record({ question: line, decision: fc.option(line, { nil: undefined }) }), {
      maxLength: 9,
    }),
    blockers: fc.option(line, { nil: undefined }),
    branch: fc.option(line, { nil: undefined }),
    valid: fc.boolean(),
    messages: fc.array(line, { maxLength: 9 }),
    feature: line,
  })
  .map(({ title, items, messages, valid, feature, ...rest }) => ({
    now: NOW,
    workFiles: 3,
    batch: {
      kind: "file" as const,
      id: "b",
      paused: false,
      completed: 1,
      failed: 0,
      total: 2,
      mode: title,
      reminder: title,
      next: { index: 1, feature },
    },
    status: {
      exists: true,
      valid,
      issueNumber: 7,
      issueTitle: title,
      started: undefined,
      lastUpdated: undefined,
      freshness: "stale",
      hoursSinceUpdate: 99,
      progressItems: items,
      recentWork: [],
      context: [],
      elsewhere: [],
      problems: messages.map((message) => ({
        rule: "missing-section",
        severity: "error",
        message,
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 1,
        fixable: false,
      })),
      revision: undefined,
      path: ".claude/state.md",
      workFile: "missing",
      git: { branch: "main", recordedBranch: "gone", commits: 3, changedFiles: 4 },
      ...rest,
    } as Status,
  }));

test("keeps to its bytes, is the same each time and holds nothing that steers", () => {
  fc.assert(
    fc.property(facts, fc.integer({ min: LEAST_BYTES, max: 4000 }), (given, budget) => {
      const { text } = makeBrief(given, budget);
      expect(bytesOf(text)).toBeLessThanOrEqual(budget);
      expect(makeBrief(given, budget).text).toBe(text);
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(Buffer.from(text).toString()).toBe(text);
    }),
    runs(500, 6),
  );
});

test("a cut is never inside what a reader sees as one character", () => {
  expect(cutToBytes(FAMILY, 12)).toBe("…");
  expect(cutToBytes(`ab${FAMILY}`, 12)).toBe("ab…");
  expect(cutToBytes(FAMILY, 18)).toBe(FAMILY);
  expect(cutToBytes("abc", 2)).toBe("");
  expect(cutToBytes("é".repeat(10), 8)).toBe("éé…");
  expect(cutToColumns(`ab${FAMILY}cd`, 4)).toBe("ab…");
  expect(columnsOf(`a界${FAMILY}e\u0301`)).toBe(6);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.nat({ max: 80 }), (text, most) => {
      expect(bytesOf(cutToBytes(text, most))).toBeLessThanOrEqual(most);
      expect(columnsOf(cutToColumns(text, most + 1))).toBeLessThanOrEqual(most + 1);
    }),
    { seed: 6 },
  );
});
