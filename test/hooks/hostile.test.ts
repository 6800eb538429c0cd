/** Whatever comes in: a hook does not crash, does not hang, prints protocol or nothing, and writes only what it may. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerTo } from "../../src/hooks/hook.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { listTree, PROGRAM, runBuilt } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

const READERS = [
  "SessionStart",
  "PreToolUse",
  "PostToolUse",
  "PermissionRequest",
  "BeforeTool",
  "AfterTool",
  "preToolUse",
];
const WRITERS = ["PreCompact", "Stop", "SessionEnd", "UserPromptSubmit", "AfterAgent", "PreCompress", "sessionEnd"];

function makeTarget() {
  const project = makeProject({
    ".claude/state.md": fixture("read/format.md"),
    ".claude/work/1234.md": fixture("read/format.work.md").replaceAll("42", "1234"),
    ".claude/batch_state.json": "{}",
    "src/a.ts": "a\n",
  });
  symlinkSync("../.claude", join(project.root, "src/link"));
  symlinkSync("loop", join(project.root, "src/loop"));
  mkdirSync(join(project.root, ".claude/state/default"), { recursive: true });
  writeFileSync(join(project.root, ".claude/state/default/state.json"), "{}");
  return project;
}

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    ...[
      ".claude/state.md",
      "../.claude/state.md",
      "src/link/state.md",
      "src/loop/x",
      ".claude/work/1234.md",
      ".claude",
    ],
    ...[".claude/batch_state.json", ".claude/state/default/state.json", ".claude/.gate/x", "/", "~", "\0", "", "a\0b"],
    ...["rm -rf .claude", "> .claude/state.md", "$(", "`", "<<", "*** Begin Patch\n*** Delete File: .claude/state.md"],
    ...["*** Begin Patch\n*** Update File: .claude/state.md\n@@\n-a\n+b\n*** End Patch", "## ", "\n", "2024-10-23"],
  ),
  fc.constantFrom("x".repeat(5000), "/a".repeat(3000), "[".repeat(3000), "é".repeat(2000)),
);
const anything = fc.oneof(
  text,
  fc.anything({ withBigInt: false, maxDepth: 3 }),
  fc.constantFrom(null, true, 0, -1, 1e308, [], {}, [[]], { length: -1 }, { __proto__: null }),
);
const tools = fc.constantFrom(
  ...["Write", "Edit", "MultiEdit", "NotebookEdit", "Bash", "apply_patch", "write_file", "replace", "create", "edit"],
  ...["run_shell_command", "str_replace_editor", "shell", "__proto__", "constructor", "Read"],
);
const input = fc.oneof(
  anything,
  fc.record(
    Object.fromEntries(
      [
        ...[
          "file_path",
          "path",
          "notebook_path",
          "content",
          "file_text",
          "old_string",
          "new_string",
          "old_str",
          "new_str",
        ],
        ...["replace_all", "expected_replacements", "edits", "command", "cmd", "input", "insert_line", "new_source"],
      ].map((key) => [key, fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: anything })]),
    ),
    { requiredKeys: [] },
  ),
);

function payloads(root: string, events: readonly string[]) {
  const folder = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(root, join(root, "src"), join(root, ".claude/work"), join(root, "gone")) },
    { weight: 1, arbitrary: anything },
  );
  return fc.record(
    {
      hook_event_name: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...events) },
        { weight: 1, arbitrary: anything },
      ),
      cwd: folder,
      session_id: fc.oneof(fc.constantFrom("s-1", "s-2", "../../x"), anything),
      tool_name: fc.oneof({ weight: 8, arbitrary: tools }, { weight: 1, arbitrary: anything }),
      tool_input: input,
      toolName: anything,
      toolArgs: input,
      turn_id: anything,
      stop_hook_active: anything,
      reason: anything,
      source: anything,
    },
    { requiredKeys: ["hook_event_name", "cwd"] },
  );
}

const words = fc.array(
  fc.constantFrom("--auto-approve", "--agent", "codex", "gemini", "--x", "Stop", "PreToolUse", "-", "--"),
  {
    maxLength: 3,
  },
);
const environment = fc.constantFrom({}, { CLAUDECODE: "1" }, { COPILOT_CLI: "1", GEMINI_SESSION_ID: "1" });

/** Payloads that could make a hook of this event write are of the other test. */
const readersOnly = (given: readonly string[]) => given.filter((word) => word !== "Stop");

async function expectProtocol(answer: Awaited<ReturnType<typeof answerTo>>): Promise<void> {
  if (answer === undefined) return;
  expect([0, 2]).toContain(answer.code);
  expect(answer.code === 2).toBe(answer.error !== undefined);
  expect(() => JSON.parse(JSON.stringify(answer.output ?? {}))).not.toThrow();
}

test("random payloads of events that read change no byte", async () => {
  const { root } = makeTarget();
  const before = listTree(root);
  await fc.assert(
    fc.asyncProperty(payloads(root, READERS), words, environment, async (payload, given, env) => {
      const surroundings = { environment: env, home: "/nowhere", clock: () => NOW };
      await expectProtocol(await answerTo(JSON.stringify(payload), readersOnly(given), surroundings));
    }),
    runs(8000, 6),
  );
  expect(listTree(root)).toEqual(before);
});

test("random payloads of all events change no byte outside the gate's own folder", async () => {
  const { root } = makeTarget();
  mkdirSync(join(root, ".claude/.gate"));
  const outside = () => Object.entries(listTree(root)).filter(([name]) => !name.includes(".gate"));
  const before = outside();
  await fc.assert(
    fc.asyncProperty(payloads(root, [...WRITERS, ...READERS]), words, environment, async (payload, given, env) => {
      const surroundings = { environment: env, home: "/nowhere", clock: () => NOW };
      await expectProtocol(await answerTo(JSON.stringify(payload), given, surroundings));
    }),
    runs(2000, 7),
  );
  expect(outside()).toEqual(before);
});

test("text that is no payload is answered with silence", async () => {
  const surroundings = { environment: {}, home: "/nowhere", clock: () => NOW };
  const deep = `{"hook_event_name":${"[".repeat(100_000)}`;
  for (const each of [
    "",
    " ",
    "null",
    "[]",
    "7",
    '"x"',
    "{",
    "{}",
    "\u0000",
    deep,
    `{"a":${"[".repeat(9e4)}${"]".repeat(9e4)}}`,
  ]) {
    expect(await answerTo(each, [], surroundings)).toBeUndefined();
  }
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (each) => {
      expect(await answerTo(each, [], surroundings)).toBeUndefined();
    }),
    runs(1000, 6),
  );
});

describe("the program", () => {
  test("answers random payloads with JSON, a denial or nothing", async () => {
    const { root } = makeTarget();
    const before = listTree(root);
    const samples = fc.sample(payloads(root, READERS), runs(200, 8, 12));
    for (let at = 0; at < samples.length; at += 4) {
      const ended = await Promise.all(
        samples.slice(at, at + 4).map((payload) => {
          return runBuilt({ cwd: "/", input: JSON.stringify(payload) }, "hook");
        }),
      );
      for (const { code, stdout, stderr } of ended) {
        if (code === 2) expect(stderr).not.toBe("");
        else expect(code).toBe(0);
        expect(stderr).not.toContain("    at ");
        if (stdout !== "") expect(typeof JSON.parse(stdout)).toBe("object");
      }
    }
    expect(listTree(root)).toEqual(before);
  });

  test.each([
    ["invalid JSON", "{"],
    ["invalid UTF-8", "\u00ff\u00fe{"],
    ["a huge payload", `{"x":"${"y".repeat(40 * 1024 * 1024)}"}`],
    ["a deep one", `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`],
  ])("is silent at %s", async (_, input) => {
    expect(await runBuilt({ cwd: "/", input }, "hook")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each([[[]], [["--agent"]], [["--frobnicate", "x"]], [["PreToolUse", "--agent", "nobody"]], [["\0".slice(1)]]])(
    "blocks nothing when it is called with %j",
    async (given) => {
      const payload = { cwd: "/", tool_name: "Write", tool_input: { file_path: "/tmp/x", content: "" } };
      const ended = await runBuilt({ cwd: "/", input: JSON.stringify(payload) }, "hook", ...given);
      expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
    },
  );

  test("with flags in front says where the word belongs, and blocks nothing", async () => {
    const ended = await runBuilt({ cwd: "/" }, "--json", "hook", "PreToolUse", "--frobnicate");
    expect(ended).toMatchObject({ code: 0, stdout: "" });
    expect(ended.stderr).toContain("first word");
  });

  const endOf = (child: ChildProcess) =>
    new Promise<{ code: number | null; took: number }>((resolve) => {
      const began = performance.now();
      child.on("exit", (code) => resolve({ code, took: performance.now() - began }));
    });
  const env = { PATH: "", HOME: "/nowhere" };

  test.each([
    ["nobody writes to and nobody closes", undefined],
    ["somebody writes half to and nobody closes", '{"hook_event_name":"PreToolUse",'],
  ])("does not wait for ever for an input that %s", async (_, text) => {
    const child = spawn(process.execPath, [PROGRAM, "hook"], { cwd: "/", env, stdio: ["pipe", "ignore", "ignore"] });
    if (text !== undefined) child.stdin!.write(text);
    expect((await endOf(child)).code).toBe(0);
  });

  test("answers as soon as it has heard all, although nobody closes", async () => {
    const { root } = makeTarget();
    const child = spawn(process.execPath, [PROGRAM, "hook"], { cwd: "/", env, stdio: ["pipe", "pipe", "ignore"] });
    let said = "";
    child.stdout!.on("data", (data) => {
      said += data;
    });
    child.stdin!.write(JSON.stringify({ hook_event_name: "SessionStart", cwd: root }));
    expect((await endOf(child)).code).toBe(0);
    expect(said).toContain("Active work: #1234");
  });

  test("ends without an input, with a folder as one and with nobody to read it", async () => {
    const folder = openSync("/", "r");
    for (const stdin of ["ignore", folder] as const) {
      const child = spawn(process.execPath, [PROGRAM, "hook"], { cwd: "/", env, stdio: [stdin, "ignore", "ignore"] });
      expect((await endOf(child)).code).toBe(0);
    }
    const closed = spawn("/bin/sh", ["-c", `exec "$0" "$1" hook <&- >&- 2>&-`, process.execPath, PROGRAM], { env });
    expect((await endOf(closed)).code).toBe(0);
    const { root } = makeTarget();
    const deaf = spawn(
      "/bin/sh",
      [
        "-c",
        `printf '%s' "$2" | "$0" "$1" hook | true`,
        process.execPath,
        PROGRAM,
        `{"hook_event_name":"SessionStart","cwd":"${root}"}`,
      ],
      { env: { PATH: "/usr/bin:/bin" } },
    );
    expect((await endOf(deaf)).code).toBe(0);
  });
});
