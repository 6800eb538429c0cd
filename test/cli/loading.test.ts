/** What a command loads: reading must not pay for writing, nor anybody for another command. */
import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { spread } from "../support/effort.ts";
import { PROGRAM, runBuilt, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

const DIST = join(PROGRAM, "..");
/** Text that stands in one module alone and survives the bundler. */
const SIGNS = {
  changes: "/^TBD\\b/",
  commander: "commander.unknownOption",
  clack: "clack:cancel",
  remark: "codeFencedFence",
  yaml: "Unresolved alias",
  diff: "No newline at end of file",
  sqlite: "PRAGMA quick_check",
  redis: "WRONGPASS",
  chokidar: "CHOKIDAR_USEPOLLING",
  redisClient: "Socket closed unexpectedly",
  mcp: "Client does not support form elicitation",
  lsp: "Connection input stream is not set",
} as const;

async function partsLoadedBy(cwd: string, ...args: string[]): Promise<string[]> {
  const code = (await filesLoadedBy(cwd, args)).map((name) => readFileSync(name, "utf8")).join("\n");
  return Object.entries(SIGNS).flatMap(([part, sign]) => (code.includes(sign) ? [part] : []));
}

/** All files of the program behind its entry. */
function codeOfProgram(): string {
  const names = readdirSync(DIST, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /^plugin\/program\/program-\w+\/.*\.cjs$/.test(name));
  return files.map((name) => readFileSync(join(DIST, name), "utf8")).join("\n");
}

/** Files of the program that are loaded. */
async function filesLoadedBy(cwd: string, args: string[], input = ""): Promise<string[]> {
  const script = `
    process.argv = [process.execPath, ${JSON.stringify(PROGRAM)}, ...${JSON.stringify(args)}];
    process.on("exit", () => require("node:fs").writeSync(2, Object.keys(require.cache).join("\\n")));
    require(${JSON.stringify(PROGRAM)});`;
  const { stderr } = await runProgram(process.execPath, ["-e", script], { cwd }, input);
  const loaded = stderr.split("\n").filter((name) => name.startsWith(DIST));
  expect(loaded).not.toEqual([]);
  return loaded;
}

test("a hook with nothing to do loads next to nothing, and none loads what writes", async () => {
  const { root } = makeProject();
  await runBuilt({ cwd: root }, "start", "7", "--title", "Seven");
  const loaded = async (event: string, more: object = {}) => {
    const files = await filesLoadedBy(root, ["hook"], JSON.stringify({ hook_event_name: event, cwd: root, ...more }));
    return { files, size: files.reduce((sum, name) => sum + statSync(name).size, 0) };
  };
  for (const [event, more] of [
    ["Notification", {}],
    ["PreToolUse", { tool_name: "Read", tool_input: { file_path: ".claude/state.md" } }],
    ["PreToolUse", { tool_name: "Write", tool_input: { file_path: "a.ts", content: "" } }],
    ["PreToolUse", { tool_name: "Bash", tool_input: { command: "npm test > log" } }],
  ] as const) {
    const { files, size } = await loaded(event, more);
    expect(files.length, event).toBe(2);
    expect(size).toBeLessThan(21_400);
  }
  // A look at a command is for what judges commands, and a refusal of what it does for no parser.
  for (const command of ["cp .claude/state.md x", "rm .claude/state.md", "git checkout -- ."]) {
    const { files, size } = await loaded("PreToolUse", { tool_name: "Bash", tool_input: { command } });
    expect(files.length, command).toBe(3);
    expect(size, command).toBeLessThan(140_000);
  }
  const content = "x";
  for (const more of [{}, { tool_name: "Write", tool_input: { file_path: ".claude/state.md", content } }]) {
    const { files } = await loaded("tool_name" in more ? "PreToolUse" : "SessionStart", more);
    const code = files.map((name) => readFileSync(name, "utf8")).join("\n");
    for (const sign of Object.values(SIGNS)) expect(code).not.toContain(sign);
  }
});

test("what agents ask all the time is answered from few files once its text was seen", async () => {
  const { root } = makeProject();
  await runBuilt({ cwd: root }, "start", "7", "--title", "Seven");
  const input = JSON.stringify({ hook_event_name: "SessionStart", cwd: root });
  const apart = ["--root", root, "--lock-timeout", "5", "--if-match", "abc"];
  const joined = [`--root=${root}`, "--lock-timeout=5", "--if-match=abc"];
  const switches = ["--yes", "--no-input", "--dry-run", "--quiet", "--json"];
  for (const [args, given, count] of [
    [["status", "--json"], "", 2],
    [["status", "--json", ...apart], "", 2],
    [[...joined, ...switches, "status"], "", 2],
    [["statusline"], "{}", 2],
    [["statusline", ...joined, ...switches], "{}", 2],
    [[...apart, "--", "statusline"], "{}", 2],
    [["hook", "SessionStart"], input, 2],
    [["hook"], input, 3],
  ] as const) {
    const files = await filesLoadedBy(root, [...args], given);
    expect(files.length, args.join(" ")).toBe(count);
    expect(files.reduce((sum, name) => sum + statSync(name).size, 0)).toBeLessThan(104_500);
  }
});

test("each part stands in the program, so that a sign that is not found means something", () => {
  const code = codeOfProgram();
  for (const sign of Object.values(SIGNS)) expect(code).toContain(sign);
});

test("what the MCP SDK validates JSON schemas with is left out", () => {
  expect(codeOfProgram()).not.toContain("must NOT have additional properties");
});

/** The parts that a command which reads loads, and its words. */
const READING = [
  [[], "status"],
  [[], "status", "--json"],
  [["diff"], "diff", "--work", "7"],
  [[], "verify", "7"],
  [[], "list"],
  [[], "show", "7"],
  [[], "search", "seven"],
  [["commander"], "verify", "7", "--help"],
  [[], "check"],
  [["commander"], "check", "--help"],
  [[], "reconstruct", "--json"],
  [[], "history", "--limit=5"],
  [["commander"], "--version"],
] as const;

test("commands load their own parts", async () => {
  const { root } = makeProject();
  await runBuilt({ cwd: root }, "start", "7", "--title", "Seven");
  for (const [parts, ...args] of spread(READING, 3)) expect(await partsLoadedBy(root, ...args)).toEqual([...parts]);
  // Loaded to draw prompts with, where there is a person to draw them for.
  expect(await partsLoadedBy(root, "reconstruct")).not.toContain("clack");
  expect(await partsLoadedBy(root, "save", "--done", "x")).toEqual(["changes"]);
  expect(await partsLoadedBy(root, "--root", root, "save", "--done=y", "--dry-run")).toEqual(["changes", "diff"]);
  // A text that is not plain is read by remark before it is written.
  appendFileSync(join(root, ".claude/state.md"), "> quoted\n");
  expect(await partsLoadedBy(root, "save", "--done", "quoted")).toEqual(["changes", "remark"]);
  expect(await partsLoadedBy(root, "mcp")).toEqual(["changes", "mcp"]);
  expect(await partsLoadedBy(root, "lsp", "--stdio")).toEqual(["lsp"]);
  expect(await partsLoadedBy(root, "undo")).toEqual([]);
  expect(await partsLoadedBy(root, "kv", "save", "--key", "a", "--value", "1")).toEqual([]);
  const sqlite = await partsLoadedBy(root, "kv", "keys", "--backend", "sqlite", "--namespace", "none");
  expect(sqlite).toEqual(["sqlite"]);
  expect(await partsLoadedBy(root, "kv", "keys", "--backend", "redis", "--redis-url", "redis://127.0.0.1:1")).toEqual([
    "redis",
    "redisClient",
  ]);
});
