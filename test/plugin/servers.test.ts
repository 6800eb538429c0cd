/** The servers of the plugin as clients start them: whose project they take, and that it is never the plugin's own. */
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callOf, HELLO, type Message } from "../support/mcp.ts";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

const ROOT = join(import.meta.dirname, "../..");
const BUILT = join(ROOT, "dist/plugin");
const SESSION = "5f0c9a52-1111-4222-8333-444455556666";

function makePlugin(): string {
  const folder = join(makeFolder(), "a plugin");
  cpSync(BUILT, folder, { recursive: true });
  return folder;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

interface Start {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the server, begins a state in it and returns what it answered. */
async function begin({ cwd, args, env }: Start) {
  const calls = [...HELLO, callOf(1, "initialize_state"), callOf(2, "set_active_work", { issue: 7, title: "Seven" })];
  const input = calls.map((each) => `${JSON.stringify({ jsonrpc: "2.0", ...each })}\n`).join("");
  const { code, stdout } = await runProgram(process.execPath, args, { cwd, env: { PATH: "", ...env } }, input);
  expect(code).toBe(0);
  const answers = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Message);
  return answers.find(({ id }) => id === 2)!.result!["structuredContent"] as Record<string, unknown>;
}

const hasState = (folder: string) => existsSync(join(folder, ".claude/state.md"));

/** How Codex starts the server: in the plugin, with the variables that are named, and nothing is put in for `${…}`. */
function startedByCodex(plugin: string, variables: Readonly<Record<string, string>>): Start {
  const manifest = readJson(join(plugin, ".codex-plugin/plugin.json"));
  const { mcpServers } = readJson(join(plugin, manifest["mcpServers"] as string)) as {
    mcpServers: Record<string, { command: string; args: string[]; cwd: string; env_vars: string[] }>;
  };
  expect(Object.keys(mcpServers)).toEqual(["gate"]);
  const { command, args, cwd, env_vars } = mcpServers["gate"]!;
  expect(command).toBe("node");
  expect(JSON.stringify(mcpServers)).not.toContain("${");
  const env = Object.fromEntries(Object.entries(variables).filter(([name]) => env_vars.includes(name)));
  return { cwd: join(plugin, cwd), args, env };
}

test("the manifest for Codex is that of the plugin, with a server of its own", () => {
  const own = readJson(join(BUILT, ".codex-plugin/plugin.json"));
  const { version, ...rest } = readJson(join(BUILT, ".claude-plugin/plugin.json"));
  expect(own).toMatchObject({ ...rest, version });
  // Codex takes only paths like these, and finds hooks and skills where they are by itself.
  expect(own["mcpServers"]).toMatch(/^\.\/[^.]*\.?/);
  expect(Object.keys(own)).not.toContain("hooks");
  expect(readdirSync(join(BUILT, "hooks"))).toEqual(["hooks.json"]);
});

test("Codex: the project is where its shell is", async () => {
  const [plugin, { root }] = [makePlugin(), makeProject()];
  const answer = await begin(startedByCodex(plugin, { PWD: root, HOME: makeFolder(), OTHER: "x" }));
  expect(answer).toMatchObject({ success: true });
  expect([hasState(root), hasState(plugin)]).toEqual([true, false]);
});

test("Codex without a shell: refused, with the command that helps", async () => {
  const plugin = makePlugin();
  const answer = await begin(startedByCodex(plugin, { HOME: makeFolder() }));
  expect(answer).toMatchObject({
    success: false,
    error: {
      code: "NOT_FOUND",
      message: expect.stringContaining("the plugin lies there"),
      hint: expect.stringContaining("gate install --agent"),
    },
  });
  expect(hasState(plugin)).toBe(false);
});

/** How Copilot starts the server: in the plugin, in which its `PWD` is too, with the id of the session. */
function startedByCopilot(plugin: string, home: string, session: string): Start {
  const { mcpServers } = readJson(join(plugin, ".mcp.json")) as { mcpServers: { gate: { args: string[] } } };
  const args = mcpServers.gate.args.map((word) => word.replace(/\$\{CLAUDE_PLUGIN_ROOT\}/g, plugin));
  const roots = { COPILOT_PLUGIN_ROOT: plugin, PLUGIN_ROOT: plugin };
  const env = { HOME: home, PWD: plugin, COPILOT_CLI: "1", COPILOT_AGENT_SESSION_ID: session, ...roots };
  return { cwd: plugin, args, env };
}

test("Copilot: the project is where the session's hook ran, and no other session's", async () => {
  const [plugin, home, { root, read }] = [makePlugin(), makeFolder(), makeProject()];
  const start = startedByCopilot(plugin, home, SESSION);
  const refused = await begin(start);
  expect(refused).toMatchObject({ success: false, error: { code: "NOT_FOUND" } });
  const { hooks } = readJson(join(plugin, "hooks/hooks.json")) as {
    hooks: { SessionStart: [{ hooks: [{ command: string }] }] };
  };
  const [, script = ""] =
    /"\$\{CLAUDE_PLUGIN_ROOT\}\/([^"]+)" hook SessionStart$/.exec(hooks.SessionStart[0].hooks[0].command) ?? [];
  const payload = {
    hook_event_name: "SessionStart",
    session_id: SESSION,
    timestamp: "x",
    cwd: root,
    source: "startup",
  };
  const env = { PATH: "", HOME: home, COPILOT_CLI: "1", CLAUDE_PLUGIN_ROOT: plugin };
  const hook = await runProgram(
    process.execPath,
    [join(plugin, script), "hook", "SessionStart"],
    { cwd: plugin, env },
    JSON.stringify(payload),
  );
  expect(hook).toMatchObject({ code: 0, stderr: "" });
  expect(await begin({ ...start, env: { ...start.env, COPILOT_AGENT_SESSION_ID: "another" } })).toMatchObject({
    error: { hint: expect.stringContaining("gate install --agent copilot --mcp") },
  });
  expect(await begin(start)).toMatchObject({ success: true });
  expect(read(".claude/state.md")).toContain("#7 - Seven");
  expect([hasState(plugin), hasState(home)]).toEqual([false, false]);
  // What the session saves is known as its own.
  expect(read(".claude/.gate/audit.jsonl")).toContain(`raw:${SESSION}`);
});

test("a package is no plugin: the server works in a project that has it, and in a checkout", async () => {
  const input = [...HELLO, callOf(1, "get_active_work")].map(
    (each) => `${JSON.stringify({ jsonrpc: "2.0", ...each })}\n`,
  );
  const env = { PATH: "", HOME: makeFolder(), PWD: ROOT };
  const { stdout } = await runProgram(process.execPath, [PROGRAM, "mcp"], { cwd: ROOT, env }, input.join(""));
  expect(stdout).toContain('"exists":');
  expect(stdout).not.toContain("the plugin lies there");
});
