/** What is read of all issues: the list, one of them, lines of them. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { done } from "../../src/gate/documents/done.ts";
import { list, newestOpen } from "../../src/gate/documents/list.ts";
import { reconstruct } from "../../src/gate/documents/reconstruct.ts";
import { save } from "../../src/gate/documents/save.ts";
import { search } from "../../src/gate/documents/search.ts";
import { show } from "../../src/gate/documents/show.ts";
import { start } from "../../src/gate/documents/start.ts";
import { status } from "../../src/gate/view/status.ts";
import { toWire } from "../../src/json/wire.ts";
import { NOW } from "../support/clock.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const HOUR = 3_600_000;

/** Seven is finished, eight paused, nine active; ten is open and was never started here. */
async function makeIssues(): Promise<TestProject> {
  const project = makeProject();
  const { gate } = project;
  await start(gate, { issue: 7, title: "Seven" });
  await save(gate, { progress: [{ status: "completed", text: "All" }], openQuestions: [{ question: "Why?" }] });
  await done(gate);
  project.later(HOUR);
  await start(gate, { issue: 8, title: "Eight", branch: "fix/8", description: "First.\n\n## Second\n" });
  const progress = [
    { status: "completed", text: "One" },
    { status: "in_progress", text: "Two", percentage: 40 },
  ] as const;
  await save(gate, { progress, nextSteps: ["Go on"], openQuestions: [{ question: "How?", decision: "So" }] });
  project.later(HOUR);
  await start(gate, { issue: 9, title: "Nine" });
  await save(gate, {
    progress: [{ status: "pending", text: "Café" }],
    decisions: [{ decision: "Use SQLite", rationale: "it stays" }],
    learnings: ["Locks hold"],
    tests: [
      { text: "unit", done: true },
      { text: "load", done: false },
    ],
    files: [{ path: "src/a.ts", status: "created" }],
  });
  const work = "# Issue #10: Ten\n\n**Status:** in_progress\n**Last Updated:** 2024-10-20T10:00:00Z\n\n## Approach\n";
  project.write(".claude/work/10.md", work);
  return project;
}

const numbersOf = ({ issues }: Awaited<ReturnType<typeof list>>) => issues.map(({ issueNumber }) => issueNumber);

test("open issues stand in the list, the active one first, then the newest", async () => {
  const { gate, tree } = await makeIssues();
  const before = tree(true);
  const found = await list(gate);
  expect(toWire(found)).toEqual({
    issues: [
      {
        ...{
          issue_number: 9,
          title: "Nine",
          status: "in_progress",
          active: true,
          progress: { completed: 0, total: 1 },
        },
        ...{ branch: null, started: "2024-10-23T18:30:00Z", last_updated: "2024-10-23T18:30:00Z" },
        ...{ freshness: "recent", claim: null, path: ".claude/work/9.md" },
      },
      {
        ...{ issue_number: 8, title: "Eight", status: "paused", active: false, progress: { completed: 1, total: 2 } },
        ...{ branch: "fix/8", started: "2024-10-23T17:30:00Z", last_updated: "2024-10-23T18:30:00Z" },
        ...{ freshness: "recent", claim: null, path: ".claude/work/8.md" },
      },
      {
        ...{ issue_number: 10, title: "Ten", status: "in_progress", active: false, progress: null, branch: null },
        ...{ started: null, last_updated: "2024-10-20T10:00:00Z", freshness: "stale", claim: null },
        path: ".claude/work/10.md",
      },
    ],
    skipped: [],
    elsewhere: [],
  });
  expect(Object.keys(found.issues[0]!)).toEqual(
    "issueNumber title status active progress branch started lastUpdated freshness claim path".split(" "),
  );
  expect(tree(true)).toEqual(before);
});

test("what is paused, finished and all there is stand in lists of their own", async () => {
  const project = await makeIssues();
  const { gate } = project;
  expect(numbersOf(await list(gate, { which: "paused" }))).toEqual([8]);
  expect(numbersOf(await list(gate, { which: "done" }))).toEqual([7]);
  expect(numbersOf(await list(gate, { which: "all" }))).toEqual([9, 8, 7, 10]);
  // Of an issue with several files the one at work counts.
  project.write(".claude/archive/10.md", project.read(".claude/archive/7.md").replaceAll("#7", "#10"));
  expect(numbersOf(await list(gate, { which: "done" }))).toEqual([7]);
});

test("the newest open issues besides the active one say what a list says of them", async () => {
  const { gate } = await makeIssues();
  const { issues } = await list(gate);
  const others = issues.filter(({ active }) => !active).map((issue) => ({ ...issue, claim: undefined }));
  expect(others.map(({ issueNumber }) => issueNumber)).toEqual([8, 10]);
  expect(await newestOpen(gate, 40, 9)).toEqual(others);
  expect(await newestOpen(gate, 1, 9)).toEqual(others.slice(0, 1));
  expect(await newestOpen(makeProject().gate, 1, 9)).toEqual([]);
});

test("of many work files the newest open ones are found by their heads", async () => {
  const file = (issue: number) => {
    const time = new Date(NOW - issue * HOUR).toISOString().replace(".000", "");
    const status = issue % 3 === 0 ? "completed" : "in_progress";
    return `# Issue #${issue}: Title\n\n**GitHub:** https://e.org/1\n**Status:** ${status}\n**Started:** ${time}\n**Last Updated:** ${time}\n`;
  };
  const { gate } = makeProject(
    Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`.claude/work/${at + 1}.md`, file(at + 1)])),
  );
  const found = await newestOpen(gate, 6, 1);
  expect(found.map(({ issueNumber }) => issueNumber)).toEqual([2, 4, 5, 7]);
  expect(found).toEqual((await list(gate)).issues.slice(1, 5));
});

test("a list says of progress and age what reconstruct says", async () => {
  const { gate } = await makeIssues();
  await done(gate, { archive: false });
  const { suggestions } = await reconstruct(gate);
  const { issues } = await list(gate, { which: "all" });
  for (const { issueNumber, title, lastUpdated, freshness } of suggestions) {
    const listed = issues.find((each) => each.issueNumber === issueNumber);
    expect(listed).toMatchObject({ title, lastUpdated, freshness });
  }
});

test("an active issue without a work file, and damaged files, are in the list as far as they can be read", async () => {
  const project = await makeIssues();
  const { gate, root } = project;
  project.write(
    ".claude/state.md",
    project.read(".claude/state.md").replaceAll("#9", "#11").replace("## Blockers\n", ""),
  );
  project.write(".claude/work/8.md", `${project.read(".claude/work/8.md")}\n<<<<<<< ours\n=======\n>>>>>>> theirs\n`);
  project.write(".claude/work/notes.md", "Not of an issue\n");
  symlinkSync("/etc/passwd", join(root, ".claude/work/12.md"));
  mkdirSync(join(root, ".claude/work/13.md"));
  const { issues, skipped } = await list(gate);
  expect(issues.map(({ issueNumber, path }) => [issueNumber, path])).toEqual([
    [11, ".claude/state.md"],
    [9, ".claude/work/9.md"],
    [8, ".claude/work/8.md"],
    [10, ".claude/work/10.md"],
  ]);
  expect(skipped.map(({ file }) => file)).toEqual([
    ".claude/work/12.md",
    ".claude/work/13.md",
    ".claude/work/notes.md",
  ]);
});

test("the active issue is shown as status shows it, with what its work file says", async () => {
  const { gate, tree, read, write } = await makeIssues();
  const work = ".claude/work/9.md";
  write(work, read(work).replace("**Status:**", "**GitHub:** nowhere\n**Status:**"));
  const before = tree(true);
  const shown = await show(gate);
  const { problems, ...plan } = await status(gate);
  expect(shown).toMatchObject(plan);
  const keys = Object.keys({ ...plan, problems });
  expect(Object.keys(shown).filter((key) => keys.includes(key))).toEqual(Object.keys(await status(gate)));
  expect(Object.keys(shown).slice(keys.length)).toEqual(
    "description approach decisions learnings tests log files status active".split(" "),
  );
  const unproven = {
    command: undefined,
    exitCode: undefined,
    timestamp: undefined,
    commit: undefined,
    state: "unproven",
  };
  expect(shown).toMatchObject({
    ...{ issueNumber: 9, active: true, status: "in_progress", decisions: ["**Use SQLite:** it stays"] },
    ...{ learnings: ["Locks hold"], files: ["src/a.ts (created)"], description: undefined },
    tests: [
      { name: "unit", passed: true, ...unproven },
      { name: "load", passed: false, ...unproven },
    ],
    log: [{ timestamp: "2024-10-23T18:30:00Z", items: ["⏸️ Café"] }],
  });
  // Those of the work file say which file they are of.
  expect(shown.problems).toMatchObject([{ rule: "invalid-url", path: work }]);
  expect(await show(gate, 9)).toEqual(shown);
  expect(tree(true)).toEqual(before);
});

test("a paused issue is shown with its paused plan", async () => {
  const { gate } = await makeIssues();
  expect(await show(gate, 8)).toMatchObject({
    ...{
      exists: true,
      valid: true,
      issueNumber: 8,
      issueTitle: "Eight",
      branch: "fix/8",
      status: "paused",
      active: false,
    },
    ...{
      started: "2024-10-23T17:30:00Z",
      lastUpdated: "2024-10-23T18:30:00Z",
      freshness: "recent",
      hoursSinceUpdate: 0,
    },
    progressItems: [
      { status: "completed", text: "One" },
      { status: "in_progress", text: "Two", percentage: 40 },
    ],
    ...{ nextSteps: ["Go on"], openQuestions: [{ question: "How?", decision: "So" }], recentWork: [], context: [] },
    ...{ path: ".claude/work/8.md", workFile: "present", description: "First.\n\n## Second" },
  });
});

test("an archived issue is shown with what its work file says", async () => {
  const { gate } = await makeIssues();
  expect(await show(gate, 7)).toMatchObject({
    ...{ issueNumber: 7, status: "completed", workFile: "archived", path: ".claude/archive/7.md", valid: true },
    ...{ progressItems: [{ status: "completed", text: "All" }], openQuestions: [{ question: "Why?" }] },
  });
});

test("a damaged work file is shown as far as it can be read", async () => {
  const project = await makeIssues();
  const damaged = `${project.read(".claude/work/9.md").replace("**Started:** 2024", "**Started:** 2924")}\0`;
  project.write(".claude/work/9.md", damaged);
  const shown = await show(project.gate, 9);
  expect(shown).toMatchObject({ valid: false, issueNumber: 9, learnings: ["Locks hold"] });
  expect(shown.problems.some(({ severity, path }) => severity === "error" && path === ".claude/work/9.md")).toBe(true);
  project.write(".claude/work/10.md", "Somebody's notes\n");
  const foreign = await show(project.gate, 10);
  expect(foreign).toMatchObject({ issueNumber: 10, issueTitle: undefined, log: [] });
  expect(foreign.problems.map(({ rule }) => rule)).toContain("foreign-format");
});

test("only the newest entries of a long log are shown, and how many there are besides", async () => {
  const project = await makeIssues();
  const entries = Array.from({ length: 13 }, (_, at) => `### 2024-10-${20 - at} 10:00\n- Entry ${at}\n`);
  project.write(
    ".claude/work/10.md",
    `${project.read(".claude/work/10.md")}\n## Progress Log\n\n${entries.join("\n")}`,
  );
  const { log, olderLog } = await show(project.gate, 10);
  expect([log.length, log[0]?.items, olderLog]).toEqual([10, ["Entry 0"], 3]);
});

test("what cannot be shown is refused with what to do", async () => {
  const { gate } = await makeIssues();
  await expect(show(gate, 1)).rejects.toMatchObject({ code: "NOT_FOUND", hint: expect.stringContaining("gate list") });
  await done(gate);
  await expect(show(gate)).rejects.toMatchObject({
    ...{ code: "NO_ACTIVE_WORK", hint: expect.stringContaining("#8 Eight") },
  });
  const nothing = makeProject();
  await expect(show(nothing.gate)).rejects.toMatchObject({ code: "NO_ACTIVE_WORK" });
  expect(await list(nothing.gate)).toEqual({ issues: [], skipped: [], elsewhere: [] });
  nothing.write(".claude/state.md", "# Session State\n\n## Active Work\n\n## Recent Work\n");
  await expect(show(nothing.gate)).rejects.toThrow("is damaged");
});

test("lines that hold all words are found in all documents, newest file first", async () => {
  const { gate, tree } = await makeIssues();
  const before = tree(true);
  const { matches, skipped } = await search(gate, { words: ["ALL"] });
  expect(skipped).toEqual([]);
  expect(matches.map(({ line }) => line)).toEqual([19, 23]);
  expect(toWire(matches[0])).toEqual({
    ...{ path: ".claude/archive/7.md", line: 19, column: 5, issue_number: 7, section: "Progress Log" },
    text: "- ✅ All",
  });
  expect(Object.keys(matches[0]!)).toEqual(["path", "line", "column", "issueNumber", "section", "text"]);
  const both = await search(gate, { words: ["nine", "#9"] });
  expect(both.matches.map(({ path, column, section, issueNumber }) => [path, column, section, issueNumber])).toEqual([
    [".claude/state.md", 20, "Active Work", 9],
    [".claude/work/9.md", 9, undefined, 9],
  ]);
  expect(tree(true)).toEqual(before);
});

test("case and composition do not count, and the column is that of the line as it stands", async () => {
  const project = makeProject({
    ".claude/work/5.md":
      "\ufeff# Issue #5: Five\r\n\r\n## Learnings\r\n- Cafe\u0301 im STRAẞENBAHNHOF\r\n- 🚦ΟΔΟΣ, Kelvin \u212a and ﬁn\r\n",
  });
  const columnOf = async (...words: string[]) => {
    const { matches } = await search(project.gate, { words });
    return matches.map(({ line, column }) => [line, column]);
  };
  expect(await columnOf("café")).toEqual([[4, 3]]);
  expect(await columnOf("straßen")).toEqual([[4, 12]]);
  expect(await columnOf("BAHNHOF", "cafe\u0301")).toEqual([[4, 3]]);
  expect(await columnOf("cafe")).toEqual([]);
  expect(await columnOf("οδος")).toEqual([[5, 5]]);
  expect(await columnOf("k and")).toEqual([[5, 18]]);
  expect(await columnOf("fin")).toEqual([[5, 24]]);
  expect(await columnOf("five", "absent")).toEqual([]);
});

test("a limit counts what it leaves out, and a search for nothing is refused", async () => {
  const { gate } = await makeIssues();
  const all = await search(gate, { words: ["2024"] });
  const few = await search(gate, { words: ["2024"], limit: 2 });
  expect(few).toEqual({ matches: all.matches.slice(0, 2), skipped: [], leftOut: all.matches.length - 2 });
  await expect(search(gate, { words: [] })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(search(gate, { words: [" "] })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("all of them read a read-only checkout with a damaged state file", async () => {
  const project = await makeIssues();
  writeFileSync(join(project.root, ".claude/state.md"), Buffer.from([0xff, 0xfe, 0, 0x41]));
  for (const folder of [".claude/work", ".claude/archive", ".claude"]) chmodSync(join(project.root, folder), 0o555);
  const before = project.tree(true);
  expect(numbersOf(await list(project.gate))).toEqual([9, 8, 10]);
  expect(await show(project.gate, 9)).toMatchObject({ issueNumber: 9, active: false });
  expect((await search(project.gate, { words: ["Café"] })).matches.length).toBeGreaterThan(0);
  expect(project.tree(true)).toEqual(before);
  chmodSync(join(project.root, ".claude"), 0o755);
  for (const folder of [".claude/work", ".claude/archive"]) chmodSync(join(project.root, folder), 0o755);
});
