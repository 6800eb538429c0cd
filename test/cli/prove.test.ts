/** `gate prove` as a program: streams, signals, kills, and who runs beside it. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type GitProject, makeGitProject } from "../support/git-project.ts";
import { PROGRAM, runProgram } from "../support/program.ts";
import { runGate } from "../support/terminal.ts";

const ENV = { PATH: process.env["PATH"], HOME: "/nowhere" };
const NODE = process.execPath;

async function makeStarted(): Promise<GitProject> {
  const project = makeGitProject();
  expect((await run(project, "start", "7", "--title", "Seven")).code).toBe(0);
  return project;
}

const run = ({ root }: GitProject, ...words: readonly string[]) =>
  runProgram(NODE, [PROGRAM, ...words], { cwd: root, env: ENV });

/** Begins a command that says on standard output when it runs, and waits for that. */
async function begin({ root }: GitProject, code: string) {
  const words = [
    PROGRAM,
    "prove",
    "T",
    "--",
    NODE,
    "-e",
    `${code}; console.log(process.pid); setInterval(() => {}, 1000)`,
  ];
  const child = spawn(NODE, words, { cwd: root, env: ENV, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const pid = await new Promise<number>((resolve) => child.stdout.once("data", (text) => resolve(Number(text))));
  return { child, pid, ended, errors: () => errors };
}

const testsIn = async (project: GitProject) => JSON.parse((await run(project, "show", "--json")).stdout).tests;

test("the command has the streams of the program, and with --json its output goes to standard error", async () => {
  const project = await makeStarted();
  const command = ["--", NODE, "-e", "console.log('out'); console.error('err')", "x", "--json"];
  const plain = await run(project, "prove", "T", ...command);
  expect(plain).toMatchObject({ code: 0, stderr: "err\n" });
  expect(plain.stdout).toMatch(/^out\nProgress updated for issue #7\n/);
  const json = await run(project, "prove", "T", "--json", ...command);
  expect(json.code).toBe(0);
  expect(json.stderr.split("\n").sort()).toEqual(["", "err", "out"]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    success: true,
    tests: [{ name: "T", exit_code: 0, state: "proven" }],
  });
});

test("a command that fails ends with the code of the document, not its own", async () => {
  const project = await makeStarted();
  const { code, stdout, stderr } = await run(project, "prove", "T", "--json", "--", NODE, "-e", "process.exit(42)");
  expect([code, stderr]).toEqual([1, ""]);
  expect(JSON.parse(stdout)).toMatchObject({
    success: false,
    error: { code: "NOT_PROVEN", path: ".claude/work/7.md" },
  });
  expect(await testsIn(project)).toMatchObject([{ passed: false, exit_code: 42, state: "unproven" }]);
});

test("output without end goes through, and is kept nowhere", async () => {
  const project = await makeStarted();
  const code = "const part = Buffer.alloc(1 << 20, 'x'); for (let at = 0; at < 100; at++) fs.writeSync(1, part)";
  const child = spawn(NODE, [PROGRAM, "prove", "T", "--json", "--", NODE, "-e", code], { cwd: project.root, env: ENV });
  let size = 0;
  child.stderr.on("data", (part: Buffer) => {
    size += part.length;
  });
  child.stdout.resume();
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
  expect(size).toBe(100 * 2 ** 20);
  expect(project.read(".claude/work/7.md").length).toBeLessThan(5000);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s goes to the command, and how it ended is recorded",
  async (signal) => {
    const project = await makeStarted();
    const { child, ended, errors } = await begin(project, "");
    child.kill(signal);
    expect(await ended).toBe(1);
    expect(errors()).toContain(`ended with ${signal}`);
    expect(await testsIn(project)).toMatchObject([{ name: "T", passed: false, exit_code: null, state: "unproven" }]);
  },
);

test("a command that ends a signal in its own way has its own exit code", async () => {
  const project = await makeStarted();
  const { child, ended } = await begin(project, "process.on('SIGTERM', () => process.exit(0))");
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(await testsIn(project)).toMatchObject([{ passed: true, exit_code: 0, state: "proven" }]);
});

test("killed while the command runs, nothing is written and nobody is kept waiting", async () => {
  const project = await makeStarted();
  const names = () => Object.keys(project.tree()).filter((name) => !name.startsWith(".git"));
  const before = names();
  const { child, pid, ended } = await begin(project, "");
  // Others save meanwhile, without waiting.
  expect((await run(project, "save", "--log", "Meanwhile", "--lock-timeout", "1")).code).toBe(0);
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
  // What it started lives on, and has its streams.
  process.kill(pid, "SIGKILL");
  await ended;
  expect(project.read(".claude/work/7.md")).toContain("- Meanwhile\n");
  expect(project.read(".claude/work/7.md")).not.toContain("] T\n");
  expect(names()).toEqual(before);
  expect((await run(project, "check")).code).toBe(0);
});

test("saves of others while the command runs are kept, and so is the run", async () => {
  const project = await makeStarted();
  const { child, ended } = await begin(project, "process.on('SIGTERM', () => process.exit(0))");
  const saves = Array.from({ length: 5 }, (_, at) => run(project, "save", "--learning", `L${at}`));
  expect((await Promise.all(saves)).map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  const text = project.read(".claude/work/7.md");
  for (let at = 0; at < 5; at++) expect(text).toContain(`- L${at}\n`);
  expect(await testsIn(project)).toMatchObject([{ name: "T", state: "proven" }]);
});

test("nothing in a file is ever run, however it looks", async () => {
  const project = await makeStarted();
  const witness = join(project.root, "witness");
  const line = `- [x] T\n  - \`touch ${witness}\` → exit 0, 2024-10-23T16:30:00Z, commit ${"0".repeat(40)}, tree sha256:${"0".repeat(64)}\n`;
  project.write(".claude/work/7.md", project.read(".claude/work/7.md").replace("## Tests\n", `## Tests\n\n${line}`));
  expect(await testsIn(project)).toMatchObject([{ name: "T", command: `touch ${witness}`, state: "stale" }]);
  for (const words of [["status"], ["check"], ["done", "--dry-run"], ["save", "--log", "x"], ["done"]])
    await run(project, ...words);
  expect(existsSync(witness)).toBe(false);
});

test("without a command it says how one is given", async () => {
  const project = await makeStarted();
  for (const words of [["T"], ["T", "--"], ["--", ""]]) {
    const { code, stderr } = await runGate(project.root, "prove", ...words);
    expect([code, stderr]).toEqual([
      2,
      "error: Cannot prove anything: no command is given\n  For example: gate prove 'Tests pass' -- npm test\n",
    ]);
  }
  expect((await runGate(project.root, "prove", "T", "npm", "test")).code).toBe(2);
  expect((await runGate(project.root, "prove", "--help")).stdout).toContain(
    "gate prove [options] [text] -- <command...>",
  );
});

test("save with a command completes the item that it proves, and refuses a command that is empty", async () => {
  const project = await makeStarted();
  await run(project, "save", "--todo", "All tests pass");
  const failed = await run(project, "save", "--done", "tests", "--json", "--", NODE, "-e", "process.exit(1)");
  expect([failed.code, JSON.parse(failed.stdout).error.code]).toEqual([1, "NOT_PROVEN"]);
  expect((await run(project, "save", "--done", "tests", "--")).code).toBe(2);
  const { stdout } = await run(project, "save", "--done", "tests", "--", NODE, "-e", "console.log('ran')");
  expect(stdout).toMatch(
    /^ran\nProgress updated for issue #7\n {2}✅ All tests pass\n {2}\[x\] All tests pass {2}\(proven: /,
  );
  expect((await run(project, "save", "--done", "tests", "--json", "--dry-run", "--", NODE, "-e", "")).code).toBe(0);
});
