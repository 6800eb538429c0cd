/** Each agent by itself: random payloads in its own form, and what it is told that needs more than one call. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerTo } from "../../src/hooks/hook.ts";
import { AGENT, AGENTS } from "../../src/settings/agents.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";
import { listTree } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

const anything = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.anything({ withBigInt: false, maxDepth: 2 }),
  fc.constantFrom(null, true, -1, [], {}, "\0", "x".repeat(5000), "/a".repeat(3000)),
);
const text = fc.oneof(
  { weight: 3, arbitrary: anything },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[".claude/state.md", ".claude/work/1234.md", "src/link/state.md", ".claude", "rm -rf .claude", "ls"],
      ...["*** Begin Patch\n*** Delete File: .claude/state.md\n*** End Patch", "------- SEARCH\n## \n=======\n"],
      ...["------- SEARCH\n## Blockers\n=======\nx\n+++++++ REPLACE\n", '["rm .claude/state.md"]', "## Blockers"],
    ),
  },
);
const TOOLS = [
  ...["Write", "Edit", "Bash", "apply_patch", "write_file", "replace", "create", "edit", "run_shell_command", "write"],
  ...["StrReplace", "Delete", "Shell", "MCP:write_file", "create_file", "replace_string_in_file", "run_in_terminal"],
  ...["multi_replace_string_in_file", "insert_edit_into_file", "write_to_file", "replace_in_file", "execute_command"],
  ...[
    "editor",
    "run_commands",
    "fs_write",
    "execute_bash",
    "@files/move_file",
    "mcp__x__delete",
    "mcp__",
    "MCP:",
    "@/",
  ],
];
const KEYS = [
  ...["file_path", "path", "filePath", "content", "contents", "file_text", "old_string", "new_string", "old_str"],
  ...["new_str", "oldString", "newString", "oldText", "newText", "old_text", "new_text", "diff", "edits", "command"],
  ...["commands", "args", "replacements", "insert_line", "patchText", "input", "code", "command_line", "cwd"],
];
const input = fc.oneof(
  { weight: 1, arbitrary: text },
  {
    weight: 6,
    arbitrary: fc.record(Object.fromEntries(KEYS.map((key) => [key, text])), { requiredKeys: [] }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      replacements: fc.array(fc.record({ filePath: text, oldString: text, newString: text }, { requiredKeys: [] })),
      edits: fc.array(fc.record({ oldText: text, newText: text, old_string: text }, { requiredKeys: [] })),
    }),
  },
);

/** What an agent might send of an event: in its own form mostly, and with any part being anything. */
function payloads(root: string, event: string) {
  const tool = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...TOOLS) }, { weight: 1, arbitrary: anything });
  const folder = fc.oneof({ weight: 8, arbitrary: fc.constant(root) }, { weight: 1, arbitrary: anything });
  const use = fc.record({ toolName: tool, parameters: input }, { requiredKeys: [] });
  return fc.record(
    {
      ...{ hook_event_name: fc.constant(event), cwd: folder, session_id: anything, tool_name: tool, tool_input: input },
      ...{ cursor_version: text, conversation_id: anything, workspace_roots: fc.oneof(fc.array(folder), anything) },
      ...{ agent_action_name: fc.constantFrom(event, "pre_run_command", "pre_mcp_tool_use"), tool_info: input },
      ...{ hookName: fc.constantFrom(event, "tool_call"), workspaceRoots: fc.oneof(fc.array(folder), anything) },
      ...{ preToolUse: use, postToolUse: fc.oneof(use, anything), tool_call: fc.oneof(fc.record({ input }), anything) },
      ...{ timestamp: anything, loop_count: anything, taskId: anything, trajectory_id: anything },
    },
    { requiredKeys: ["hook_event_name"] },
  );
}

const READ = new Set(["SessionStart", "PreToolUse", "PostToolUse"]);

test.each(AGENTS)("%s: random payloads of events that read are answered, and change no byte", async (agent) => {
  const { root } = makeProject({
    ".claude/state.md": fixture("read/format.md"),
    ".claude/work/1234.md": fixture("read/format.work.md").replaceAll("42", "1234"),
  });
  mkdirSync(join(root, "src"));
  symlinkSync("../.claude", join(root, "src/link"));
  const before = listTree(root);
  const events = AGENT[agent].events.filter(({ hook }) => READ.has(hook));
  const any = fc.oneof(
    ...events.map(({ event, hook }) => fc.record({ hook: fc.constant(hook), payload: payloads(root, event) })),
  );
  await fc.assert(
    fc.asyncProperty(any, async ({ hook, payload }) => {
      const facts = { environment: {}, home: "/nowhere", clock: () => NOW, here: root };
      const answer = await answerTo(JSON.stringify(payload), [hook, "--agent", agent], facts);
      if (answer === undefined) return;
      expect(answer.code === 2).toBe(answer.error !== undefined);
      expect([answer.output, answer.text, answer.error].filter((each) => each !== undefined)).toHaveLength(1);
      if (answer.output) expect(typeof JSON.parse(JSON.stringify(answer.output))).toBe("object");
    }),
    runs(10_000, 11, 150),
  );
  expect(listTree(root)).toEqual(before);
});

test("an agent that throws the beginning of a session away is briefed at its first prompt, once", async () => {
  const { root } = makeProject({ ".claude/state.md": fixture("read/format.md"), ".claude/.gate/.keep": "" });
  const ask = async (session: string, agent: string) => {
    const payload = { hook_event_name: "UserPromptSubmit", session_id: session, cwd: root, prompt: "Go on" };
    const facts = { environment: {}, home: "/nowhere", clock: () => NOW };
    return await answerTo(JSON.stringify(payload), ["UserPromptSubmit", "--agent", agent], facts);
  };
  const brief = { output: { hookSpecificOutput: { additionalContext: expect.stringContaining("#1234") } } };
  expect(await ask("q-1", "qwen")).toMatchObject(brief);
  expect(await ask("q-1", "qwen")).toBeUndefined();
  expect(await ask("q-2", "qwen")).toMatchObject(brief);
  expect(await ask("c-1", "claude")).toBeUndefined();
});
