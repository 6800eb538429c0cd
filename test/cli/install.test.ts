/** `gate install` as people call it: what is found, asked and said. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { listTree, makeFolder, runBuilt } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** A home folder with agents in it, and a PATH with programs on it. */
function makeMachine(folders: readonly string[], programs: readonly string[]) {
  const [home, bin] = [makeFolder(), makeFolder()];
  for (const folder of folders) mkdirSync(join(home, folder));
  for (const program of programs) {
    writeFileSync(join(bin, program), "");
    chmodSync(join(bin, program), 0o755);
  }
  return { home, environment: { PATH: bin } };
}

/** As a person at a terminal, with a home folder. */
async function sit(
  cwd: string,
  { home, environment }: ReturnType<typeof makeMachine>,
  answer: string,
  ...args: string[]
) {
  let [stdout, stderr] = ["", ""];
  const code = await run(args, {
    cwd,
    home,
    environment,
    terminal: { input: true, output: true, error: true },
    version: "0.0.0",
    out: (text) => (stdout += text),
    error: (text) => (stderr += text),
    async ask(question) {
      stderr += question;
      return answer;
    },
  });
  return { code, stdout, stderr };
}

test("without options it finds the agents that are there, shows the change and asks", async () => {
  const { root, tree, exists } = makeProject();
  const machine = makeMachine([".gemini", ".claude"], ["gate", "codex"]);
  const before = tree();
  const declined = await sit(root, machine, "no", "install");
  expect(declined.code).toBe(3);
  expect(declined.stderr).toMatch(
    /Found claude: ~\/\.claude is there\.\nFound codex: codex is on the PATH\.\nFound gemini: /,
  );
  expect(declined.stderr).toContain("+++ b/.gemini/settings.json");
  expect(declined.stderr).toContain("Write this? [yes/no] ");
  expect(declined.stderr).not.toContain("copilot");
  expect(tree()).toEqual(before);
  const agreed = await sit(root, machine, "yes", "install");
  expect(agreed.code).toBe(0);
  expect([".claude/settings.json", ".codex/hooks.json", ".gemini/settings.json", ".github"].map(exists)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  const again = await sit(root, machine, "no", "install");
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("nothing was changed")]);
  const gone = await sit(root, machine, "yes", "uninstall");
  expect(gone.stderr).toContain("Take this out? [yes/no] ");
  expect(tree()).toEqual(before);
});

test("where no agent is found or nobody can be asked, it says what to give", async () => {
  const { root } = makeProject();
  const before = listTree(root);
  const none = await sit(root, makeMachine([], []), "yes", "install", "--mcp");
  expect([none.code, none.stderr]).toEqual([
    3,
    expect.stringContaining("--agent claude, codex, copilot, gemini, qwen"),
  ]);
  for (const args of [["install"], ["install", "--yes"], ["install", "--dry-run"], ["install", "--allow"]]) {
    const ended = await runBuilt({ cwd: root }, ...args);
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining("no agent is found on this machine")]);
  }
  // Those that are there are found without a terminal too; what they get is still agreed to.
  const { home } = makeMachine([".codex"], []);
  const found = await runBuilt({ cwd: root, environment: { HOME: home } }, "install");
  expect([found.code, found.stderr]).toEqual([3, expect.stringContaining("gate install --agent codex --yes")]);
  const shown = await runBuilt({ cwd: root, environment: { HOME: home } }, "install", "--dry-run");
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining(".codex/hooks.json")]);
  const asked = await runBuilt({ cwd: root }, "install", "--agent", "claude", "--agent", "gemini", "--auto-approve");
  expect(asked.code).toBe(3);
  expect(asked.stderr).toContain("gate install --agent claude --agent gemini --auto-approve --yes");
  const unknown = await runAtTerminal({ cwd: root }, "install", "--agent", "other");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("claude, codex, copilot, gemini")]);
  expect(listTree(root)).toEqual(before);
});

test("the built program, in a folder without anything, with HOME", async () => {
  const [cwd, { home }] = [makeFolder(), makeMachine([], [])];
  const environment = { HOME: home };
  const given = ["--agent", "copilot", "--scope", "user", "--yes", "--json"];
  const { stdout, code } = await runBuilt({ cwd, environment }, "install", "--mcp", ...given);
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as { command: string; files: object[] };
  expect(result.files).toEqual([
    { path: "~/.copilot/hooks/state-gatekeeper.json", change: "created" },
    { path: "~/.copilot/mcp-config.json", change: "created" },
  ]);
  expect(result.command).toContain("bin.cjs");
  expect(Object.keys(listTree(cwd))).toEqual([""]);
  await runBuilt({ cwd, environment }, "uninstall", "--scope", "user", "--yes");
  expect(Object.keys(listTree(home)).filter((name) => !name.startsWith(".claude"))).toEqual([""]);
});

test("what is broken is said with its place, and the lines to paste can be pasted", async () => {
  const { root } = makeProject({ ".gemini/settings.json": '{\n  "a": 1\n  "b": 2\n}\n' });
  const ended = await runBuilt({ cwd: root }, "install", "--agent", "gemini", "--mcp", "--yes");
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("error: Cannot change .gemini/settings.json:3:3: ");
  const [, lines = ""] = ended.stderr.split("by hand:\n");
  const warning = lines.indexOf("\nwarning:");
  const pasted = JSON.parse(warning === -1 ? lines : lines.slice(0, warning)) as Record<string, object>;
  expect(Object.keys(pasted)).toEqual(["hooks", "mcpServers"]);
});

test("doctor says what is broken first, each with its command, and works without a project", async () => {
  const folder = makeFolder();
  const machine = makeMachine([], ["gate"]);
  expect(await sit(folder, machine, "", "doctor")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("broken.\n"),
  });
  expect(Object.keys(listTree(folder))).toEqual([""]);
  const { root } = makeProject();
  const other = makeMachine([".claude"], []);
  await sit(root, other, "yes", "install", "--agent", "claude");
  const { code, stdout } = await sit(root, other, "", "doctor");
  expect(code).toBe(1);
  const lines = stdout.split("\n");
  const firstGood = lines.findIndex((line) => line.includes("ok    "));
  expect(lines.findLastIndex((line) => line.includes("broken  "))).toBeLessThan(firstGood);
  expect(stdout).toContain("        \u001b[1mclaude\u001b[22m\n");
  const { environment } = other;
  const built = await runBuilt({ cwd: root, environment: { ...environment, HOME: other.home } }, "doctor", "--json");
  expect(built.code).toBe(1);
  const { checks } = JSON.parse(built.stdout) as { checks: Record<string, unknown>[] };
  for (const check of checks) expect(Object.keys(check)).toEqual(["agent", "name", "ok", "message", "fix"]);
  expect(checks[0]).toMatchObject({ ok: false });
});
