/** What `sh` looks for before the hook is started: it passes over only what the hook has nothing to say about. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findProgram } from "../../src/files/guard/program.ts";
import { mayDestroy } from "../../src/hooks/destruction-signs.ts";
import { answerTo } from "../../src/hooks/hook.ts";
import { toolIn } from "../../src/hooks/tool.ts";
import { AGENT, AGENTS, type AgentName, ALSO_RUNS } from "../../src/settings/agents.ts";
import { hookEntries } from "../../src/settings/entries.ts";
import { filtered, PATTERN, WRITERS } from "../../src/settings/filter.ts";
import { NOW } from "../support/clock.ts";
import { runs, upTo } from "../support/effort.ts";
import { listTree, makeFolder } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

/** What `grep` does: any line. */
const pattern = new RegExp(PATTERN, "is");
const passes = (payload: string) => payload !== "" && payload.replace(/\n$/, "").split("\n").some(isFound);
function isFound(line: string): boolean {
  return pattern.test(line);
}

const SHELLS = (
  [
    ["sh", findProgram("sh", process.env["PATH"]), []],
    ["dash", findProgram("dash", process.env["PATH"]), []],
    ["bash", findProgram("bash", process.env["PATH"]), ["--posix"]],
    ["busybox", findProgram("busybox", process.env["PATH"]), ["sh"]],
  ] as const
).flatMap(([name, file, args]) => (file === undefined ? [] : [[name, file, args] as const]));

/** What a command behind the filter gets, and how it ends. */
function run(input: string | Uint8Array, command = "cat", [, file, args] = SHELLS[0]!) {
  const environment = { ...process.env, LC_ALL: "C.UTF-8" };
  const ended = spawnSync(file, [...args, "-c", filtered(command)], { input, env: environment, maxBuffer: 1 << 26 });
  return { code: ended.status, output: ended.stdout, errors: ended.stderr.toString() };
}

function makeTarget() {
  const project = makeProject({
    ".claude/state.md": fixture("read/format.md"),
    ".claude/work/1234.md": "# Issue #1234: T\n",
    ".claude/work/notes.md": "notes\n",
    "src/a.ts": "a\n",
  });
  symlinkSync("../.claude", join(project.root, "src/link"));
  symlinkSync(".claude/state.md", join(project.root, "plain"));
  mkdirSync(join(project.root, "README.d"));
  return project;
}

const texts = (name: string) => JSON.parse(fixture(`shell/${name}.json`)) as string[];
const DANGEROUS = [...texts("destructive"), ...texts("kept")];
const ALL = [...DANGEROUS, ...texts("harmless")];

/** Commands in parts, so that they come out cut, doubled, spelled otherwise, and side by side. */
const part = fc.oneof(
  fc.constantFrom(
    ...["rm ", "rm -rf ", "mv ", "cp a ", "sed -i s/a/b/ ", "tee ", "> ", "2>&1", "cat ", "echo ", "npm test ", "ls "],
    ...["git ", "git -C . ", "github ", "checkout ", "reset --hard", "stash", "clean -fdx", "merge", "am", "-- ", "."],
    ...[".claude", ".CLAUDE", "claude", "cl", "aude", "state.md", "State.MD", "state", ".md", "work", "1234", "7.md"],
    ...["/", "./", "../", "..", "~", "~/", "*", "**", "?", "[a-z]*", ".c*", ".?laude", "{a,b}", ".{c,d}*", "$X", "$("],
    ...[
      "$\u007bHOME}",
      "`pwd`",
      ")",
      "'",
      '"',
      "\\",
      "\n",
      "\t",
      "\r\n",
      "\b",
      "\f",
      "\v",
      "\u00a0",
      "\u2028",
      "\ufeff",
    ],
    ...[
      "find ",
      "find . ",
      "-delete",
      "-exec rm {} +",
      "xargs ",
      "read ",
      "README",
      "already",
      ";",
      "|",
      "&&",
      "é",
      "😀",
    ],
    ...["*** Begin Patch\n*** Delete File: ", "*** begin", "cd ", "cd src; ", "link/", "src/link/", "plain", "\ud800"],
  ),
  fc.constantFrom(...ALL),
  fc.string({ maxLength: 4 }),
);
const command = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(""));
const TOOLS = [
  ...["Bash", "bash", "shell", "run_shell_command", "local_shell", "exec_command", "Write", "Edit", "MultiEdit"],
  ...["NotebookEdit", "apply_patch", "create", "edit", "str_replace_editor", "write_file", "replace", "view", "Read"],
  ...["mcp__files__delete_file", "mcp__files__read", "mcp__x__writeFile", "BASH", "Shell"],
];
const cases = fc.record({
  tool: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("Bash", "bash") }, fc.constantFrom(...TOOLS)),
  command,
  words: fc.option(fc.array(part, { maxLength: 4 }), { freq: 6 }),
  cwd: fc.constantFrom("", "", "", "/src", "/src/link", "/.claude", "/.CLAUDE/x", "/README.d", "/a.claude-b", "/a,b"),
  form: fc.constantFrom("claude", "claude", "claude", "copilot", "camel", "turned", "nameless"),
  spelled: fc.constantFrom("plain", "plain", "plain", "plain", "pretty", "crlf", "slashes", "ended", "letters"),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** A payload as an agent would make it, and as none would. */
function payloadOf({ tool, command: text, words, cwd, form, spelled }: Case, root: string): string {
  const input = { command: words ?? text, file_path: text, path: text, content: "x", old_string: "x", new_string: "" };
  const given = /^(?:bash|shell|run_|local_|exec_)/i.test(tool) ? { command: input.command, description: "Do" } : input;
  const place = { transcript_path: "/u/me/.claude/projects/-p/0198.jsonl", cwd: root + cwd };
  const named = { ...place, hook_event_name: "PreToolUse", tool_name: tool };
  const payload = {
    claude: { session_id: "1", ...named, tool_input: given, tool_use_id: "toolu_01" },
    copilot: { sessionId: "1", timestamp: 1, cwd: place.cwd, toolName: tool, toolArgs: JSON.stringify(given) },
    camel: { ...place, toolName: tool, toolInput: given },
    turned: { tool_input: given, tool_name: tool, hook_event_name: "PreToolUse", cwd: place.cwd },
    nameless: { cwd: place.cwd, tool_name: tool, tool_input: given, z: {} },
  }[form];
  const compact = JSON.stringify(payload);
  switch (spelled) {
    case "pretty":
      return JSON.stringify(payload, null, 2);
    case "crlf":
      return JSON.stringify(payload, null, 1).replaceAll("\n", "\r\n");
    case "slashes":
      return compact.replaceAll("/", "\\/");
    case "ended":
      return `${compact}\n`;
    case "letters":
      return compact.replace(/[.$~*c]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
    default:
      return compact;
  }
}

test("what it passes over the hook is silent about, and writes nothing for", { timeout: 3_600_000 }, async () => {
  const { root } = makeTarget();
  const before = listTree(root);
  let silent = 0;
  const environment = { HOME: root, CLAUDE_PROJECT_DIR: root };
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const payload = payloadOf(given, root);
      if (passes(payload)) return;
      silent++;
      const words = ["PreToolUse", "--agent", given.form === "copilot" ? "copilot" : "claude"];
      expect(await answerTo(payload, words, { environment, home: "/nowhere", clock: () => NOW })).toBeUndefined();
    }),
    runs(1_000_000, 20241023, 5000),
  );
  expect(listTree(root)).toEqual(before);
  expect(silent).toBeGreaterThan(upTo(1_000_000, 5000) / 20);
});

test("every command that does something is handed on, and plain ones are not", () => {
  const handed = (text: string) => passes(payloadOf({ ...HARMLESS, command: text }, "/u/me/project"));
  for (const text of DANGEROUS) expect(handed(text), text).toBe(true);
  for (const text of ALL) if (mayDestroy(text, "/x")) expect(handed(text), text).toBe(true);
  for (const text of [
    ...[
      "npm test 2>&1 | tail -5",
      "ls -la src",
      "git status --short",
      'git commit -m "Say it"',
      "cat README.md",
      "tsc",
    ],
    ...["git log --oneline -5", "grep -rn foo src > /tmp/x", "mkdir -p a/b && touch a/b/c.ts", "node dist/x.js", "pwd"],
  ]) {
    expect(handed(text), text).toBe(false);
  }
});

const HARMLESS: Case = {
  ...{ tool: "Bash", command: "npm test", words: null, cwd: "" },
  ...{ form: "claude", spelled: "plain" },
};

/** Whether an agent runs hooks with the filter: its own, or those that it takes from others. */
function filters(name: AgentName): boolean {
  return [name, ...(ALSO_RUNS[name] ?? [])].some((each) => AGENT[each].events.some(({ filtered: is }) => is));
}

test("every recorded payload before a tool that is answered is handed on", () => {
  const folder = join(import.meta.dirname, "../../fixtures/hooks");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /pre-tool-use-.*(?<!\.expected)\.json$/.test(name),
  );
  const answered = names.filter((name) => {
    const { payload } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { payload: object };
    const expected = readFileSync(join(folder, name.replace(/\.json$/, ".expected.json")), "utf8");
    const agent = name.split(/[\\/]/)[0]!;
    // Others run the plain command, but for those that run the hooks of an agent with a filter.
    const isFiltered = !AGENTS.includes(agent as AgentName) || filters(agent as AgentName);
    if (expected !== "null\n" && isFiltered) expect(passes(JSON.stringify(payload)), name).toBe(true);
    return expected !== "null\n";
  });
  expect(answered.length).toBeGreaterThan(20);
});

test("every tool that writes has a word of the list in its name", () => {
  const input = { path: "/x", content: "", old_string: "", command: "create", insert_line: 1, new_str: "" };
  const names = [...TOOLS, "create_file", "multi_edit", "edit_file", "str_replace", "str_replace_based_edit_tool"];
  for (const name of [...names, "applypatch"]) {
    const kind = toolIn({ tool_name: name, tool_input: { ...input, file_text: "" } })?.kind;
    const isNamed = WRITERS.some((word) => name.toLowerCase().includes(word));
    if (kind !== undefined && kind !== "shell" && kind !== "notebook") expect(isNamed, name).toBe(true);
  }
});

test("what is installed holds exactly this", () => {
  for (const name of AGENTS) {
    const { events } = AGENT[name];
    const called = { shell: "gate", powershell: "gate", filters: true };
    const installed = JSON.stringify(hookEntries(AGENT[name], events, called));
    const line = JSON.stringify(filtered(`gate hook PreToolUse --agent ${name}`));
    expect(installed.split(line)).toHaveLength(events.some((event) => event.filtered) ? 2 : 1);
    expect(JSON.stringify(hookEntries(AGENT[name], events, { ...called, filters: false }))).not.toContain("grep");
    // After a shell command there may always be something to say, and other tools lead through links.
    for (const { hook, matcher, filtered: isFiltered } of events) {
      if (isFiltered)
        expect([hook, matcher]).toEqual([
          "PreToolUse",
          { claude: "Bash", gemini: "run_shell_command" }[name as string],
        ]);
    }
  }
  const plugin = readFileSync(join(import.meta.dirname, "../../plugin/hooks/hooks.json"), "utf8");
  const line = filtered('node "$\u007bCLAUDE_PLUGIN_ROOT}/program/bin.cjs" hook PreToolUse');
  expect(plugin.split(JSON.stringify(line))).toHaveLength(2);
  // Nothing in it ends the quotes it stands in.
  expect(PATTERN).not.toContain("'");
});

describe.skipIf(SHELLS.length === 0).each(SHELLS)("%s", (...shell) => {
  test("hands on what the model says, as it came", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const payload = payloadOf(given, "/u/me/project");
        const { code, output, errors } = run(payload, "cat", shell);
        expect([code, errors]).toEqual([0, ""]);
        expect(output.toString()).toBe(passes(payload) ? payload.replace(/\n+$/, "") : "");
      }),
      runs(400, 7, 12),
    );
  });

  test("large payloads, bytes that are no text, and what the gate answers", () => {
    const large = payloadOf({ ...HARMLESS, tool: "Write", command: "/x/a.ts" }, "/x").replace(
      '"x"',
      `"${"é\\n".repeat(350_000)}"`,
    );
    expect(run(large, "cat", shell).output.toString()).toBe(large);
    const silent = payloadOf({ ...HARMLESS, command: "echo a\n".repeat(18_000) }, "/x");
    expect(run(silent, "cat", shell)).toEqual({ code: 0, output: Buffer.from(""), errors: "" });
    const bytes = Buffer.concat([
      Buffer.from('{"tool_input":"'),
      Buffer.from([0xff, 0xc3, 0x28, 0x80]),
      Buffer.from('state.md"}'),
    ]);
    expect(run(bytes, "cat", shell).output).toEqual(bytes);
    // No JSON holds a NUL, and nothing else is lost on the way.
    for (const none of ["", "{}", '{"tool_name":"Write"\0}']) {
      expect(run(none, "(cat >/dev/null; exit 3)", shell).code, JSON.stringify(none)).toBe(/Write/.test(none) ? 3 : 0);
    }
    const answered = run(
      payloadOf({ ...HARMLESS, command: "rm .claude/state.md" }, "/x"),
      "{ cat >&2; echo said; exit 2; }",
      shell,
    );
    expect(answered).toMatchObject({
      code: 2,
      output: Buffer.from("said\n"),
      errors: expect.stringContaining("rm .claude/state.md"),
    });
  });
});

test.skipIf(SHELLS.length === 0)("where grep cannot answer the gate is started", () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "grep"), "#!/bin/sh\nexit 2\n", { mode: 0o755 });
  const payload = payloadOf(HARMLESS, "/x");
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
  const handed = () => spawnSync(SHELLS[0]![1], ["-c", filtered("cat")], { input: payload, env }).stdout.toString();
  expect(passes(payload)).toBe(false);
  expect(handed()).toBe(payload);
  rmSync(join(folder, "grep"));
  expect(handed()).toBe("");
});

test.skipIf(SHELLS.length === 0)(
  "in a project that guards files everything is handed on, in folders below it too",
  () => {
    const root = makeFolder();
    mkdirSync(join(root, ".claude"));
    mkdirSync(join(root, "a/b"), { recursive: true });
    const payload = payloadOf({ ...HARMLESS, command: "rm plan.md" }, root);
    const env = { ...process.env, CLAUDE_PROJECT_DIR: "" };
    const handed = (cwd: string, project = "") => {
      const options = { input: payload, cwd, env: { ...env, CLAUDE_PROJECT_DIR: project } };
      return SHELLS.map(([, file, args]) =>
        spawnSync(file, [...args, "-c", filtered("cat")], options).stdout.toString(),
      );
    };
    expect(passes(payload)).toBe(false);
    expect(new Set([...handed(root), ...handed("/", root)])).toEqual(new Set([""]));
    writeFileSync(join(root, ".claude/gate.yaml"), "");
    expect(new Set([...handed(root), ...handed(join(root, "a/b")), ...handed("/", root)])).toEqual(new Set([payload]));
  },
);
