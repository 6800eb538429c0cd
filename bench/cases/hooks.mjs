import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { emptyProgram, inTurn, program, project, table } from "../measure.mjs";

export const title = "Hooks against an empty Node program";

const PATCH = "*** Begin Patch\n*** Update File: src/a.ts\n@@\n-a\n+b\n*** End Patch";

export function run() {
  const cwd = project();
  const state = join(cwd, ".claude/state.md");
  const hook = (event, more = {}) => ({
    args: [program, "hook", event],
    cwd: "/",
    input: JSON.stringify({ session_id: "bench", cwd, hook_event_name: event, ...more }),
  });
  const tool = (tool_name, tool_input) => ({ tool_name, tool_input });
  const harmless = hook("PreToolUse", tool("Bash", { command: "npm test 2>&1 | tail -5" }));
  const cases = [
    ["empty program", { ...emptyProgram(), input: "{}" }],
    ["another event", hook("Notification")],
    ["Read", hook("PreToolUse", tool("Read", { file_path: state }))],
    [
      "Write elsewhere, 3 kB",
      hook("PreToolUse", tool("Write", { file_path: join(cwd, "a.ts"), content: "a\n".repeat(1500) })),
    ],
    ["Bash, harmless", harmless],
    ["Bash, harmless, as installed", { ...harmless, ...installed() }],
    ["apply_patch elsewhere", hook("PreToolUse", { turn_id: "1", ...tool("apply_patch", { command: PATCH }) })],
    ["Bash, looked at", hook("PreToolUse", tool("Bash", { command: "cp .claude/state.md /tmp/x" }))],
    ["Bash, denied", { ...hook("PreToolUse", tool("Bash", { command: "rm .claude/state.md" })), mayFail: true }],
    ["Bash, git checkout", hook("PreToolUse", tool("Bash", { command: "git checkout -- src" }))],
    [
      "Edit of the state file, 3 kB",
      hook("PreToolUse", tool("Edit", { file_path: state, old_string: "## Blockers", new_string: "## Blockers\n" })),
    ],
    [
      "Write of the state file, denied",
      { ...hook("PreToolUse", tool("Write", { file_path: state, content: "x" })), mayFail: true },
    ],
    [
      "PostToolUse of the state file",
      hook("PostToolUse", tool("Edit", { file_path: state, old_string: "a", new_string: "b" })),
    ],
    ["SessionStart", hook("SessionStart", { source: "startup" })],
    ["UserPromptSubmit", hook("UserPromptSubmit", { prompt: "go on" })],
    ["SessionEnd", hook("SessionEnd", { reason: "exit" })],
    ["gate statusline", { args: [program, "statusline"], cwd, input: JSON.stringify({ cwd }) }],
  ];
  const times = inTurn(cases.map(([, command]) => command));
  const rows = cases.map(([name], index) => [name, times[index].toFixed(1), (times[index] / times[0]).toFixed(2)]);
  return table(["hook", "ms", "ratio"], rows);
}

/** The line of the plugin for a shell command, run as an agent runs it. */
function installed() {
  const root = join(dirname(program), "plugin");
  const { hooks } = JSON.parse(readFileSync(join(root, "hooks/hooks.json"), "utf8"));
  const { command } = hooks.PreToolUse.find(({ matcher }) => matcher === "Bash").hooks[0];
  return { node: "/bin/sh", args: ["-c", command], variables: { CLAUDE_PLUGIN_ROOT: root } };
}
