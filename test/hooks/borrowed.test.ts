/** An agent that runs another one's hooks besides its own: each event is answered once, in its own dialect. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { install } from "../../src/gate/install/install.ts";
import { answerTo } from "../../src/hooks/hook.ts";
import type { AgentName } from "../../src/settings/agents.ts";
import { NOW } from "../support/clock.ts";
import { makeFolder } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

/** A checkout with the hooks of these agents, and what its hooks answer. */
async function makeCheckout(agents: readonly AgentName[], scope: "project" | "user" = "project") {
  const project = makeProject({ ".claude/state.md": fixture("read/format.md") });
  const home = makeFolder();
  const search = { path: undefined, node: "/usr/bin/node" };
  if (agents.length > 0) await install(project.gate, { agents, scope }, { home, search });
  const ask = async (words: readonly string[], payload: object, environment: Record<string, string>) =>
    await answerTo(JSON.stringify({ cwd: project.root, ...payload }), words, { environment, home, clock: () => NOW });
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  return { ...project, home, ask, put };
}

const COPILOT = { COPILOT_CLI: "1" };
const TIME = "2024-10-23T16:30:00.000Z";
const CLAUDES = ["SessionStart", "--agent", "claude"];
const START = { hook_event_name: "SessionStart", session_id: "c0b1", source: "startup", timestamp: TIME };
const BRIEF = { output: { additionalContext: expect.stringContaining("#1234") }, code: 0 };

test("Copilot with hooks of its own: they answer, and Claude's are silent", async () => {
  const { ask } = await makeCheckout(["claude", "copilot"]);
  expect(await ask(CLAUDES, START, COPILOT)).toBeUndefined();
  const own = { sessionId: "c0b1", timestamp: 1729700000000, source: "new" };
  expect(await ask(["SessionStart", "--agent", "copilot"], own, COPILOT)).toMatchObject(BRIEF);
  const remove = { command: "rm .claude/state.md" };
  const claudes = { hook_event_name: "PreToolUse", timestamp: TIME, tool_name: "Bash", tool_input: remove };
  expect(await ask(["PreToolUse", "--agent", "claude"], claudes, COPILOT)).toBeUndefined();
  const copilots = { sessionId: "c0b1", toolName: "bash", toolArgs: JSON.stringify(remove) };
  expect(await ask(["PreToolUse", "--agent", "copilot"], copilots, COPILOT)).toMatchObject({
    output: { permissionDecision: "deny" },
  });
});

test("Copilot with Claude's hooks alone: they answer, so that Copilot understands it", async () => {
  const { ask } = await makeCheckout(["claude"]);
  expect(await ask(CLAUDES, START, COPILOT)).toMatchObject(BRIEF);
});

test("its own hooks count in the home folder and in the plugin, and not where they are not loaded", async () => {
  const user = await makeCheckout(["copilot"], "user");
  expect(await user.ask(CLAUDES, START, COPILOT)).toBeUndefined();
  const plugged = await makeCheckout([]);
  expect(await plugged.ask(CLAUDES, START, COPILOT)).toMatchObject(BRIEF);
  plugged.put(".copilot/installed-plugins/here/state-gatekeeper/.claude-plugin/plugin.json", "{}");
  expect(await plugged.ask(CLAUDES, START, COPILOT)).toBeUndefined();
  const broken = await makeCheckout(["copilot"]);
  const path = ".github/hooks/state-gatekeeper.json";
  for (const text of [
    broken.read(path).replace("{", "{ // mine"),
    "[]",
    broken.read(path).replace("SessionStart", "X"),
  ]) {
    broken.write(path, text);
    expect(await broken.ask(CLAUDES, START, COPILOT), text).toMatchObject(BRIEF);
  }
});

test("Claude Code is answered as ever, also inside of Copilot; Copilot inside of Claude Code is Copilot", async () => {
  const { ask } = await makeCheckout(["claude", "copilot"]);
  const { timestamp, ...claudes } = START;
  const nested = { ...COPILOT, CLAUDECODE: "1" };
  const answer = { output: { hookSpecificOutput: { additionalContext: expect.stringContaining("#1234") } } };
  expect(await ask(CLAUDES, claudes, { CLAUDECODE: "1" })).toMatchObject(answer);
  expect(await ask(CLAUDES, claudes, nested)).toMatchObject(answer);
  expect(await ask(CLAUDES, { ...claudes, timestamp }, nested)).toBeUndefined();
  // Gemini sends a time too, and runs nobody else's hooks.
  const gemini = { ...COPILOT, GEMINI_SESSION_ID: "g" };
  expect(await ask(["SessionStart", "--agent", "gemini"], START, gemini)).toMatchObject(answer);
});

const CURSOR = { cursor_version: "2.6.0", conversation_id: "c-1", workspace_roots: [] };

test("Cursor with hooks of its own: they answer, and Claude's are silent; with Claude's alone those answer", async () => {
  const { ask } = await makeCheckout(["claude", "cursor"]);
  const start = { ...CURSOR, hook_event_name: "sessionStart", session_id: "c-1" };
  expect(await ask(CLAUDES, start, {})).toBeUndefined();
  expect(await ask(["SessionStart", "--agent", "cursor"], start, {})).toMatchObject({
    output: { additional_context: expect.stringContaining("#1234") },
  });
  const alone = await makeCheckout(["claude"]);
  const remove = { hook_event_name: "preToolUse", tool_name: "Shell", tool_input: { command: "rm .claude/state.md" } };
  expect(await alone.ask(["PreToolUse", "--agent", "claude"], { ...CURSOR, ...remove }, {})).toMatchObject({ code: 2 });
});

test("VS Code runs Claude's hooks and Copilot's: its own answer, else Claude's, else Copilot's", async () => {
  const start = { hook_event_name: "SessionStart", session_id: "v-1", source: "new", timestamp: TIME };
  const ask = async (installed: readonly AgentName[], agent: string) => {
    const checkout = await makeCheckout(installed);
    return await checkout.ask(["SessionStart", "--agent", agent], start, {});
  };
  const brief = { output: { hookSpecificOutput: { additionalContext: expect.stringContaining("#1234") } } };
  const all = ["claude", "copilot", "vscode"] as const;
  expect(await ask(all, "vscode")).toMatchObject(brief);
  expect(await ask(all, "claude")).toBeUndefined();
  expect(await ask(all, "copilot")).toBeUndefined();
  expect(await ask(["claude", "copilot"], "claude")).toMatchObject(brief);
  expect(await ask(["claude", "copilot"], "copilot")).toBeUndefined();
  expect(await ask(["copilot"], "copilot")).toMatchObject(brief);
});

test("Copilot runs VS Code's hooks: where it has its own, those answer", async () => {
  const { ask } = await makeCheckout(["copilot", "vscode"]);
  expect(await ask(["SessionStart", "--agent", "vscode"], START, COPILOT)).toBeUndefined();
  const alone = await makeCheckout(["vscode"]);
  expect(await alone.ask(["SessionStart", "--agent", "vscode"], START, COPILOT)).toMatchObject(BRIEF);
});
