/** What is asked, of whom, and what happens after each answer. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { listTree, PROGRAM } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { ctrlC, endOfInput, runAtTerminal, runGate } from "../support/terminal.ts";

const NOTES = "# Notes\n\nabout the state of things\n";
const STATE = ".claude/state.md";

test.each(["yes", "y", " YES "])("adopting is asked for, and %j is consent", async (answer) => {
  const project = makeProject({ [STATE]: NOTES });
  const ended = await runAtTerminal({ cwd: project.root, answers: [answer] }, "init", "--adopt");
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain("+## Active Work");
  expect(ended.stderr).toContain("Add this to the file? [yes/no] ");
  expect(project.read(STATE)).toContain(NOTES);
  expect(project.read(STATE)).toContain("## Active Work");
});

test.each([
  ["no", []],
  ["N", []],
  ["", []],
  [undefined, []],
  ["maybe", [undefined]],
  ["maybe", ["no", "yes"]],
  ["maybe", ["yes please", "ok", "yes"]],
])("%j and then %j is none", async (answer, then) => {
  const project = makeProject({ [STATE]: NOTES });
  const before = listTree(project.root);
  const answers = [answer, ...then].map((each) => (each === undefined ? endOfInput : each));
  const ended = await runAtTerminal({ cwd: project.root, answers }, "init", "--adopt", "--json");
  expect(ended.code).toBe(3);
  expect(JSON.parse(ended.stdout)).toMatchObject({ success: false, error: { code: "DECLINED" } });
  expect(listTree(project.root)).toEqual(before);
});

test("what is neither yes nor no is asked again, and the diff is not shown again", async () => {
  const project = makeProject({ [STATE]: NOTES });
  const ended = await runAtTerminal({ cwd: project.root, answers: ["ye", "\u001b[2J", "yes"] }, "init", "--adopt");
  expect(ended.code).toBe(0);
  expect(ended.stderr.split("+## Active Work")).toHaveLength(2);
  const again = "Add this to the file? [yes/no] ";
  expect(ended.stderr).toContain(
    `${again}ye is neither yes nor no.\n${again}\\u{1b}[2J is neither yes nor no.\n${again}`,
  );
});

test.each([[[ctrlC]], [["maybe", ctrlC]]])(
  "Ctrl-C at the question exits with 130 and writes nothing",
  async (answers) => {
    const project = makeProject({ [STATE]: NOTES });
    const before = listTree(project.root);
    const ended = await runAtTerminal({ cwd: project.root, answers }, "init", "--adopt");
    expect(ended.code).toBe(130);
    expect(listTree(project.root)).toEqual(before);
  },
);

test("what changed while the question stood is not written over", async () => {
  const project = makeProject({ [STATE]: NOTES });
  const saveMeanwhile = () => {
    project.write(STATE, `${NOTES}more\n`);
    return "yes";
  };
  const ended = await runAtTerminal({ cwd: project.root, answers: [saveMeanwhile] }, "init", "--adopt", "--json");
  expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "CONFLICT" } });
  expect(project.read(STATE)).toBe(`${NOTES}more\n`);
});

test("nobody is asked without a terminal or with --no-input, and the hint is the call to make", async () => {
  const project = makeProject({ [STATE]: NOTES });
  const { root } = project;
  const before = listTree(root);
  const forbidden = await runAtTerminal(
    { cwd: root, answers: ["yes"], terminal: { error: false } },
    "init",
    "--adopt",
    "--no-input",
  );
  const alone = await runGate(root, "init", "--adopt");
  expect(alone).toEqual(forbidden);
  expect(alone.code).toBe(3);
  expect(alone.stderr).toContain("Run: gate init --adopt --yes\n");
  const named = await runGate("/", "--root", root, "init", "--adopt");
  expect(named.stderr).toContain(`Run: gate init --adopt --root ${root} --yes\n`);
  expect(listTree(root)).toEqual(before);
  expect((await runGate(root, "init", "--adopt", "--yes")).code).toBe(0);
});

test("nothing is asked where there is nothing to adopt", async () => {
  const { root } = makeProject();
  expect(await runGate(root, "init", "--adopt")).toMatchObject({ code: 0 });
  expect(await runGate(root, "init", "--adopt")).toMatchObject({ code: 0 });
});

async function makeIdle() {
  const project = makeProject();
  for (const [issue, title] of [
    ["7", "Seven"],
    ["8", "Eight"],
  ] as const)
    await runAtTerminal({ cwd: project.root }, "start", issue, "--title", title);
  await runAtTerminal({ cwd: project.root }, "done", "--no-archive");
  return project;
}

test("reconstruct with a choice needs consent", async () => {
  const { root } = await makeIdle();
  const before = listTree(root);
  const refused = await runGate(root, "reconstruct", "--select", "7", "--json");
  expect(refused.code).toBe(3);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: "CONSENT_REQUIRED", hint: "Run: gate reconstruct --select 7 --yes" },
  });
  expect(listTree(root)).toEqual(before);
  expect((await runGate(root, "reconstruct", "--select", "7", "--yes")).stdout).toContain(
    "Active work set to #7 - Seven",
  );
});

test("on a terminal reconstruct asks which one, shows the result and asks again", async () => {
  const { root } = await makeIdle();
  const declined = await runAtTerminal({ cwd: root, answers: ["7", "no"] }, "reconstruct");
  expect(declined.code).toBe(3);
  const none = await runAtTerminal({ cwd: root, answers: [""] }, "reconstruct");
  expect(none).toMatchObject({ code: 0 });
  const ended = await runAtTerminal({ cwd: root, answers: ["#7", "yes"] }, "reconstruct");
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(
    /#8[\s\S]*#7[\s\S]*Which one shall be active\?[\s\S]*Current Issue:\*\* #7 - Seven[\s\S]*Write this\?/,
  );
  expect(ended.stdout).toContain("Active work set to #7 - Seven");
  const programs = await runAtTerminal({ cwd: root, answers: ["7", "yes"] }, "reconstruct", "--json");
  expect(JSON.parse(programs.stdout)).toMatchObject({ user_selection_needed: true });
});

test("asked by the line, the number of a line is an answer, and what is none is asked again", async () => {
  const { root } = await makeIdle();
  const ended = await runAtTerminal({ cwd: root, answers: ["9", "2", "sure", "yes"] }, "reconstruct");
  expect(ended.stderr.split("Which one shall be active?")).toHaveLength(3);
  expect(ended.stderr).toContain("[1 to 2, #issue, or nothing for none]");
  expect(ended.stderr).toContain("9 is none of them.");
  expect(ended.stdout).toContain("Active work set to #7 - Seven");
});

const CTRL_C = "\u0003";
const END = "\u0004";

test.runIf(existsSync("/usr/bin/script") && process.platform === "linux").each([
  ["yes\r", 0],
  ["no\r", 3],
  [END, 3],
  [CTRL_C, 130],
])("at a real terminal %j exits with %i", async (typed, code) => {
  const project = makeProject({ [STATE]: NOTES });
  const ended = await typeAt(project.root, typed, "init", "--adopt");
  expect(ended.stdout).toContain("[yes/no]");
  expect(ended.code).toBe(code);
  expect(project.read(STATE) === NOTES).toBe(code !== 0);
});

/** Runs the built program at a terminal of its own and types as soon as it asks. */
function typeAt(cwd: string, typed: string, ...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const command = [process.execPath, PROGRAM, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (!stdout.includes("[yes/no]") && (stdout + text).includes("[yes/no]")) child.stdin.write(typed);
    stdout += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout })));
}
