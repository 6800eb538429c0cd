/** Failures: the exit code of each error, what is printed where, and what is suggested. */
import { mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { acquireLock } from "../../src/files/lock/lock.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { type Ended, runAtTerminal, runGate, runGateWith } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const SOUND = `---
schema_version: 1
---
# Session State

**Last Updated:** 2024-10-23T14:30:00Z

## Active Work

**Current Issue:** #7 - Seven
**Started:** 2024-10-23T10:00:00Z

## Recent Work

## Blockers

## Context
`;

function errorOf({ stdout }: Ended): Record<string, unknown> {
  const failure = JSON.parse(stdout) as { success: boolean; error: Record<string, unknown> };
  expect(Object.keys(failure)).toEqual(["success", "error"]);
  expect(failure.success).toBe(false);
  expect(Object.keys(failure.error)).toEqual(["code", "message", "path", "hint"]);
  return failure.error;
}

const cases: readonly (readonly [code: string, exit: number, state: string | undefined, args: readonly string[]])[] = [
  ["CORRUPT", 1, SOUND.replace("2024-10-23T14:30:00Z", "2024-02-30T14:30:00Z"), ["save", "--done", "x"]],
  ["FOREIGN_FORMAT", 1, "# Notes\n\nabout state\n", ["start", "7", "--title", "T"]],
  ["INVALID_ARGUMENT", 2, SOUND, ["save"]],
  ["INVALID_ARGUMENT", 2, SOUND, ["save", "--done", "a\u0007b"]],
  ["INVALID_ARGUMENT", 2, SOUND, ["start", "seven"]],
  ["INVALID_ARGUMENT", 2, SOUND, ["start", "8"]],
  ["NOT_FOUND", 3, SOUND, ["save", "--issue", "8", "--done", "x"]],
  ["INVALID_ARGUMENT", 2, SOUND, ["check", "README.md"]],
  ["INVALID_ARGUMENT", 2, SOUND, ["status", "--lock-timeout", "soon"]],
  ["UNSAFE_PATH", 2, SOUND, ["verify", "../7"]],
  ["UNSAFE_PATH", 2, SOUND, ["verify", "--", "-7"]],
  ["NO_ACTIVE_WORK", 3, undefined, ["save", "--done", "x"]],
  ["NOT_FOUND", 3, SOUND, ["save", "--from-json", "nowhere.json"]],
  ["NOT_FOUND", 3, SOUND, ["--root", "nowhere", "status"]],
  ["NO_ACTIVE_WORK", 3, SOUND.replace(/\*\*Current.*\n.*\n/, ""), ["save", "--done", "x"]],
  ["CONSENT_REQUIRED", 3, "# Notes\n\nabout state\n", ["init", "--adopt"]],
  ["CONFLICT", 4, SOUND, ["save", "--done", "x", "--if-match", "0".repeat(64)]],
  ["UNSUPPORTED_VERSION", 5, SOUND.replace("schema_version: 1", "schema_version: 9"), ["save", "--done", "x"]],
  ["IO", 5, SOUND, ["save", "--from-json", "."]],
];

test.each(cases)("%s exits with %i (%#)", async (code, exit, state, args) => {
  const { root } = makeProject(state === undefined ? { ".claude/.gate/.gitignore": "*\n" } : { [STATE]: state });
  const [json, text] = await Promise.all([runGate(root, "--json", ...args), runGate(root, ...args)]);
  const error = errorOf(json);
  expect(error["code"]).toBe(code);
  expect(error["message"]).toMatch(/^Cannot .+: .+/s);
  expect(json.stderr).toBe("");
  expect(json.code).toBe(exit);
  expect(text.code).toBe(exit);
  expect(text.stdout).toBe("");
  expect(text.stderr).toMatch(/^error: Cannot .+\n {2}.+\n$/);
  expect(text.stderr).not.toMatch(/^ {4}at /m);
});

test("LOCKED exits with 4 and names the holder", async () => {
  const { root, gate } = makeProject({ [STATE]: SOUND });
  mkdirSync(`${root}/.claude/.gate`);
  const lock = await acquireLock(gate.project, STATE, { command: "a test" });
  try {
    const ended = await runGate(root, "save", "--done", "x", "--lock-timeout", "0.1", "--json");
    expect(ended.code).toBe(4);
    expect(errorOf(ended)).toMatchObject({ code: "LOCKED", message: expect.stringContaining("a test") });
  } finally {
    lock.release();
  }
});

test("a link in the place of the state file is refused", async () => {
  const { root } = makeProject({ "elsewhere.md": SOUND });
  symlinkSync("../elsewhere.md", `${root}/${STATE}`);
  const ended = await runGate(root, "save", "--done", "x", "--json");
  expect(ended.code).toBe(2);
  expect(errorOf(ended)).toMatchObject({ code: "UNSAFE_PATH", path: STATE });
});

test("no project", async () => {
  const folder = makeFolder();
  expect(await runGate(folder, "status", "--json")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"exists": false'),
  });
  const ended = await runGate(folder, "history", "--json");
  expect(ended.code).toBe(3);
  expect(errorOf(ended)).toMatchObject({ code: "NOT_FOUND", hint: expect.stringContaining("gate init") });
});

test.each([
  [["strat"], "Cannot run gate: unknown command 'strat'", "Did you mean start?"],
  [["zzz"], "Cannot run gate: unknown command 'zzz'", "Run `gate help` to see all commands."],
  [["help", "sav"], "Cannot run gate: unknown command 'sav'", "Did you mean save?"],
  [["status", "--jsn"], "Cannot run gate status: unknown option '--jsn'", "Did you mean --json?"],
  [["start", "1", "--titel", "x"], "Cannot run gate start: unknown option '--titel'", "Did you mean --title?"],
  [["--dryrun", "init"], "Cannot run gate: unknown option '--dryrun'", "Did you mean --dry-run?"],
  [["start"], "Cannot run gate start: no issue number is given", "gate start N --title T"],
  [["start", "1", "2"], "Cannot run gate start: too many arguments", "gate start --help"],
  [["status", "7"], "Cannot run gate status: too many arguments: 1 is given, none is taken", "gate status --help"],
  [["done", "7", "all", "good"], "Cannot run gate done: too many arguments: 3 are given, 1 is taken", "into quotes"],
  [["undo", "a", "b", "--dry-run"], "Cannot run gate undo: too many arguments: 2 are given, 1 is taken", "--help"],
  [["diff", "a", "b", "c"], "Cannot run gate diff: too many arguments: 3 are given, 2 are taken", "--help"],
  [["verify"], "Cannot run gate verify: missing required argument 'issue'", "gate verify --help"],
  [["status", "--quiet=yes"], "Cannot run gate status: option '--quiet' takes no value", "Give `--quiet` alone."],
  [["status", "--quite=yes"], "Cannot run gate status: unknown option '--quite=yes'", "gate status --help"],
  [["completion", "tcsh"], "Cannot run gate completion: argument 'shell' cannot be 'tcsh'. Allowed choices", "--help"],
  [["list", "--open", "--done"], "Cannot run gate list: option '--open' cannot be used with option '--done'", "--help"],
  [["--root"], "Cannot run gate: option '--root <dir>' argument missing", "Give it as `--root <dir>`."],
  [["--root", "--quiet"], 'Cannot use --root "--quiet": expected a folder', "--root ."],
  [["--root", "--quiet", "status"], 'Cannot use --root "--quiet": expected a folder', "--root ."],
  [["start", "42.0"], 'Cannot read issue number: expected a positive whole number, got "42.0"', "for example 42."],
  [["done", ""], 'Cannot read issue number: expected a positive whole number, got ""', "for example 42."],
  [["start", "7", "--title", " "], "Cannot use the title: it is empty", "leave it away"],
  [["save", "--done"], "Cannot run gate save: option '--done <text>' argument missing", "gate save --help"],
  [["check", "--format", "xml"], "Cannot run gate check: option '--format <name>' argument 'xml' is invalid", "--help"],
  [["evil\u001b[2J\n"], "Cannot run gate: unknown command 'evil\\u{1b}[2J\\u{a}'", "gate help"],
] as const)("%j is wrong usage", async (args, message, hint) => {
  const { code, stdout, stderr } = await runAtTerminal({ cwd: "/", terminal: { error: false } }, ...args);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toContain(hint);
  const json = await runAtTerminal({ cwd: "/" }, "--json", ...args);
  expect(errorOf(json)).toMatchObject({ code: "INVALID_ARGUMENT", path: null });
});

test("two formats at once", async () => {
  const ended = await runAtTerminal({ cwd: "/" }, "check", "--json", "--format", "github");
  expect(ended.code).toBe(2);
  expect(errorOf(ended)).toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("--json with no command is no help text", async () => {
  const ended = await runGate(makeFolder(), "--json");
  expect(ended.code).toBe(2);
  expect(errorOf(ended)["code"]).toBe("INVALID_ARGUMENT");
});

test("what nobody expected exits with 70, in one line, with a stack only for DEBUG", async () => {
  const broken = (given: Record<string, string> = {}) => ({
    cwd: makeFolder(),
    environment: Object.defineProperty({ ...given }, "GATE_SESSION", {
      get: () => {
        throw new TypeError("nobody expected this");
      },
    }),
  });
  const { code, stderr } = await runAtTerminal({ ...broken(), terminal: { error: false } }, "status");
  expect(code).toBe(70);
  expect(stderr).toMatch(/^error: Cannot go on: .+\n {2}.+\n$/);
  const debug = await runAtTerminal(broken({ DEBUG: "1" }), "status");
  expect(debug.stderr).toMatch(/^ {4}at /m);
  const json = await runAtTerminal(broken(), "status", "--json");
  expect(errorOf(json)).toMatchObject({ code: "INTERNAL", path: null });
});

test.each([
  ["too long", "x".repeat(64 * 1024 + 1), "it is larger than 64 KiB"],
  ["not UTF-8", Buffer.from([0x61, 0xff, 0x62]).toString("latin1"), "it is not UTF-8"],
])("a description that is %s is refused", async (_name, text, reason) => {
  const project = makeProject();
  project.write("about.md", Buffer.from(text, "latin1"));
  const ended = await runGate(project.root, "start", "7", "--title", "T", "--description-file", "about.md");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(reason);
  expect(project.exists(STATE)).toBe(false);
});

test("an input without end is not waited for", async () => {
  const project = makeProject();
  const ended = await runGate(project.root, "start", "7", "--title", "T", "--description-file", "/dev/zero");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("it is larger than 64 KiB");
});

test("a stack stays away from the built program too", async () => {
  const { root } = makeProject({ [STATE]: "\u0000" });
  const ended = await runGateWith({ cwd: root }, "save", "--done", "x");
  expect(ended.code).toBe(1);
  expect(ended.stderr).not.toContain("    at ");
});
