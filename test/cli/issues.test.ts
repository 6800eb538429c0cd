/** Issues and lines as people see them, on narrow and wide terminals. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { styleOf } from "../../src/cli/style.ts";
import { columnsOf } from "../../src/cli/views/columns.ts";
import { viewIssues } from "../../src/cli/views/list.ts";
import { viewMatch } from "../../src/cli/views/search.ts";
import { viewShown } from "../../src/cli/views/show.ts";
import type { ListedIssue } from "../../src/gate/documents/list.ts";
import { list } from "../../src/gate/documents/list.ts";
import { show } from "../../src/gate/documents/show.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { makeProject } from "../support/project.ts";
import { runAtTerminal, runGate, runJson } from "../support/terminal.ts";

const PLAIN = styleOf({ environment: {}, terminal: { input: false, output: false, error: false } }, "output");
const COLORED = styleOf({ environment: {}, terminal: { input: true, output: true, error: true } }, "output");
const uncolored = (text: string) => text.replace(/\u001b\[\d+m/g, "");
const linesOf = (text: string) => uncolored(text).split("\n");

async function makeIssues() {
  const project = makeProject();
  const call = async (...args: string[]) => expect((await runGate(project.root, ...args)).code).toBe(0);
  await call("start", "1234", "--title", "Rate limit the login \u202e 限流 🚦", "--branch", "feature/rate-limit");
  await call("save", "--done", "Researched the ways in which others have done it", "--doing", "Middleware:80");
  await call("start", "7", "--title", "Seven");
  await call("save", "--learning", `Redis forgets ${"what it was told ".repeat(12)}\u202eat night`);
  return project;
}

test("a list for people", async () => {
  const { root } = await makeIssues();
  const { stdout, stderr } = await runGate(root, "list");
  expect(stderr).toBe("");
  expect(stdout.replace(/ {2}\S+@\S+$/m, "")).toBe(
    "#7     Seven                                  active       0m\n" +
      "#1234  Rate limit the login \\u{202e} 限流 🚦  paused  1/2  0m  feature/rate-limit\n",
  );
  expect((await runGate(root, "list", "--done")).stdout).toBe("No issue is finished.\n");
  expect(Object.keys(await runJson(root, "list"))).toEqual(["issues", "skipped", "elsewhere"]);
  expect((await runGate(root, "list", "--done", "--all")).code).toBe(2);
});

test("files that are left out of a list are named on standard error, unless it is to be quiet", async () => {
  const project = await makeIssues();
  project.write(".claude/work/a\u001b[2J.md", "no issue\n");
  const { stdout, stderr } = await runAtTerminal({ cwd: project.root, environment: { NO_COLOR: "1" } }, "list");
  expect(stdout).not.toContain("\u001b");
  expect(stderr).toContain("warning: .claude/work/a\\u{1b}[2J.md is left out: ");
  expect(stderr).not.toContain("\u001b");
  expect((await runGate(project.root, "list", "--quiet")).stderr).toBe("");
});

const title = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("", "限流".repeat(40), "a\u0301".repeat(99)),
);
const issue = fc.record({
  issueNumber: fc.integer({ min: 1, max: 99_999 }),
  title,
  status: fc.constantFrom("in_progress", "paused", "completed", "odd\u001b[2J", undefined),
  active: fc.boolean(),
  progress: fc.constantFrom(undefined, { completed: 1, total: 2 }, { completed: 100, total: 2000 }),
  branch: fc.option(title, { nil: undefined }),
  started: fc.constant(undefined),
  lastUpdated: fc.constantFrom(undefined, "2024-10-23T14:30:00Z", "2024-10-01", "never"),
  freshness: fc.constantFrom(undefined, "recent", "stale"),
  claim: fc.constant(undefined),
  path: fc.constant(".claude/work/1.md"),
}) as fc.Arbitrary<ListedIssue>;

test("no line of a list is wider than the terminal, and colours make none wider", () => {
  fc.assert(
    fc.property(fc.array(issue, { minLength: 1, maxLength: 6 }), fc.integer({ min: 20, max: 200 }), (issues, width) => {
      const lines = viewIssues(issues, NOW, width, PLAIN);
      expect(lines).toHaveLength(issues.length);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
      for (const line of lines) expect(line).not.toContain("\u001b");
      expect(viewIssues(issues, NOW, width, COLORED).map(uncolored)).toEqual(lines);
    }),
    runs(500),
  );
});

test("a line that was found fits, and what was found can be seen", () => {
  const word = "needle";
  const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 300 }), fc.constant("x ".repeat(400)));
  fc.assert(
    fc.property(text, text, fc.integer({ min: 40, max: 200 }), (before, after, width) => {
      const line = `${before} ${word} ${after}`.replace(/[\r\n]/g, " ");
      const column = line.indexOf(word) + 1;
      const match = { path: ".claude/work/1234.md", line: 120, column, issueNumber: 1, section: undefined, text: line };
      const shown = viewMatch(match, width, COLORED);
      for (const each of linesOf(shown)) expect(columnsOf(each)).toBeLessThanOrEqual(width);
      expect(uncolored(shown)).toContain(word);
      expect(uncolored(shown)).toContain(`.claude/work/1234.md:120:${column}`);
    }),
    runs(500),
  );
});

test("lines that were found, for people", async () => {
  const { root } = await makeIssues();
  const { stdout } = await runGate(root, "search", "REDIS", "night");
  expect(stdout).toMatch(/^\.claude\/work\/7\.md:\d+:3 {2}- Redis forgets .*\\u\{202e\}at night\n$/);
  const nothing = await runGate(root, "search", "redis", "\u202eabsent");
  expect(nothing).toEqual({ code: 0, stdout: 'No line holds "redis" and "\\u{202e}absent".\n', stderr: "" });
  expect((await runJson(root, "search", "absent"))["matches"]).toEqual([]);
  const { stderr, code } = await runGate(root, "search");
  expect([code, stderr]).toEqual([2, expect.stringContaining("no words were given")]);
  expect((await runGate(root, "search", "", " ")).code).toBe(2);
  expect((await runGate(root, "search", "2024", "20", "--limit", "1")).stdout).toMatch(
    /\nand \d+ lines? more\n$|^No line/,
  );
});

test.each([40, 80, 200])("an issue on %i columns", async (width) => {
  const { gate } = await makeIssues();
  for (const number of [7, 1234]) {
    const shown = viewShown(await show(gate, number), NOW, width, COLORED);
    const [said = ""] = uncolored(shown).split("\n\nProblems of ");
    const [, ...sections] = said.split("\n\n");
    for (const line of sections.flatMap(linesOf)) expect(columnsOf(line)).toBeLessThanOrEqual(width);
    expect(uncolored(shown)).not.toContain("\u202e");
  }
  expect((await list(gate)).issues).toHaveLength(2);
});

test("an issue for people", async () => {
  const { root } = await makeIssues();
  const { stdout, code } = await runGate(root, "show", "#1234");
  expect(code).toBe(0);
  expect(stdout.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")).toBe(`#1234 Rate limit the login \\u{202e} 限流 🚦
paused  .claude/work/1234.md
Branch   feature/rate-limit
Updated  just now  recent  TIME
Started  TIME

Progress
  ✅ Researched the ways in which others have done it
  🔄 Middleware (80% done)

Log, newest first
  TIME
    - Paused
  TIME
    - ✅ Researched the ways in which others have done it
    - 🔄 Middleware (80% done)
`);
  expect((await runGate(root, "show", "9")).code).toBe(3);
});
