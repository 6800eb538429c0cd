/** Output that arrives whole, readers that go away, colours, and text that steers no terminal. */
import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { PROGRAM } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runAtTerminal, runGate, runGateWith } from "../support/terminal.ts";

const ESCAPE = "\u001b[31m";
const STATE = ".claude/state.md";

async function makeWork() {
  const project = makeProject();
  const cwd = project.root;
  await runAtTerminal({ cwd }, "start", "7", "--title", "Seven", "--branch", "b");
  await runAtTerminal({ cwd }, "save", "--done", "A", "--doing", "B:40", "--next", "N", "--question", "Q → R");
  return project;
}

/** Runs the program with a pipe that the test controls. */
function start(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stderr }));
  });
  return { child, ended };
}

test("a reader that closes the pipe ends the program quietly", async () => {
  const { root } = await makeWork();
  for (const args of [["status"], ["status", "--json"], ["help"], ["check"]]) {
    const { child, ended } = start(root, ...args);
    child.stdout.destroy();
    expect(await ended).toEqual({ code: 0, stderr: "" });
  }
});

test("a large answer arrives whole through a slow pipe", async () => {
  const project = await makeWork();
  const lines = Array.from({ length: 6000 }, (_, index) => `- line ${index} ${"x".repeat(60)}`).join("\n");
  project.write(STATE, `${project.read(STATE).trimEnd()}\n${lines}\n`);
  const { child, ended } = start(project.root, "status", "--json");
  let stdout = "";
  child.stdout.setEncoding("utf8");
  // The pipe is full long before anybody reads.
  await new Promise((resolve) => setTimeout(resolve, 400));
  for await (const text of child.stdout) stdout += text;
  expect((await ended).code).toBe(0);
  expect(stdout.length).toBeGreaterThan(400_000);
  expect((JSON.parse(stdout) as { context: unknown[] }).context).toHaveLength(6000);
});

test.runIf(existsSync("/dev/full"))("a full disk behind standard output is an error", async () => {
  const { root } = await makeWork();
  for (const args of [["status"], ["status", "--json"], ["help"]]) {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: root,
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    });
    let stderr = "";
    child.stderr!.setEncoding("utf8").on("data", (text) => (stderr += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: Cannot write to standard output: the disk is full\n {2}.+\n$/);
    expect(stderr).not.toContain("    at ");
  }
});

test("colours are for terminals, and not where NO_COLOR is set", async () => {
  const { root: cwd, write } = await makeWork();
  const plain = await runGateWith({ cwd, environment: { FORCE_COLOR: "1" } }, "status");
  expect(plain.stdout).not.toContain("\u001b");
  const colored = await runAtTerminal({ cwd }, "status");
  expect(colored.stdout).toContain("\u001b[1m");
  const off = await runAtTerminal({ cwd, environment: { NO_COLOR: "1" } }, "status");
  expect(off.stdout).not.toContain("\u001b");
  const emptyMeansNothing = await runAtTerminal({ cwd, environment: { NO_COLOR: "" } }, "status");
  expect(emptyMeansNothing.stdout).toBe(colored.stdout);
  expect((await runAtTerminal({ cwd, environment: { TERM: "dumb" } }, "status")).stdout).toBe(off.stdout);
  expect((await runAtTerminal({ cwd }, "status", "--json")).stdout).not.toContain("\u001b");
  const patch = await runAtTerminal({ cwd }, "save", "--todo", "C", "--dry-run");
  expect(patch.stdout).toContain("\u001b[32m+- ⏸️ C\u001b[39m");
  write(".claude/work/8.md", "# Issue #8: Eight\n\n**Status:** in_progress\n");
  expect((await runAtTerminal({ cwd }, "check")).stdout).toContain("\u001b[33mwarning\u001b[39m missing-url");
});

test("text from files steers no terminal", async () => {
  const project = await makeWork();
  const dangerous = `evil${ESCAPE}\u202e\u200b`;
  project.write(
    STATE,
    project
      .read(STATE)
      .replace("Seven", dangerous)
      .replace("**Branch:** b", `**Branch:** ${dangerous}`)
      .replace("✅ A", `✅ ${dangerous}`)
      .replace("1. N", `1. ${dangerous}`)
      .replace("## Blockers", `## Blockers\n${dangerous}`)
      .replace("## Context", `## Context\n- ${dangerous}`),
  );
  const calls = [
    ["status"],
    ["status", "--json"],
    ["check"],
    ["check", "--format", "github"],
    ["start", "7"],
    ["save", "--todo", "C"],
  ];
  const ended = await Promise.all(calls.map((args) => runGate(project.root, ...args, "--dry-run")));
  for (const { stdout, stderr } of ended) expect(stdout + stderr).not.toMatch(/[\u001b\u202e\u200b]/);
  expect(ended[0]!.stdout).toContain("evil\\u{1b}[31m\\u{202e}\\u{200b}");
  expect((JSON.parse(ended[1]!.stdout) as { branch: string }).branch).toBe(dangerous);
});

test("the answer is on standard output, what people should know on standard error", async () => {
  const project = await makeWork();
  project.write(".claude/work/7.md", "\u0000");
  const text = await runGate(project.root, "save", "--done", "A", "--doing", "B");
  expect(text.stdout).toBe("Progress updated for issue #7\n  ✅ A\n  🔄 B (40% done)\n");
  expect(text.stderr).toMatch(/^warning: \.claude\/work\/7\.md cannot be trusted/);
  const json = await runGate(project.root, "save", "--done", "A", "--doing", "B", "--json");
  expect(json.stderr).toBe(text.stderr);
  expect((JSON.parse(json.stdout) as { warnings: string[] }).warnings).toHaveLength(1);
  const quiet = await runGate(project.root, "save", "--done", "A", "--doing", "B", "--json", "--quiet");
  expect([quiet.stderr, quiet.stdout]).toEqual(["", expect.stringContaining('"warnings"')]);
});

test("a save that takes away completed work says so, everywhere but with --quiet", async () => {
  const project = await makeWork();
  const before = project.read(STATE);
  const warning = '1 completed item is no longer in Progress: "A"; gate undo brings them back';
  const said = `warning: ${warning}\n`;
  for (const [args, stderr] of [
    [["--dry-run"], `${said}Dry run: nothing was written.\n`],
    [["--dry-run", "--json"], said],
    [["--dry-run", "--quiet"], ""],
  ] as const) {
    const ended = await runGate(project.root, "save", "--replace", "--doing", "B:40", ...args);
    expect([ended.code, ended.stderr]).toEqual([0, stderr]);
  }
  expect(project.read(STATE)).toBe(before);
  const json = await runGate(project.root, "save", "--replace", "--doing", "B:40", "--json");
  expect(json.stderr).toBe(said);
  expect(JSON.parse(json.stdout)).toMatchObject({ success: true, items_updated: 1, warnings: [warning] });
  project.write(STATE, before.replace("✅ A", `✅ A${ESCAPE}\u202e`));
  const text = await runGate(project.root, "save", "--replace", "--doing", "B:40");
  expect(text.stdout).toBe("Progress updated for issue #7\n  🔄 B (40% done)\n");
  expect(text.stderr).toBe(said.replace('"A"', '"A\\u{1b}[31m\\u{202e}"'));
});

test("JSON is one object and a line break", async () => {
  const { root } = await makeWork();
  const { stdout } = await runGate(root, "status", "--json");
  expect(stdout).toMatch(/^\{[\s\S]*\}\n$/);
});
