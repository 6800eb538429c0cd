/** Help: for the program, for every command, in every way one may ask for it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/registry.ts";
import { makeFolder, runBuilt } from "../support/program.ts";
import { runAtTerminal, runGate } from "../support/terminal.ts";

const names = COMMANDS.map(({ name }) => name);
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

test("the program's help, asked for in four ways", async () => {
  const folder = makeFolder();
  const [bare, word, long, short] = await Promise.all(
    [[], ["help"], ["--help"], ["-h"]].map((args) => runGate(folder, ...args)),
  );
  expect(bare).toMatchObject({ code: 0, stderr: "" });
  expect([word, long, short]).toEqual([bare, bare, bare]);
  const text = bare!.stdout;
  for (const name of names) expect(text).toMatch(new RegExp(`^  ${name} {2,}\\w`, "m"));
  const headings = [...text.matchAll(/^(\w[\w ]*):$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    ...["Every day", "Repair", "Agents", "Several people", "Programs", "This program", "Examples"],
  ]);
  expect(text).toContain("\nFlags of every command: gate help flags\n");
  expect(text).not.toContain("--lock-timeout");
});

test("what every command takes is told once", async () => {
  const { stdout, code } = await runGate(makeFolder(), "help", "flags");
  expect(code).toBe(0);
  for (const flag of [
    "--root <dir>",
    "--json",
    "--yes",
    "--no-input",
    "--dry-run",
    "--quiet",
    "--if-match <hash>",
    "--lock-timeout <seconds>",
  ])
    expect(stdout).toContain(`  ${flag} `);
});

test("a word that is no command but means one is answered with it", async () => {
  const words = "ls log resume finish stop note get set open close doing todo".split(" ");
  for (const word of words) {
    const { code, stderr } = await runGate(makeFolder(), word, "x");
    expect(code, word).toBe(2);
    const [, meant = ""] = /\n {2}Use: gate (\w+)/.exec(stderr) ?? [];
    expect(names, word).toContain(meant);
  }
  const { stderr } = await runGate(makeFolder(), "stauts");
  expect(stderr).toContain("Did you mean status?");
});

test.each(names)("the help of %s, asked for in three ways, with examples that are calls of it", async (name) => {
  const asked = [
    ["help", name],
    [name, "--help"],
    ["--help", name],
  ];
  const [first, ...others] = await Promise.all(asked.map((args) => runAtTerminal({ cwd: "/" }, ...args)));
  for (const other of others) expect(other).toEqual(first);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const text = first!.stdout;
  expect(text).toMatch(new RegExp(`^Usage: gate ${name}\\b`));
  const examples = text
    .slice(text.indexOf("\nExamples:\n"))
    .split("\n")
    .filter((line) => line.includes(`gate ${name}`));
  expect(examples.length).toBeGreaterThan(0);
  for (const line of text.split("\n")) expect(line.trimEnd()).toBe(line);
});

test("help in the built program", async () => {
  const ended = await runBuilt({ cwd: makeFolder() }, "save", "--help");
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain("--from-json <file>");
  expect(ended.stdout).toContain('"progress_items"');
});

test("--version prints the version alone", async () => {
  const folder = makeFolder();
  const expected = { code: 0, stdout: `${version}\n`, stderr: "" };
  expect(await runBuilt({ cwd: folder }, "--version")).toEqual(expected);
  expect(await runBuilt({ cwd: folder }, "status", "-V")).toEqual(expected);
});

const inner = (
  await Promise.all(
    COMMANDS.map(async (registered) => {
      const module = await registered.load();
      return "subcommands" in module ? module.subcommands.map(({ name }) => [registered.name, name] as const) : [];
    }),
  )
).flat();

test.each(inner)(
  "the help of %s %s, asked for in four ways, with examples that are calls of it",
  async (group, name) => {
    const asked = [
      ["help", group, name],
      [group, name, "--help"],
      [group, "--help", name],
      ["--help", group, name],
    ];
    const [first, ...others] = await Promise.all(asked.map((args) => runAtTerminal({ cwd: "/" }, ...args)));
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first!.stdout).toMatch(new RegExp(`^Usage: gate ${group} ${name}\\b`));
    expect(first!.stdout).toMatch(new RegExp(`Examples:\n  gate ${group} ${name}\\b`));
  },
);

test("a group without a command prints its help; an unknown one is refused", async () => {
  const bare = await runAtTerminal({ cwd: "/" }, "kv");
  expect(bare).toEqual(await runAtTerminal({ cwd: "/" }, "kv", "--help"));
  expect(bare.stdout).toContain("Usage: gate kv <command>");
  for (const args of [
    ["kv", "chekpoint"],
    ["help", "kv", "chekpoint"],
  ]) {
    const refused = await runAtTerminal({ cwd: "/" }, ...args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/Cannot run gate kv: unknown command.*\n.*Did you mean (?:one of )?checkpoint/);
  }
  const json = await runAtTerminal({ cwd: "/" }, "kv", "--json");
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "INVALID_ARGUMENT" } });
  expect((await runAtTerminal({ cwd: "/" }, "kv", "--unknown", "save")).code).toBe(2);
});
