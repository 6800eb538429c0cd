/** Completion scripts: run in bash as bash runs them; read by the other shells where they are installed. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wordsOfCommands } from "../../src/cli/completion/words.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { makeFolder, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runAtTerminal, runGate } from "../support/terminal.ts";

const names = COMMANDS.map(({ name }) => name);

function whyNot(shell: string): string | undefined {
  try {
    execFileSync(shell, ["-c", "exit 0"]);
    return undefined;
  } catch {
    return `${shell} is not installed`;
  }
}

/** What bash would offer for a line that ends where the cursor is. */
async function complete(cwd: string, line: string): Promise<string[]> {
  const { stdout: script } = await runAtTerminal({ cwd }, "completion", "bash");
  const words = line.split(" ");
  const test = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
$(complete -p gate | sed -E 's/.*-F ([^ ]+) .*/\\1/')
for word in "\${COMPREPLY[@]}"; do echo "$word"; done`;
  const { code, stdout, stderr } = await runProgram("bash", ["--norc", "-c", test], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((word) => word !== "");
}

const bash = whyNot("bash");

test.skipIf(bash !== undefined)("bash completes commands, flags and values", async () => {
  const { root } = makeProject();
  for (const name of ["7.md", "1234.md", "notes.md", "8.txt"]) {
    mkdirSync(`${root}/.claude/work`, { recursive: true });
    writeFileSync(`${root}/.claude/work/${name}`, "");
  }
  mkdirSync(`${root}/deep/er`, { recursive: true });
  expect(await complete(root, "gate ")).toEqual(names);
  expect(await complete(root, "gate st")).toEqual(["start", "status", "statusline"]);
  expect(await complete(root, "gate --json st")).toEqual(["start", "status", "statusline"]);
  expect(await complete(root, "gate --root st st")).toEqual(["start", "status", "statusline"]);
  expect(await complete(root, "gate --dr")).toEqual(["--dry-run"]);
  expect(await complete(root, "gate save --de")).toEqual(["--decision", "--description"]);
  expect(await complete(root, "gate done --no-")).toEqual(["--no-archive", "--no-input"]);
  expect(await complete(root, "gate start ")).toEqual(["1234", "7"]);
  expect(await complete(`${root}/deep/er`, "gate verify 1")).toEqual(["1234"]);
  expect(await complete(root, "gate reconstruct --select ")).toEqual(["1234", "7"]);
  expect(await complete(root, "gate check --format ")).toEqual(["pretty", "json", "github", "sarif"]);
  expect(await complete(root, "gate completion ")).toEqual(["bash", "zsh", "fish"]);
  expect(await complete(root, "gate help re")).toEqual(["recover", "redo", "restore", "reconstruct", "release"]);
  expect(await complete(root, "gate batch ne")).toEqual(["next"]);
  expect(await complete(root, "gate batch complete --to")).toEqual(["--tokens"]);
  expect(await complete(root, "gate start 7 --title ")).toEqual([]);
  expect(await complete(root, "gate save --from-json ")).toEqual([]);
  expect(await complete(root, "gate status ")).toEqual([]);
  expect(await complete(root, "gate kv ch")).toEqual(["checkpoint", "checkpoints"]);
  expect(await complete(root, "gate --json kv --yes re")).toEqual(["restore", "recover"]);
  expect(await complete(root, "gate kv save --t")).toEqual(["--ttl"]);
  expect(await complete(root, "gate kv migrate --to ")).toEqual(["json", "sqlite", "redis"]);
  expect(await complete(root, "gate kv --dr")).toEqual(["--dry-run"]);
});

test.skipIf(bash !== undefined)("bash has it for both names of the program", async () => {
  const { stdout } = await runGate(makeFolder(), "completion", "bash");
  const ended = await runProgram("bash", ["--norc", "-c", `${stdout}\ncomplete -p gate state-gatekeeper`], {});
  expect(ended).toEqual({
    code: 0,
    stdout: "complete -o default -F _gate gate\ncomplete -o default -F _gate state-gatekeeper\n",
    stderr: "",
  });
});

test.each(["zsh", "fish"])("%s reads its script", async (shell) => {
  const { code, stdout } = await runAtTerminal({ cwd: "/" }, "completion", shell);
  expect(code).toBe(0);
  // Every flag of every command is in it.
  const commands = await wordsOfCommands(COMMANDS);
  for (const command of commands.flatMap((each) => [each, ...(each.subcommands ?? [])])) {
    expect(stdout).toContain(command.name);
    for (const { flags } of command.flags) {
      for (const flag of flags) expect(stdout).toContain(shell === "fish" ? flag.replace(/^--?/, "") : flag);
    }
  }
  const reason = whyNot(shell);
  if (reason !== undefined) {
    console.info(`The syntax was not checked: ${reason}.`);
    return;
  }
  const ended = await runProgram(shell, ["-n", "/dev/stdin"], {}, stdout);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
});

test("an unknown shell is refused with those that are known", async () => {
  const ended = await runAtTerminal({ cwd: "/" }, "completion", "tcsh");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("Allowed choices are bash, zsh, fish.");
});
