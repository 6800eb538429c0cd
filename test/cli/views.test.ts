/** What people see. */
import { expect, test } from "vitest";
import { styleOf } from "../../src/cli/style.ts";
import { viewReconstruction } from "../../src/cli/views/reconstruction.ts";
import { viewStatus } from "../../src/cli/views/status.ts";
import { reconstruct } from "../../src/gate/documents/reconstruct.ts";
import { status } from "../../src/gate/view/status.ts";
import { toWire, wireJson } from "../../src/json/wire.ts";
import { NOW } from "../support/clock.ts";
import { makeFolder, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runGate } from "../support/terminal.ts";

const PLAIN = styleOf({ environment: {}, terminal: { input: false, output: false, error: false } }, "output");

const STATE = `# Session State

**Last Updated:** 2024-10-23T14:30:00Z

## Active Work

**Current Issue:** #1234 - Add rate limiting
**Branch:** feature/rate-limiting
**Started:** 2024-10-20T10:00:00Z

### Progress
- ✅ Researched
- 🔄 Implementing (80% done)
- ⏸️ Tests

### Next Steps
1. Complete it
2. Test it

### Open Questions
- Per IP?
  → Decision: Yes
- What limits?

## Recent Work

**Previous Issue:** #1200 - User authentication (Completed 2024-10-22) — merged
**Previous Issue:** #1150 - Migrations (Paused 2024-10-20)

## Blockers
None currently

## Context
- In src/auth/
`;
const WORK = `# Issue #1234: Add rate limiting

**GitHub:** https://example.org/1234
**Status:** in_progress
**Started:** 2024-10-20T10:00:00Z
**Last Updated:** 2024-10-23T14:30:00Z
`;

async function statusOf(files: Record<string, string>) {
  return viewStatus(await status(makeProject(files).gate), NOW, PLAIN);
}

test("active work at a glance", async () => {
  const work =
    WORK +
    [
      "Issue Description",
      "Approach",
      "Progress Log",
      "Decisions Made",
      "Files Modified",
      "Learnings",
      "Tests",
      "Next Actions",
      "Related Issues",
    ]
      .map((title) => `\n## ${title}\n`)
      .join("");
  expect(await statusOf({ ".claude/state.md": STATE, ".claude/work/1234.md": work })).toBe(`#1234 Add rate limiting
Branch   feature/rate-limiting
Updated  2 hours ago  recent  2024-10-23T14:30:00Z
Started  2024-10-20T10:00:00Z

Progress
  ✅ Researched
  🔄 Implementing (80% done)
  ⏸️ Tests

Next steps
  1. Complete it
  2. Test it

Open questions
  ? Per IP?
    → Yes
  ? What limits?

Context
  In src/auth/

Recent work
  #1200 User authentication (completed 2024-10-22) — merged
  #1150 Migrations (paused 2024-10-20)`);
});

test("blockers and problems, with what to do", async () => {
  const text = await statusOf({
    ".claude/state.md": STATE.replace("None currently", "Waiting for ops").replace("14:30:00Z", "14:30:00+00:00"),
  });
  expect(text).toContain("\n\nBlockers\n  Waiting for ops\n");
  expect(text).toMatch(
    /\n\nProblems\n(?: {2}\d+:\d+ +warning +[a-z-]+ +.+\n)+ {2}Run `gate check --fix \.claude\/state\.md` to mend 1 of these\.$/,
  );
});

test("damaged, foreign, newer, idle and missing", async () => {
  const damaged = await statusOf({ ".claude/state.md": `${STATE}\n## Active Work\n` });
  expect(damaged).toMatch(/^\.claude\/state\.md is damaged/);
  expect(damaged).toContain("Nothing is written to the file until it is mended: gate recover");
  const foreign = await statusOf({ ".claude/state.md": "# Notes\n\nsecret plan\n" });
  expect(foreign).toMatch(/^\.claude\/state\.md is not in the gate's format/);
  expect(foreign).toContain("gate init --adopt");
  expect(foreign).not.toContain("secret plan");
  const newer = await statusOf({ ".claude/state.md": `---\nschema_version: 9\n---\n${STATE}` });
  expect(newer).toContain("Use a newer gate for this project.");
  const idle = await statusOf({
    ".claude/state.md": STATE.replace(/\*\*Current[\s\S]*?(?=## Recent)/, "No active work currently.\n\n"),
  });
  expect(idle).toMatch(/^No issue is active\.\nRun `gate start 1150` to go on with #1150 /);
  const empty = await statusOf({
    ".claude/state.md": STATE.replace(/\*\*Current[\s\S]*?(?=## Blockers)/, "## Recent Work\n\n"),
  });
  expect(empty).toMatch(/^No issue is active\.\nRun `gate start N --title T`/);
  expect(await statusOf({})).toMatch(/^There is no \.claude\/state\.md yet\.\nRun `gate start/);
});

test("a day without a time has an age too", async () => {
  const text = await statusOf({ ".claude/state.md": STATE.replace("2024-10-23T14:30:00Z", "2024-10-20") });
  expect(text).toMatch(/^Updated {2}\d+ hours ago {2}stale {2}2024-10-20$/m);
});

test("work to take up again", async () => {
  const project = makeProject({
    ".claude/work/1234.md": WORK,
    ".claude/work/7.md": WORK.replace("1234: Add", "7: Old").replace("2024-10-23T14", "2024-09-01T14"),
    ".claude/work/bad.md": "\u0000",
  });
  const text = viewReconstruction(await reconstruct(project.gate), PLAIN);
  expect(text).toMatch(
    /^Work files, newest first\n {2}#1234 {2}2 hours ago \(recent\) {2}in_progress {2}Add rate limiting\n {2}#7 {5}52 days ago \(stale\) /,
  );
  expect(text).toContain("Skipped, because they cannot be read\n  .claude/work/bad.md");
  expect(text).toContain("Run `gate reconstruct --select 1234 --yes`");
});

test("the first words of the program are what to do next", async () => {
  const folder = makeFolder();
  await runProgram("git", ["init", "-q"], { cwd: folder });
  expect((await runGate(folder, "init")).stdout).toBe(
    "Made .claude/state.md, .claude/work, .claude/archive.\nRun `gate start N --title T` to begin with an issue.\n",
  );
  expect((await runGate(folder, "init")).stdout).toBe("Initialized already; nothing was changed.\n");
  expect((await runGate(folder, "verify", "7")).stdout).toBe(
    "There is no .claude/work/7.md.\nRun `gate start 7 --title T` to make it.\n",
  );
  expect((await runGate(folder, "start", "7", "--title", "T")).stdout).toBe(
    "Active work set to #7 - T\nWork file: .claude/work/7.md (new)\n",
  );
  expect((await runGate(folder, "start", "7")).stdout).toContain("Resumed: ");
  expect((await runGate(folder, "start", "8", "--title", "U")).stdout).toContain(
    "#7 is paused: `gate start 7` comes back to it.",
  );
  expect((await runGate(folder, "verify", "7")).stdout).toMatch(
    /^#7 T\n\.claude\/work\/7\.md {2}valid\nin_progress {2}recent /,
  );
  expect((await runGate(folder, "done")).stdout).toBe(
    "Cleared active work - moved #8 to Recent Work\nWork file: .claude/archive/8.md\n",
  );
});

test("on the wire absent is null, a key that is not there stays away, and the order stays", () => {
  const value = {
    issueNumber: 1,
    hoursSinceUpdate: undefined,
    items: [{ aB: undefined }],
    none: [],
    text: "camelCase",
  };
  expect(wireJson(value)).toBe(JSON.stringify(toWire(value), null, 2));
  expect(wireJson(value)).toBe(
    JSON.stringify(
      { issue_number: 1, hours_since_update: null, items: [{ a_b: null }], none: [], text: "camelCase" },
      null,
      2,
    ),
  );
});
