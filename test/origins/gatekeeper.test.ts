/** What the format's origin promises of its state and work files, where no other test names it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recencyOf } from "../../src/base/time.ts";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { verify } from "../../src/gate/documents/verify.ts";
import { status } from "../../src/gate/view/status.ts";
import { NOW } from "../support/clock.ts";
import { fixture, makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const WORK = ".claude/work/42.md";
const HOUR = 3_600_000;
const EXAMPLE = fixture("read/format.md");
const FILE = fixture("read/format.work.md");
const PLUGIN = join(import.meta.dirname, "../../plugin");

const withState = (text: string) => makeProject({ [STATE]: text });
const rulesOf = (problems: readonly { rule: string; severity: string }[], severity: string) =>
  problems.filter((each) => each.severity === severity).map(({ rule }) => rule);

describe("the active work", () => {
  const issueLine = "**Current Issue:** #1234 - Add rate limiting to authentication";

  test.each([
    ["as the origin spells its pattern", "Current Issue: #1234 - Add - more: of it"],
    ["as a bullet", "* Current Issue: #1234 - Add - more: of it"],
    ["under another label", "**Issue:** #1234 - Add - more: of it"],
    ["in small letters", "current issue: #1234 - Add - more: of it"],
  ])("is read where the issue stands %s, and another one pauses it", async (_how, line) => {
    const project = withState(EXAMPLE.replace(issueLine, line));
    expect(await status(project.gate)).toMatchObject({
      ...{ valid: true, issueNumber: 1234, issueTitle: "Add - more: of it", branch: "feature/rate-limiting" },
      progressItems: [{ status: "completed" }, { status: "in_progress" }, { status: "pending" }],
    });
    await start(project.gate, { issue: 5, title: "New" });
    const after = await status(project.gate);
    expect(after).toMatchObject({ issueNumber: 5, progressItems: [], nextSteps: [] });
    expect(after.recentWork[0]).toMatchObject({ issueNumber: 1234, status: "paused" });
    expect(project.read(".claude/work/1234.md")).toContain("- ✅ Researched rate limiting approaches\n");
  });

  test("has percentages from 0 to 100 in whole numbers; others stay in the text, with a warning", async () => {
    const items = ["(101% done)", "(12.5% done)"].map((end) => `- 🔄 Write ${end}\n`).join("");
    const { gate } = withState(EXAMPLE.replace("- 🔄 Implementing middleware (80% done)\n", `${items}- ❌ Stuck\n`));
    const { progressItems, problems, valid } = await status(gate);
    expect(progressItems.slice(1, 4)).toEqual([
      { status: "in_progress", text: "Write (101% done)" },
      { status: "in_progress", text: "Write (12.5% done)" },
      { status: "blocked", text: "Stuck" },
    ]);
    expect(valid).toBe(true);
    expect(problems.map(({ rule }) => rule)).toContain("invalid-percentage");
  });

  test("has an answer, whatever the file holds", async () => {
    const damaged = [
      ...[EXAMPLE.slice(0, 200), `${EXAMPLE}\0`, EXAMPLE.replace("## Context", ""), "---\na: [\n---\n## Active Work\n"],
      ...["<<<<<<< a\n=======\n>>>>>>> b\n", `${EXAMPLE}## Active Work\n`, "## Active Work\n## Context\n"],
    ];
    for (const text of damaged) {
      const { gate } = withState(text);
      const { exists, valid, problems } = await status(gate);
      expect([exists, valid, problems.length > 0], text.slice(0, 40)).toEqual([true, false, true]);
    }
  });
});

describe("setting it", () => {
  test("the time of the start is now unless one is given, and Last Updated is now", async () => {
    const project = makeProject();
    await start(project.gate, { issue: 1, title: "One" });
    const now = "2024-10-23T16:30:00Z";
    expect(await status(project.gate)).toMatchObject({ started: now, lastUpdated: now, branch: undefined });
    const input = { issue: 2, title: "Two", branch: "b", started: "2024-10-22T10:00:00Z" };
    project.later(HOUR);
    await start(project.gate, input);
    expect(await status(project.gate)).toMatchObject({
      ...{ issueNumber: 2, branch: "b", started: input.started, lastUpdated: "2024-10-23T17:30:00Z" },
    });
  });

  test("the first one has empty lists, and makes the folder it needs", async () => {
    const project = makeProject();
    await start(project.gate, { issue: 1, title: "One" });
    expect(project.read(STATE)).toContain("**Started:** 2024-10-23T16:30:00Z\n\n### Progress\n\n### Next Steps\n\n## ");
    expect(project.read(STATE)).not.toContain("**Branch:**");
    expect([project.exists(".claude/work"), project.exists(".claude/archive")]).toEqual([true, false]);
    await done(project.gate);
    expect(project.exists(".claude/archive/1.md")).toBe(true);
  });

  test("three lines of recent work stay, newest first, whether displaced or done", async () => {
    const { gate } = makeProject();
    for (const issue of [1, 2, 3, 4, 5]) await start(gate, { issue, title: `T${issue}` });
    const recent = async () => (await status(gate)).recentWork.map((each) => [each.issueNumber, each.status]);
    expect(await recent()).toEqual([4, 3, 2].map((issue) => [issue, "paused"]));
    expect((await done(gate)).value.recentWorkCount).toBe(3);
    expect(await recent()).toEqual([
      [5, "completed"],
      [4, "paused"],
      [3, "paused"],
    ]);
  });
});

test("next steps that are given replace the others, and stay where none are given", async () => {
  const { gate } = withState(EXAMPLE);
  await save(gate, { progress: [{ status: "completed", text: "All" }], replace: true });
  expect((await status(gate)).nextSteps).toHaveLength(2);
  await save(gate, { nextSteps: ["Only this"] });
  expect(await status(gate)).toMatchObject({
    nextSteps: ["Only this"],
    progressItems: [{ status: "completed", text: "All" }],
  });
});

test("clearing leaves the words that nothing is active, and what was done with its date and reason", async () => {
  const project = withState(EXAMPLE);
  await done(project.gate, { reason: "Superseded" });
  const text = project.read(STATE);
  expect(text).toMatch(/## Active Work\n\n?No active work currently\.\n/);
  expect(text).toContain("to authentication (Completed 2024-10-23) — Superseded\n");
});

test("work of years ago is so many days ago", () => {
  expect(recencyOf(NOW - 767 * 24 * HOUR, NOW)).toBe("767 days ago");
});

describe("a state file", () => {
  test("that is new has the required parts, all of them empty", async () => {
    const project = makeProject();
    await init(project.gate);
    const lines = project.read(STATE).split("\n");
    const parts = ["**Last Updated:** 2024-10-23T16:30:00Z", "## Active Work", "## Recent Work", "## Blockers"];
    expect(lines.filter((line) => /^(\*\*|## )/.test(line))).toEqual([...parts, "## Context"]);
    expect((await status(project.gate)).valid).toBe(true);
  });

  test.each([
    "**Last Updated:** 2024-10-23T14:30:00Z\n",
    "## Active Work",
    "## Recent Work",
    "## Blockers",
    "## Context",
  ])("without %j is damaged, and takes no save", async (part) => {
    const text = EXAMPLE.replace(part, "");
    const project = withState(text);
    const { valid, problems } = await status(project.gate);
    expect(valid).toBe(false);
    expect(rulesOf(problems, "error")[0]).toMatch(/^missing-(section|field)$/);
    await expect(save(project.gate, { log: ["x"] })).rejects.toMatchObject({ code: "CORRUPT" });
    expect(project.read(STATE)).toBe(text);
  });

  test.each(["2024-02-30T10:00:00Z", "soon", "2024-10-23T25:00:00Z"])("updated at %s is damaged", async (time) => {
    const project = withState(EXAMPLE.replace("**Last Updated:** 2024-10-23T14:30:00Z", `**Last Updated:** ${time}`));
    expect((await status(project.gate)).valid).toBe(false);
    await expect(save(project.gate, { log: ["x"] })).rejects.toMatchObject({ code: "CORRUPT" });
  });

  test.each([
    ["2024-10-23T16:30:01Z", true, []],
    ["2024-10-23T16:35:00Z", true, []],
    ["2024-10-23T16:35:01Z", false, ["future-timestamp"]],
  ])("updated at %s, with five minutes for clocks that differ", async (time, valid, rules) => {
    const { gate } = withState(EXAMPLE.replace("**Last Updated:** 2024-10-23T14:30:00Z", `**Last Updated:** ${time}`));
    const found = await status(gate);
    expect([found.valid, rulesOf(found.problems, "error")]).toEqual([valid, rules]);
  });

  test.each(["2024-10-23 14:30", "2024-10-23T16:30:00+02:00", "2024-10-23T14:30:00.5Z", "2024-10-23"])(
    "updated at %s is read, with a warning that check mends where it is certain",
    async (time) => {
      const { gate } = withState(
        EXAMPLE.replace("**Last Updated:** 2024-10-23T14:30:00Z", `**Last Updated:** ${time}`),
      );
      const found = await status(gate);
      expect(found).toMatchObject({ valid: true, freshness: "recent" });
      expect(rulesOf(found.problems, "warning")).toContain(
        /^\d{4}-\d\d-\d\d$/.test(time) ? "date-only" : "irregular-timestamp",
      );
    },
  );
});

describe("a work file", () => {
  const verified = async (from: string | RegExp, to: string) => {
    const project = makeProject({ [WORK]: FILE.replace(from, to) });
    const { valid, problems } = await verify(project.gate, 42);
    return { valid, errors: rulesOf(problems, "error"), warnings: rulesOf(problems, "warning") };
  };

  test("in order has nothing to complain of", async () => {
    expect(await verified("", "")).toEqual({ valid: true, errors: [], warnings: [] });
  });

  test.each([
    ["# Issue #42: Try the gate\n", "missing-header"],
    ["**Status:** in_progress\n", "missing-field"],
    ["**Started:** 2024-10-23T10:00:00Z\n", "missing-field"],
    ["**Last Updated:** 2024-10-23T14:30:00Z\n", "missing-field"],
  ])("without the line %j is damaged", async (part, rule) => {
    expect(await verified(part, "")).toMatchObject({ valid: false, errors: [rule] });
  });

  test.each([
    ["**Started:** 2024-10-23T10:00:00Z", "**Started:** 2024-13-01T10:00:00Z", "impossible-timestamp"],
    ["**Started:** 2024-10-23T10:00:00Z", "**Started:** tomorrow", "unreadable-timestamp"],
    ["#42", "#43", "issue-mismatch"],
  ])("with %j as %j is damaged", async (from, to, rule) => {
    expect(await verified(from, to)).toMatchObject({ valid: false, errors: [rule] });
  });

  test.each([
    ["**GitHub:** https://github.com/o/r/issues/42\n", "", "missing-url"],
    ["https://github.com/o/r/issues/42", "nope", "invalid-url"],
    ["in_progress", "half-way", "unknown-status"],
  ])("with %j as %j has a warning", async (from, to, rule) => {
    expect(await verified(from, to)).toEqual({ valid: true, errors: [], warnings: [rule] });
  });

  test.each([
    ...["Issue Description", "Approach", "Progress Log", "Decisions Made", "Files Modified", "Learnings"],
    ...["Tests", "Next Actions", "Related Issues"],
  ])("without the section %s has a warning", async (section) => {
    const found = await verified(`## ${section}\n`, "");
    expect(found).toMatchObject({ valid: true, errors: [] });
    expect(found.warnings).toContain("missing-section");
  });

  test("that is completed needs no Last Updated beside the time it was completed", async () => {
    const completed = "**Completed:** 2024-10-23T14:30:00Z";
    const project = makeProject({
      [WORK]: FILE.replace("in_progress", "completed").replace("**Last Updated:** 2024-10-23T14:30:00Z", completed),
    });
    expect(await verify(project.gate, 42)).toMatchObject({ valid: true, lastUpdated: "2024-10-23T14:30:00Z" });
  });

  test("that is damaged is warned about by check, and may be mended by hand", async () => {
    const project = makeProject({ [STATE]: EXAMPLE, [WORK]: FILE.replace("# Issue #42: Try the gate\n", "") });
    const before = project.read(WORK);
    expect((await check(project.gate, { paths: [WORK] })).errors).toBe(1);
    expect(project.read(WORK)).toBe(before);
    project.write(WORK, FILE);
    expect((await check(project.gate, { paths: [WORK] })).errors).toBe(0);
  });
});

describe("the workflows of the origin", () => {
  const page = (name: string) => readFileSync(join(PLUGIN, name), "utf8");

  test.each([
    ["start", ["set_active_work", "work_file_freshness", "reconstruct_state"]],
    ["save", ["get_active_work", "update_progress"]],
    ["done", ["get_active_work", "clear_active_work"]],
  ])("%s calls what it needs", (name, words) => {
    const [, body] = page(`commands/${name}.md`).split(/\n---\n/);
    for (const word of words) expect(body, word).toContain(`\`${word}\``);
  });

  test("the agent answers with the object of the operation", () => {
    expect(page("agents/gate-keeper.md")).toContain("the object that the last tool answered with, as JSON");
  });

  test("starting says what a workflow asks of a work file before it resumes", async () => {
    const { gate } = makeProject({ [WORK]: FILE });
    const { value } = await start(gate, { issue: 42 });
    expect(value).toMatchObject({ workFile: WORK, workFileCreated: false, workFileFreshness: "recent" });
  });
});

test("docs/files.md shows a state file that is in order, and names every required part", async () => {
  const pageText = readFileSync(join(import.meta.dirname, "../../docs/files.md"), "utf8");
  const [, example = ""] = /```markdown\n([\s\S]*?)```/.exec(pageText) ?? [];
  const { gate } = withState(example);
  expect(await status(gate)).toMatchObject({ valid: true, issueNumber: 1234 });
  expect(pageText).toContain("Last Updated, Active Work, Recent Work, Blockers and Context must be there");
});
