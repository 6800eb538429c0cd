/** The operations, one after the other, on real files with a clock of their own. */
import { describe, expect, onTestFinished, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { reconstruct, reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { verify } from "../../src/gate/documents/verify.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { status } from "../../src/gate/view/status.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const HOUR = 3_600_000;

async function started(issue = 42): Promise<TestProject> {
  const project = makeProject();
  await init(project.gate);
  await start(project.gate, { issue, title: "Try the gate", branch: "fix/42" });
  return project;
}

async function errorsOf(project: TestProject): Promise<string[]> {
  const { files } = await check(project.gate);
  return files.flatMap(({ path, problems }) =>
    problems.filter(({ severity }) => severity === "error").map(({ rule }) => `${path} ${rule}`),
  );
}

describe("init", () => {
  test("makes the file and the folders once", async () => {
    const project = makeProject();
    expect((await init(project.gate)).value).toEqual({
      initialized: true,
      stateFileCreated: STATE,
      directoriesCreated: [".claude/work", ".claude/archive"],
      adopted: false,
    });
    const before = project.tree();
    expect((await init(project.gate)).value).toEqual({
      initialized: true,
      stateFileCreated: undefined,
      directoriesCreated: [],
      adopted: false,
    });
    expect(project.tree()).toEqual(before);
    expect(project.read(".claude/.gate/.gitignore")).toBe("*\n");
    expect((await check(project.gate)).files).toEqual([{ path: STATE, problems: [] }]);
  });

  test("fills an empty file, leaves a damaged one", async () => {
    const project = makeProject({ [STATE]: "\n" });
    expect((await init(project.gate)).value.stateFileCreated).toBe(STATE);
    const damaged = makeProject({ [STATE]: "## Active Work\n## Context\n" });
    const outcome = await init(damaged.gate);
    expect(outcome.value.stateFileCreated).toBeUndefined();
    expect(outcome.warnings).toEqual([expect.stringContaining("damaged")]);
    expect(damaged.read(STATE)).toBe("## Active Work\n## Context\n");
  });

  test("refuses a foreign file, and adopts it byte for byte", async () => {
    const notes = "\ufeff# Our state\r\n\r\n- redux\r\n";
    const project = makeProject({ [STATE]: notes });
    await expect(init(project.gate)).rejects.toMatchObject({ code: "FOREIGN_FORMAT" });
    expect(project.read(STATE)).toBe(notes);
    const { value } = await init(project.gate, { adopt: true });
    expect(value.adopted).toBe(true);
    expect(project.read(STATE)).toContain(notes.slice(1));
    expect(await errorsOf(project)).toEqual([]);
    expect((await status(project.gate)).valid).toBe(true);
  });

  test("writes nothing in a dry run", async () => {
    const project = makeProject();
    const outcome = await init(project.gate, {}, { dryRun: true });
    expect(outcome.value.directoriesCreated).toEqual([".claude/work", ".claude/archive"]);
    expect(outcome.written.map(({ path }) => path)).toEqual([STATE]);
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });
});

describe("status", () => {
  test("of the example", async () => {
    const project = makeProject({ [STATE]: fixture("read/format.md") });
    const { revision, problems, ...rest } = await status(project.gate);
    expect(revision).toMatch(/^[\da-f]{64}$/);
    expect(problems.map(({ rule }) => rule)).toEqual(["missing-work-file"]);
    expect(rest).toEqual({
      exists: true,
      valid: true,
      issueNumber: 1234,
      issueTitle: "Add rate limiting to authentication",
      branch: "feature/rate-limiting",
      started: "2024-10-23T10:00:00Z",
      lastUpdated: "2024-10-23T14:30:00Z",
      freshness: "recent",
      hoursSinceUpdate: 2,
      progressItems: [
        { status: "completed", text: "Researched rate limiting approaches" },
        { status: "in_progress", text: "Implementing middleware", percentage: 80 },
        { status: "pending", text: "Need to add tests" },
      ],
      nextSteps: ["Complete middleware implementation", "Write unit tests for rate limiter"],
      openQuestions: [
        { question: "Should the limit be per IP or per user?", decision: "Per IP when unauthenticated" },
        { question: "What are the limits?", decision: undefined, note: "discuss with the team" },
      ],
      recentWork: [
        { issueNumber: 1200, issueTitle: "User authentication", status: "completed", date: "2024-10-22" },
        { issueNumber: 1150, issueTitle: "Database migrations", status: "paused", date: "2024-10-20" },
      ],
      blockers: "None currently",
      context: ["Working primarily in src/auth/", "Builds on work from #1100 (JWT implementation)"],
      path: STATE,
      workFile: "missing",
      git: undefined,
      elsewhere: [],
    });
  });

  test.each([
    [undefined, false, []],
    ["", true, ["empty-file"]],
    ["# Somebody's notes\n", true, ["foreign-format"]],
    ["---\nschema_version: 2\n---\n## Active Work\n", true, ["unsupported-version"]],
  ])("%j shows nothing as active, and says why", async (text, exists, rules) => {
    const project = makeProject(text === undefined ? {} : { [STATE]: text });
    const before = project.tree(true);
    const result = await status(project.gate);
    expect(result).toMatchObject({ exists, valid: false, issueNumber: undefined, progressItems: [] });
    expect(result.problems.map(({ rule }) => rule)).toEqual(rules);
    expect(project.tree(true)).toEqual(before);
  });

  test("two issues are not one", async () => {
    const project = makeProject({ [STATE]: fixture("read/doubled-issue.md") });
    expect(await status(project.gate)).toMatchObject({ valid: false, issueNumber: undefined });
  });

  test("a time of the future is not fresh", async () => {
    const text = fixture("read/format.md").replace("2024-10-23T14:30:00Z", "2099-01-01T00:00:00Z");
    const project = makeProject({ [STATE]: text });
    expect(await status(project.gate)).toMatchObject({
      valid: false,
      issueNumber: 1234,
      freshness: undefined,
      hoursSinceUpdate: undefined,
    });
  });
});

describe("start", () => {
  test("without a state file makes one", async () => {
    const project = makeProject();
    const { value } = await start(project.gate, { issue: 42, title: "Try the gate" });
    expect(value).toEqual({
      success: true,
      message: "Active work set to #42 - Try the gate",
      stateFileUpdated: STATE,
      previousWorkArchived: false,
      fileSize: Buffer.byteLength(project.read(STATE)),
      workFile: ".claude/work/42.md",
      workFileCreated: true,
      workFileFreshness: "recent",
      resumed: false,
      revision: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(await errorsOf(project)).toEqual([]);
  });

  test("the same issue resumes: only Last Updated moves", async () => {
    const project = await started();
    await save(project.gate, { progress: [{ status: "pending", text: "a" }], nextSteps: ["b"] });
    const before = project.read(STATE);
    project.later(HOUR);
    const { value } = await start(project.gate, { issue: 42 });
    expect(value).toMatchObject({ resumed: true, previousWorkArchived: false, workFileCreated: false });
    expect(project.read(STATE)).toBe(before.replace("16:30:00Z\n\n## Active", "17:30:00Z\n\n## Active"));
  });

  test("another issue moves the old one and all it held", async () => {
    const project = await started();
    await save(project.gate, {
      progress: [
        { status: "completed", text: "first" },
        { status: "in_progress", text: "second", percentage: 40 },
      ],
      nextSteps: ["third"],
      openQuestions: [{ question: "fourth?", decision: "fifth" }],
    });
    project.later(HOUR);
    const { value } = await start(project.gate, { issue: 7, title: "Other" });
    expect(value).toMatchObject({ previousWorkArchived: true, workFileCreated: true, resumed: false });
    const work = project.read(".claude/work/42.md");
    expect(work).toContain("### 2024-10-23T17:30:00Z\n- Paused\n\n");
    expect(work).toContain(
      "## Paused Plan\n\n**Branch:** fix/42\n**Started:** 2024-10-23T16:30:00Z\n\n" +
        "### Progress\n- ✅ first\n- 🔄 second (40% done)\n\n### Next Steps\n1. third\n\n" +
        "### Open Questions\n- fourth?\n  → Decision: fifth\n\n## Progress Log",
    );
    const after = await status(project.gate);
    expect(after).toMatchObject({
      issueNumber: 7,
      branch: undefined,
      progressItems: [],
      nextSteps: [],
      openQuestions: [],
    });
    expect(after.recentWork).toEqual([
      { issueNumber: 42, issueTitle: "Try the gate", status: "paused", date: "2024-10-23" },
    ]);
    expect(await errorsOf(project)).toEqual([]);
  });

  test("takes the title from the work file, and is clear when nobody knows it", async () => {
    const project = makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    expect((await start(project.gate, { issue: 42 })).value.message).toBe("Active work set to #42 - Try the gate");
    const path = process.env["PATH"];
    process.env["PATH"] = "";
    try {
      await expect(start(project.gate, { issue: 43 })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        hint: expect.stringContaining("--title"),
      });
    } finally {
      process.env["PATH"] = path;
    }
  });

  test.each(["No active work currently.", "**Current Issue:** PROJ-7 - Parser"])(
    "items that belong to no numbered issue are nobody's: %s",
    async (line) => {
      const items = "### Progress\n- ✅ One\n- 🔄 Two (40%)\n\n### Next Steps\n1. Three\n";
      const text = `# S\n\n**Last Updated:** 2024-10-23T14:30:00Z\n\n## Active Work\n\n${line}\n\n${items}\n## Recent Work\n\n## Blockers\n\n## Context\n`;
      const project = makeProject({ [STATE]: text });
      const { warnings } = await start(project.gate, { issue: 42, title: "Forty-two" });
      expect(warnings).toEqual([expect.stringContaining("kept apart under `## Recovered`")]);
      const { progressItems, nextSteps, problems } = await status(project.gate);
      expect([progressItems, nextSteps]).toEqual([[], []]);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(project.read(STATE)).toContain("## Recovered\n\n```text\n- ✅ One\n- 🔄 Two (40%)\n1. Three\n```\n");
      expect(project.read(".claude/work/42.md")).not.toContain("Three");
      await undo(project.gate);
      expect(project.read(STATE)).toBe(text);
    },
  );

  test("an existing work file stays as it is", async () => {
    const project = makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    project.later(30 * HOUR);
    const { value } = await start(project.gate, { issue: 42 });
    expect(value).toMatchObject({ workFileCreated: false, workFileFreshness: "moderate" });
    expect(project.read(".claude/work/42.md")).toBe(fixture("read/format.work.md"));
  });

  test.each(["2099-01-01T00:00:00Z", "2024-10-23", "2024-02-30T00:00:00Z", "soon"])(
    "the start time %s is refused",
    async (time) => {
      const project = makeProject();
      await expect(start(project.gate, { issue: 1, title: "t", started: time })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
      expect(project.tree(true)).toEqual({ ".claude": "folder" });
    },
  );
});

describe("save", () => {
  test("changes what is named, logs it, leaves the rest", async () => {
    const project = await started();
    project.later(HOUR);
    const outcome = await save(project.gate, {
      progress: [{ status: "in_progress", text: "First step", percentage: 40 }],
      log: ["Read the code"],
    });
    expect(outcome.value).toEqual({
      success: true,
      message: "Progress updated for issue #42",
      itemsUpdated: 1,
      timestamp: "2024-10-23T17:30:00Z",
      workFileUpdated: ".claude/work/42.md",
      issueNumber: 42,
      progressItems: [{ status: "in_progress", text: "First step", percentage: 40 }],
      nextSteps: [],
      openQuestions: [],
      activeIssueChanged: false,
      added: ["First step"],
      revision: (await status(project.gate)).revision,
    });
    expect(project.read(".claude/work/42.md")).toContain(
      "### 2024-10-23T17:30:00Z\n- Read the code\n- 🔄 First step (40% done)\n",
    );
    expect(await status(project.gate)).toMatchObject({ lastUpdated: "2024-10-23T17:30:00Z", branch: "fix/42" });
  });

  test("that takes away completed work happens, and says so", async () => {
    const project = await started();
    const first = await save(project.gate, {
      progress: [
        { status: "completed", text: "Read (80% done)" },
        { status: "completed", text: "`code` *and* more" },
        { status: "in_progress", text: "Write", percentage: 10 },
      ],
      nextSteps: ["a", "b", "c"],
    });
    expect(first.warnings).toEqual([]);
    const same = await save(project.gate, {
      progress: (await status(project.gate)).progressItems,
      replace: true,
      nextSteps: ["b", "c"],
    });
    expect(same.warnings).toEqual([]);
    const dry = await save(project.gate, { progress: [], nextSteps: [], replace: true }, { dryRun: true });
    const outcome = await save(project.gate, { progress: [], nextSteps: [], replace: true });
    expect(outcome.warnings).toEqual([
      '2 completed items are no longer in Progress: "Read (80% done)", "`code` *and* more"; gate undo brings them back',
      '3 of 3 progress items are gone: "Write", "Read (80% done)", "`code` *and* more"; gate undo brings them back',
      '2 of 2 next steps are gone: "b", "c"; gate undo brings them back',
    ]);
    expect(dry.warnings).toEqual(outcome.warnings);
    expect(await status(project.gate)).toMatchObject({ progressItems: [], nextSteps: [] });
    expect((await save(project.gate, { progress: [], replace: true })).warnings).toEqual([]);
  });

  test("with nothing active says what could be resumed", async () => {
    const project = makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    await init(project.gate);
    await expect(save(project.gate, { log: ["x"] })).rejects.toMatchObject({
      code: "NO_ACTIVE_WORK",
      hint: expect.stringContaining("#42 Try the gate (2 hours ago)"),
    });
  });

  test("makes a work file that is gone, and leaves a damaged one", async () => {
    const project = await started();
    const { rmSync } = await import("node:fs");
    rmSync(`${project.root}/.claude/work/42.md`);
    await save(project.gate, { log: ["kept"] });
    expect(project.read(".claude/work/42.md")).toContain("- kept");
    project.write(".claude/work/42.md", "half a f");
    const outcome = await save(project.gate, { progress: [{ status: "pending", text: "a" }] });
    expect(outcome.value.workFileUpdated).toBeUndefined();
    expect(outcome.warnings).toEqual([expect.stringContaining(".claude/work/42.md cannot be trusted")]);
    await expect(save(project.gate, { log: ["would be lost"] })).rejects.toMatchObject({
      code: "CORRUPT",
      path: ".claude/work/42.md",
    });
    expect(project.read(".claude/work/42.md")).toBe("half a f");
  });

  test("offline leaves a damaged state file alone", async () => {
    const project = await started();
    const damaged = project.read(STATE).replace("## Recent Work", "<<<<<<< HEAD\n## Recent Work");
    project.write(STATE, damaged);
    await expect(save(project.gate, { log: ["x"] })).rejects.toMatchObject({ code: "CORRUPT" });
    const { value } = await save(project.gate, { log: ["x"], nextSteps: ["y"], offline: true });
    expect(value).toMatchObject({ workFileUpdated: ".claude/work/42.md" });
    expect(project.read(".claude/work/42.md")).toContain("- x\n- Next: y\n");
    expect(project.read(STATE)).toBe(damaged);
  });

  test("offline does not choose between two issues", async () => {
    const files = { [STATE]: fixture("read/doubled-issue.md"), ".claude/work/1234.md": fixture("read/format.work.md") };
    const project = makeProject(files);
    const before = project.tree();
    await expect(save(project.gate, { log: ["x"], offline: true })).rejects.toMatchObject({ code: "NO_ACTIVE_WORK" });
    expect(project.tree()).toEqual(before);
  });

  test.each([{ percentage: 101 }, { percentage: -1 }, { percentage: 1.5 }])("%j is refused", async (wrong) => {
    const project = await started();
    const input = { progress: [{ status: "in_progress", text: "a", ...wrong }] } as const;
    await expect(save(project.gate, input)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("a revision that is no longer the document's is a conflict", async () => {
    const project = await started();
    const { revision } = await status(project.gate);
    await save(project.gate, { log: ["x"] }, { ifMatch: revision! });
    project.later(1000);
    await save(project.gate, { nextSteps: ["x"] });
    await expect(save(project.gate, { log: ["x"] }, { ifMatch: revision! })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });
});

describe("done", () => {
  test("completes, archives, clears", async () => {
    const project = await started();
    project.later(HOUR);
    const { value } = await done(project.gate, { reason: "merged", pullRequest: "https://github.com/o/r/pull/1" });
    expect(value).toEqual({
      success: true,
      message: "Cleared active work - moved #42 to Recent Work",
      archivedIssue: 42,
      recentWorkCount: 1,
      archivedTo: ".claude/archive/42.md",
      openItems: [],
      openQuestions: [],
      droppedItems: [],
      proof: { proven: [], stale: [], unproven: [] },
      revision: (await status(project.gate)).revision,
    });
    expect(project.exists(".claude/work/42.md")).toBe(false);
    const archived = project.read(".claude/archive/42.md");
    expect(archived).toContain("**Pull Request:** https://github.com/o/r/pull/1\n**Status:** completed\n");
    expect(archived).toContain("**Completed:** 2024-10-23T17:30:00Z\n");
    expect((await status(project.gate)).recentWork).toEqual([
      { issueNumber: 42, issueTitle: "Try the gate", status: "completed", date: "2024-10-23", reason: "merged" },
    ]);
    expect((await check(project.gate)).errors).toBe(0);
  });

  test("an earlier archive keeps its bytes under another name", async () => {
    const project = await started();
    await done(project.gate);
    const first = project.read(".claude/archive/42.md");
    project.later(HOUR);
    await start(project.gate, { issue: 42 });
    project.later(HOUR);
    await done(project.gate);
    expect(project.read(".claude/archive/42.20241023T183000Z.md")).toBe(first);
    expect(project.read(".claude/archive/42.md")).toContain("**Completed:** 2024-10-23T18:30:00Z");
    expect((await check(project.gate)).errors).toBe(0);
  });

  test("an earlier archive that was caught between its two names gets no third", async () => {
    const project = await started();
    await done(project.gate);
    const first = project.read(".claude/archive/42.md");
    project.write(".claude/archive/42.20241023T170000Z.md", first);
    project.write(".claude/archive/42.notes.md", first);
    project.later(HOUR);
    await start(project.gate, { issue: 42 });
    await done(project.gate);
    const archived = Object.keys(project.tree()).filter((path) => path.startsWith(".claude/archive/"));
    expect(archived).toEqual([
      ".claude/archive/42.20241023T170000Z.md",
      ".claude/archive/42.md",
      ".claude/archive/42.notes.md",
    ]);
    expect(project.read(".claude/archive/42.20241023T170000Z.md")).toBe(first);
  });

  test("without archiving the completed file stays", async () => {
    const project = await started();
    const { value } = await done(project.gate, { archive: false });
    expect(value.archivedTo).toBeUndefined();
    expect(project.read(".claude/work/42.md")).toContain("**Status:** completed");
  });

  test("twice has nothing active", async () => {
    const project = await started();
    await done(project.gate);
    const before = project.tree();
    await expect(done(project.gate)).rejects.toMatchObject({ code: "NO_ACTIVE_WORK" });
    expect(project.tree()).toEqual(before);
  });
});

describe("reconstruct", () => {
  const archived = (issue: number, day: number) =>
    fixture("read/format.work.md")
      .replaceAll("42", String(issue))
      .replace("in_progress", "completed")
      .replace(
        "**Last Updated:** 2024-10-23T14:30:00Z",
        `**Last Updated:** 2024-10-${day}T10:00:00Z\n**Completed:** 2024-10-${day}T10:00:00Z`,
      );

  test("lists what is there and what cannot be read", async () => {
    const project = makeProject({
      ".claude/work/42.md": fixture("read/format.work.md"),
      ".claude/work/7.md": fixture("read/old.work.md"),
      ".claude/work/9.md": "garbage",
      ".claude/work/notes.md": "# words",
    });
    const before = project.tree(true);
    expect(await reconstruct(project.gate)).toEqual({
      foundWorkFiles: 4,
      suggestions: [
        {
          issueNumber: 42,
          title: "Try the gate",
          lastUpdated: "2024-10-23T14:30:00Z",
          recency: "2 hours ago",
          status: "in_progress",
          freshness: "recent",
          progress: undefined,
        },
        {
          issueNumber: 7,
          title: "Old",
          lastUpdated: "2024-10-20T10:00:00Z",
          recency: "3 days ago",
          status: "in_progress",
          freshness: "stale",
          progress: undefined,
        },
      ],
      skipped: [
        { file: ".claude/work/9.md", reason: expect.stringMatching(/^[a-z-]+: /) },
        { file: ".claude/work/notes.md", reason: expect.stringMatching(/^[a-z-]+: /) },
      ],
      userSelectionNeeded: true,
      complete: true,
    });
    expect(project.tree(true)).toEqual(before);
  });

  test("counts the progress of the newest log entry that has any, and nothing else", async () => {
    const counted = async (log: string) => {
      const text = fixture("read/format.work.md").replace(/## Progress Log[\s\S]*?(?=## Decisions)/, log);
      const { suggestions } = await reconstruct(makeProject({ ".claude/work/42.md": text }).gate);
      return suggestions[0]?.progress;
    };
    const entry = (hour: number, ...items: string[]) =>
      `### 2024-10-23T${hour}:00:00Z\n${items.map((item) => `- ${item}\n`).join("")}\n`;
    expect(
      await counted(
        `## Progress Log\n\n${entry(14, "said a word")}${entry(13, "✅ a", "words", "🔄 b (99% done)", "⏸️ c", "❌ d")}${entry(12, "✅ a", "✅ b")}`,
      ),
    ).toEqual({ completed: 1, total: 4 });
    expect(await counted(`## Progress Log\n\n${entry(14, "said a word")}`)).toBeUndefined();
    expect(await counted("")).toBeUndefined();
  });

  test("makes the chosen work active and changes no work file", async () => {
    const project = makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    for (const [issue, day] of [
      [1, 11],
      [2, 14],
      [3, 12],
      [4, 13],
    ] as const)
      project.write(`.claude/archive/${issue}.md`, archived(issue, day));
    const { value } = await reconstructFrom(project.gate, 42);
    expect(value).toMatchObject({
      message: "Active work set to #42 - Try the gate",
      workFileCreated: false,
      workFileFreshness: "recent",
    });
    expect(project.read(".claude/work/42.md")).toBe(fixture("read/format.work.md"));
    const result = await status(project.gate);
    expect(result).toMatchObject({ issueNumber: 42, started: "2024-10-23T10:00:00Z", nextSteps: ["go on"] });
    expect(result.recentWork.map(({ issueNumber, date }) => [issueNumber, date])).toEqual([
      [2, "2024-10-14"],
      [4, "2024-10-13"],
      [3, "2024-10-12"],
    ]);
    expect(await errorsOf(project)).toEqual([]);
  });

  test("does not displace other work", async () => {
    const project = await started();
    project.write(".claude/work/7.md", fixture("read/old.work.md"));
    await expect(reconstructFrom(project.gate, 7)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      hint: expect.stringContaining("gate start 7"),
    });
    await expect(reconstructFrom(project.gate, 8)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("verify", () => {
  test("of a work file, a missing one, a damaged one", async () => {
    const project = makeProject({
      ".claude/work/42.md": fixture("read/format.work.md"),
      ".claude/work/43.md": fixture("read/format.work.md"),
    });
    expect(await verify(project.gate, 42)).toMatchObject({
      exists: true,
      valid: true,
      issueNumber: 42,
      issueTitle: "Try the gate",
      status: "in_progress",
      freshness: "recent",
      problems: [],
    });
    expect(await verify(project.gate, 1)).toMatchObject({
      exists: false,
      valid: false,
      issueNumber: undefined,
      problems: [],
    });
    expect((await verify(project.gate, 43)).problems.map(({ rule }) => rule)).toEqual(["issue-mismatch"]);
  });
});

describe("check", () => {
  test("mends what is certain, and only that", async () => {
    const project = makeProject({
      [STATE]: fixture("read/wrong-headings.md").replace("2024-10-23T14:30:00Z", "2024-10-23 14:30"),
    });
    const before = await check(project.gate, { paths: [STATE] });
    expect(before.errors).toBe(0);
    expect(before.warnings).toBeGreaterThan(3);
    const after = await check(project.gate, { paths: [STATE], fix: true });
    expect(after.fixed).toBeGreaterThan(3);
    expect(project.read(STATE)).toContain("**Last Updated:** 2024-10-23T14:30:00Z\n");
    expect(project.read(STATE)).toContain("\n## Active Work\n");
    const again = await check(project.gate, { paths: [STATE], fix: true });
    expect([again.fixed, again.written]).toEqual([0, []]);
  });

  test.each([
    ["../x.md", "INVALID_ARGUMENT"],
    ["README.md", "INVALID_ARGUMENT"],
    [".claude/work/1.md", "NOT_FOUND"],
  ])("%s: %s", async (path, code) => {
    await expect(check(makeProject().gate, { paths: [path] })).rejects.toMatchObject({ code });
  });
});

describe("documents in the way", () => {
  const operations: readonly (readonly [string, (project: TestProject) => Promise<unknown>])[] = [
    ["start", (project) => start(project.gate, { issue: 7, title: "t" })],
    ["save", (project) => save(project.gate, { nextSteps: ["x"], log: ["y"] })],
    ["done", (project) => done(project.gate)],
    ["reconstruct", (project) => reconstructFrom(project.gate, 42)],
  ];
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ["foreign", "# Notes\n", "FOREIGN_FORMAT"],
    ["newer", fixture("read/yaml-newer.md"), "UNSUPPORTED_VERSION"],
    ["conflict", fixture("read/conflict.md"), "CORRUPT"],
    ["doubled", fixture("read/doubled.md"), "CORRUPT"],
    ["broken frontmatter", fixture("read/yaml-broken.md"), "CORRUPT"],
    ["empty", "", "CORRUPT"],
    ["cut off", fixture("read/format.md").slice(0, 400), "CORRUPT"],
    ["invalid UTF-8", Buffer.concat([Buffer.from(fixture("read/format.md")), Buffer.from([0xff])]), "CORRUPT"],
    ["NUL bytes", `${fixture("read/format.md")}\0\0`, "CORRUPT"],
    ["too large", `${fixture("read/format.md")}${"x".repeat(1 << 20)}`, "CORRUPT"],
  ];
  test.each(
    operations.flatMap(([name, run]) => cases.map(([kind, bytes, code]) => [name, kind, run, bytes, code] as const)),
  )("%s leaves a file that is %s as it is", async (_name, _kind, run, bytes, code) => {
    const project = makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    project.write(STATE, bytes);
    const before = project.tree();
    await expect(run(project)).rejects.toMatchObject({ code });
    expect(project.tree()).toEqual(before);
  });
});

describe("gh", () => {
  test.skipIf(process.platform === "win32")("gives the title and the address of an issue", async () => {
    const { chmodSync } = await import("node:fs");
    const project = makeProject();
    const answer = JSON.stringify({ title: "From  GitHub\n", url: "https://github.com/o/r/issues/9" });
    project.write("bin/gh", `#!/bin/sh\n[ "$*" = "issue view 9 --json title,url" ] && printf '%s' '${answer}'\n`);
    chmodSync(`${project.root}/bin/gh`, 0o755);
    const path = process.env["PATH"];
    process.env["PATH"] = `${project.root}/bin:${path}`;
    try {
      const { value } = await start(project.gate, { issue: 9 });
      expect(value.message).toBe("Active work set to #9 - From GitHub");
      expect(project.read(".claude/work/9.md")).toContain("**GitHub:** https://github.com/o/r/issues/9\n");
      await expect(start(project.gate, { issue: 10 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    } finally {
      process.env["PATH"] = path;
    }
  });
});

describe("a state file that another program saves meanwhile", () => {
  /** Appends to the state file each time the gate has prepared its replacement, `times` times. */
  function editor(project: TestProject, times: number): void {
    const { openSync } = system;
    onTestFinished(() => {
      system.openSync = openSync;
    });
    let left = times;
    system.openSync = ((path: string, ...rest: [number, number?]) => {
      if (/\.state\.md\.[^/]*\.tmp$/.test(path) && left-- > 0) {
        project.write(STATE, `${project.read(STATE)}- mark ${times - left}\n`);
      }
      return openSync(path, ...rest);
    }) as typeof openSync;
  }

  const input = { decisions: [{ decision: "Use A", rationale: "r" }], learnings: ["L"], log: ["G"], nextSteps: ["N"] };

  test("keeps its text, and the work file gets everything once", async () => {
    const project = await started();
    editor(project, 3);
    await save(project.gate, input);
    expect(project.read(STATE)).toContain("- mark 1\n- mark 2\n- mark 3\n");
    expect(project.read(STATE)).toContain("1. N\n");
    const work = project.read(".claude/work/42.md");
    for (const line of ["1. **Use A:** r\n", "- L\n", "- G\n"]) expect(work.split(line)).toHaveLength(2);
  });

  test("20 times over is a conflict that says what is written", async () => {
    const project = await started();
    editor(project, 99);
    const failure = { code: "CONFLICT", hint: expect.stringContaining(".claude/work/42.md is written already") };
    await expect(save(project.gate, input)).rejects.toMatchObject(failure);
    expect(project.read(".claude/work/42.md").split("- L\n")).toHaveLength(2);
    expect(project.read(STATE)).not.toContain("1. N");
  });
});

describe("limits", () => {
  test("no document grows beyond what can be read again", async () => {
    const project = await started();
    const before = project.tree();
    const nextSteps = Array.from({ length: 1200 }, (_, index) => `${index} ${"x".repeat(900)}`);
    await expect(save(project.gate, { nextSteps })).rejects.toMatchObject({
      code: "INVALID_RESULT",
      message: expect.stringContaining("1 MiB"),
    });
    expect(project.tree()).toEqual(before);
  });

  test.each(["a\0b", "a\u001b[2J"])("the description %j is refused", async (description) => {
    const project = makeProject();
    await expect(start(project.gate, { issue: 1, title: "t", description })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(project.tree(true)).toEqual({ ".claude": "folder" });
  });

  test("a description with conflict markers and headings stays text", async () => {
    const project = makeProject();
    const description = "<<<<<<< HEAD\n## Tests\n>>>>>>> x\n\n```\n<<<<<<< in code\n```\n";
    await start(project.gate, { issue: 1, title: "t", description });
    expect(project.read(".claude/work/1.md")).toContain(
      "\\<<<<<<< HEAD\n\\## Tests\n\\>>>>>>> x\n\n```\n<<<<<<< in code\n```\n",
    );
    expect(await errorsOf(project)).toEqual([]);
  });
});

describe("what stands under Active Work when it is done", () => {
  const items = { progress: [{ status: "completed", text: "uniq" }], nextSteps: ["later"] } as const;

  test("goes into a work file that was not there", async () => {
    const project = await started();
    await save(project.gate, items);
    const { rmSync } = await import("node:fs");
    rmSync(`${project.root}/.claude/work/42.md`);
    const { value } = await done(project.gate);
    expect(value.archivedTo).toBe(".claude/archive/42.md");
    expect(project.read(".claude/archive/42.md")).toMatch(/- ✅ uniq\n[\s\S]*- later\n/);
    expect((await check(project.gate)).errors).toBe(0);
  });

  test("goes into one that says it is completed already", async () => {
    const project = await started();
    await save(project.gate, items);
    project.write(".claude/work/42.md", project.read(".claude/work/42.md").replace("in_progress", "completed"));
    project.later(HOUR);
    await done(project.gate);
    expect(project.read(".claude/archive/42.md")).toContain(
      "### 2024-10-23T17:30:00Z\n- Completed\n- Branch: fix/42\n- ✅ uniq\n",
    );
  });

  test("goes into the archive when it was saved after an interrupted done", async () => {
    const project = await started();
    const state = project.read(STATE);
    await done(project.gate);
    project.write(STATE, state);
    await save(project.gate, { progress: [{ status: "pending", text: "new" }] });
    project.later(HOUR);
    await done(project.gate);
    expect(project.read(".claude/archive/42.md")).toContain("- ⏸️ new\n");
    expect((await check(project.gate)).errors).toBe(0);
  });

  test("is kept for an issue without a number, and said", async () => {
    const project = makeProject({ [STATE]: fixture("read/issue-jira.md") });
    const outcome = await done(project.gate);
    expect(outcome.value.archivedIssue).toBeUndefined();
    expect(outcome.warnings).toEqual([
      expect.stringContaining("has no number"),
      "2 progress items are still open: Implementing middleware; Need to add tests",
      "1 question is still open: What are the limits?",
    ]);
    expect(outcome.value).toMatchObject({
      openItems: ["Implementing middleware", "Need to add tests"],
      openQuestions: ["What are the limits?"],
    });
  });

  test("is not replaced by reconstructing below an idle state", async () => {
    const text = fixture("read/idle.md").replace("currently.\n", "currently.\n\n### Progress\n- ✅ leftover\n");
    const project = makeProject({ [STATE]: text, ".claude/work/42.md": fixture("read/format.work.md") });
    await reconstructFrom(project.gate, 42);
    expect(project.read(STATE)).toContain("- ✅ leftover\n");
  });
});

describe("check --fix", () => {
  test("goes on past a document that it cannot mend", async () => {
    const damaged = fixture("read/conflict.md").replace("## Blockers", "## blockers");
    const work = fixture("read/format.work.md").replace("in_progress", "In Progress");
    const project = makeProject({ [STATE]: damaged, ".claude/work/42.md": work });
    const result = await check(project.gate, { fix: true });
    expect(project.read(STATE)).toBe(damaged);
    expect(project.read(".claude/work/42.md")).toContain("**Status:** in_progress\n");
    expect(result.errors).toBeGreaterThan(0);
    expect(result.files[0]!.problems.map(({ rule }) => rule)).toContain("conflict-marker");
  });
});

describe("one odd file among others", () => {
  test("stops neither check nor reconstruct nor status", async () => {
    const project = makeProject({
      [STATE]: fixture("read/format.md"),
      ".claude/work/42.md": fixture("read/format.work.md"),
    });
    project.write(".claude/work/a:b.md", "x");
    project.write(".claude/work/-x.md", "x");
    project.write(".claude/work/012.md", fixture("read/format.work.md").replaceAll("42", "12"));
    project.write(".claude/work/18.md/inside", "x");
    const { suggestions, skipped } = await reconstruct(project.gate);
    expect(suggestions.map(({ issueNumber }) => issueNumber)).toEqual([42]);
    expect(skipped.map(({ file }) => file).sort()).toEqual([
      ".claude/work/-x.md",
      ".claude/work/012.md",
      ".claude/work/18.md",
      ".claude/work/a:b.md",
    ]);
    const { files } = await check(project.gate);
    const rules = Object.fromEntries(files.map(({ path, problems }) => [path, problems.map(({ rule }) => rule)]));
    expect(rules).toMatchObject({
      ".claude/work/a:b.md": ["unreadable-file"],
      ".claude/work/012.md": ["issue-mismatch"],
      ".claude/work/18.md": ["not-a-regular-file"],
    });
    expect(await status(project.gate)).toMatchObject({ valid: true, issueNumber: 1234 });
  });

  test("an active issue whose work file is gone gets it back as it was", async () => {
    const project = await started();
    const { rmSync } = await import("node:fs");
    const text = project.read(".claude/work/42.md");
    rmSync(`${project.root}/.claude/work/42.md`);
    project.later(HOUR);
    await start(project.gate, { issue: 42 });
    expect(project.read(".claude/work/42.md")).toBe(
      text.replace("Updated:** 2024-10-23T16", "Updated:** 2024-10-23T17"),
    );
  });

  test("without a state file there is nothing active, and the hint says what could be", async () => {
    const project = makeProject({ ".claude/work/42.md": fixture("read/format.work.md") });
    const failure = { code: "NO_ACTIVE_WORK", hint: expect.stringContaining("#42 Try the gate") };
    await expect(save(project.gate, { log: ["x"] })).rejects.toMatchObject(failure);
    await expect(done(project.gate)).rejects.toMatchObject(failure);
  });
});
