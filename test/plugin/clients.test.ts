/**
 * The plugin and the server inside real clients, where they are installed:
 * `GATE_CLIENTS=<folder with node_modules>`. Neither a key nor the network is used.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { TOOLS } from "../../src/mcp/tools.ts";
import { clientOf } from "../support/clients.ts";
import { type GitProject, makeGitProject } from "../support/git-project.ts";
import { type Model, startModel, type Turn } from "../support/model.ts";
import type { ApiName } from "../support/model-apis.ts";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";
import { runJson } from "../support/terminal.ts";

const ROOT = join(import.meta.dirname, "../..");
const LONG = 180_000;

const claude = clientOf("claude");
const inspector = clientOf("mcp-inspector");

/** Claude Code with a home of its own, so that nothing of the user's is read or written. */
function makeClaude(cwd: string, environment: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env["PATH"],
    HOME: makeFolder(),
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    // All tools at once, instead of a tool that finds them.
    ENABLE_TOOL_SEARCH: "false",
    ...environment,
  };
  return (...args: readonly string[]) => runProgram(claude!, args, { cwd, env });
}

/** Installs as a person does it, by the built program. */
async function install(root: string, ...words: readonly string[]): Promise<void> {
  const ended = await runProgram(process.execPath, [PROGRAM, "install", ...words, "--yes"], { cwd: root });
  expect(ended.code, ended.stderr).toBe(0);
}

/** Claude Code in front of a model on this machine. */
const talkTo = ({ url }: Model, cwd: string, environment: Readonly<Record<string, string>> = {}) =>
  makeClaude(cwd, { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "none", ...environment });

test.skipIf(!claude)(
  "Claude Code finds nothing wrong with the plugin and the marketplace",
  { timeout: LONG },
  async () => {
    const run = makeClaude(ROOT);
    for (const path of ["dist/plugin", "."]) {
      const ended = await run("plugin", "validate", "--strict", path);
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
      expect(ended.stdout).toContain("Validation passed");
    }
  },
);

test.skipIf(!claude)(
  "Claude Code installs the plugin from the checkout and connects to its server",
  { timeout: LONG },
  async () => {
    const run = makeClaude(makeProject({ ".claude/state.md": fixture("read/format.md") }).root);
    for (const args of [
      ["marketplace", "add", ROOT],
      ["install", "state-gatekeeper@state-gatekeeper"],
    ]) {
      const ended = await run("plugin", ...args);
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    }
    expect((await run("mcp", "get", "plugin:state-gatekeeper:gate")).stdout).toContain("Connected");
  },
);

test.skipIf(!claude)("Claude Code connects to the server alone", { timeout: LONG }, async () => {
  const run = makeClaude(makeProject().root);
  await run("mcp", "add", "gate", "--", process.execPath, PROGRAM, "mcp");
  expect((await run("mcp", "get", "gate")).stdout).toContain("Connected");
});

test.skipIf(!inspector)("the MCP Inspector lists the tools and calls them", { timeout: LONG }, async () => {
  const { root } = makeProject({ ".claude/state.md": fixture("read/format.md") });
  const run = async (...args: readonly string[]) => {
    const words = ["--cli", process.execPath, PROGRAM, "mcp", "--method", ...args];
    // As a shell starts it: the server takes the project from PWD.
    const ended = await runProgram(inspector!, words, { cwd: root, env: { ...process.env, PWD: root } });
    expect(ended.code, ended.stderr).toBe(0);
    return JSON.parse(ended.stdout) as Record<string, unknown>;
  };
  expect((await run("tools/list"))["tools"]).toHaveLength(9);
  const status = await run("tools/call", "--tool-name", "get_active_work");
  expect(status["structuredContent"]).toMatchObject({ issue_number: 1234 });
  const missing = await run("tools/call", "--tool-name", "verify_work_file", "--tool-arg", "issue=9");
  expect(missing["structuredContent"]).toMatchObject({ exists: false, valid: false });
});

test.skipIf(!claude)("inside Claude Code the tools write where its own may not", { timeout: LONG }, async () => {
  const { root, read } = makeProject();
  const model = await startModel([
    { tool: "Write", given: { file_path: join(root, ".claude/state.md"), content: "# Mine\n" } },
    { tool: "mcp__gate__initialize_state", given: {} },
    { tool: "mcp__gate__set_active_work", given: { issue: 5, title: "Five" } },
    { tool: "mcp__gate__set_active_work", given: { issue: "five" } },
  ]);
  const server = { mcpServers: { gate: { command: process.execPath, args: [PROGRAM, "mcp"] } } };
  const ended = await talkTo(model, root)(
    ...["-p", "Start issue 5", "--mcp-config", JSON.stringify(server), "--strict-mcp-config"],
    ...["--allowedTools", "Write", "mcp__gate__initialize_state", "mcp__gate__set_active_work"],
  );
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(model.results.map(({ is_error }) => is_error ?? false)).toEqual([true, false, false, true]);
  expect(JSON.stringify(model.results[2])).toContain("Active work set to #5 - Five");
  expect(JSON.stringify(model.results[3])).toContain("INVALID_ARGUMENT");
  expect(read(".claude/state.md")).toContain("**Current Issue:** #5 - Five");
  const { entries } = (await runJson(root, "history")) as { entries: { actor: string }[] };
  expect(entries[0]!.actor).toMatch(/^claude-code:[0-9a-f-]{36}$/);
});

test.skipIf(!claude)("inside Claude Code nothing is rebuilt while nobody says yes", { timeout: LONG }, async () => {
  const damaged = fixture("read/format.md").replace("## Blockers\n", "");
  const { root, read } = makeProject({ ".claude/state.md": damaged });
  const model = await startModel([{ tool: "mcp__gate__recover_state", given: {} }]);
  const server = { mcpServers: { gate: { command: process.execPath, args: [PROGRAM, "mcp"] } } };
  const run = talkTo(model, root);
  await run(
    ...["-p", "Recover it", "--mcp-config", JSON.stringify(server), "--strict-mcp-config"],
    ...["--allowedTools", "mcp__gate__recover_state"],
  );
  expect(model.results).toHaveLength(1);
  expect(JSON.stringify(model.results[0])).toMatch(/DECLINED|CONSENT_REQUIRED/);
  expect(read(".claude/state.md")).toBe(damaged);
});

test.skipIf(!claude)(
  "the plugin's tools have the names its commands and its agent give them",
  { timeout: LONG },
  async () => {
    const { root } = makeProject();
    const model = await startModel([]);
    const plugin = ["--plugin-dir", join(ROOT, "dist/plugin"), "--settings", JSON.stringify({ disableAllHooks: true })];
    const ended = await talkTo(model, root)("-p", "Hello", ...plugin);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const names = TOOLS.map(({ name }) => `mcp__plugin_state-gatekeeper_gate__${name}`);
    expect([...model.offered]).toEqual(expect.arrayContaining(names));
  },
);

test.skipIf(!claude).each(["plugin", "install"])(
  "inside Claude Code the hooks of %s brief a session and guard the state files",
  { timeout: LONG },
  async (from) => {
    const text = fixture("read/format.md");
    const { root, read } = makeProject({ ".claude/state.md": text });
    const state = join(root, ".claude/state.md");
    const model = await startModel([
      { tool: "Bash", given: { command: "rm .claude/state.md", description: "Remove it" } },
      { tool: "Read", given: { file_path: state } },
      { tool: "Edit", given: { file_path: state, old_string: "## Blockers", new_string: "## Stuck" } },
      { tool: "Bash", given: { command: "cat .claude/state.md", description: "Read it" } },
    ]);
    const plugin = from === "plugin" ? ["--plugin-dir", join(ROOT, "dist/plugin")] : [];
    if (from === "install") await install(root, "--agent", "claude", "--scope", "local");
    const ended = await talkTo(model, root)("-p", "Go on", ...plugin, "--allowedTools", "Bash", "Read", "Edit");
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    const brief = await runProgram(process.execPath, [PROGRAM, "brief"], { cwd: root });
    const firstLine = brief.stdout.split("\n").find((line) => line.includes("#1234"));
    expect(firstLine).toBeDefined();
    // Nobody has saved it by the gate.
    expect(model.opening).toContain("From outside the gate, unverified");
    expect(model.opening).toContain(JSON.stringify(firstLine).slice(1, -1));
    const [removed, , edited, shown] = model.results.map((result) => JSON.stringify(result));
    expect(removed).toContain("gate done");
    expect(edited).toContain("missing-section");
    expect(model.results.map(({ is_error }) => is_error ?? false)).toEqual([true, false, true, false]);
    expect(shown).toContain("1234");
    expect(read(".claude/state.md")).toBe(text);
  },
);

test.skipIf(!claude)(
  "inside Claude Code the command that the plugin's hooks name is there",
  { timeout: LONG },
  async () => {
    const { root, read } = makeProject({ ".claude/state.md": fixture("read/format.md") });
    const before = read(".claude/state.md");
    const model = await startModel([
      { tool: "Bash", given: { command: "gate save --log 'From the shell'", description: "Save" } },
    ]);
    const ended = await talkTo(model, root, { PATH: `${join(process.execPath, "..")}:/usr/bin:/bin` })(
      ...["-p", "Hello", "--plugin-dir", join(ROOT, "dist/plugin"), "--allowedTools", "Bash"],
    );
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(JSON.stringify(model.results[0])).toContain("Progress updated for issue #1234");
    expect(read(".claude/state.md")).not.toBe(before);
  },
);

/** How a client is run once, without a person, in front of a model on this machine. */
interface Client {
  readonly agent: string;
  readonly program: string;
  readonly api: ApiName;
  /** Its tool for the shell, and the name of the command in what it is given. */
  readonly shell: readonly [tool: string, key: string];
  readonly words: (url: string) => readonly string[];
  readonly environment?: (url: string) => Readonly<Record<string, string>>;
  /** Settings of the user, below the home folder. */
  readonly home?: (root: string) => Readonly<Record<string, string>>;
  /** What it takes to have the plugin from a marketplace, and how the model calls the server's tools then. */
  readonly plugin?: {
    readonly calls: readonly (readonly string[])[];
    readonly tool: (name: string) => Omit<Turn, "given">;
  };
}

const CLIENT_LIST: readonly Client[] = [
  {
    agent: "claude",
    program: "claude",
    api: "messages",
    shell: ["Bash", "command"],
    words: () => ["-p", "Go on", "--allowedTools", "Bash"],
    environment: (url) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: "none",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      ENABLE_TOOL_SEARCH: "false",
    }),
    // A person is asked once whether the servers of a project may run.
    home: (root) => ({
      ".claude.json": JSON.stringify({
        projects: { [root]: { hasTrustDialogAccepted: true, enabledMcpjsonServers: ["state-gatekeeper"] } },
      }),
    }),
  },
  {
    agent: "codex",
    program: "codex",
    api: "responses",
    shell: ["exec_command", "cmd"],
    words: (url) => [
      ...["exec", "--dangerously-bypass-approvals-and-sandbox", "--dangerously-bypass-hook-trust"],
      ...["-c", "model=stand-in", "-c", "model_provider=here"],
      ...["-c", `model_providers.here={name="here",base_url="${url}/v1",wire_api="responses"}`, "Go on"],
    ],
    home: (root) => ({ ".codex/config.toml": `[projects."${root}"]\ntrust_level = "trusted"\n` }),
    plugin: {
      calls: [
        ["plugin", "marketplace", "add", ROOT],
        ["plugin", "add", "state-gatekeeper@state-gatekeeper"],
      ],
      tool: (name) => ({ tool: name, namespace: "mcp__gate" }),
    },
  },
  {
    agent: "copilot",
    program: "copilot",
    api: "messages",
    shell: ["bash", "command"],
    words: () => ["-p", "Go on", "--allow-all-tools"],
    environment: (url) => ({
      COPILOT_OFFLINE: "true",
      COPILOT_ALLOW_ALL: "true",
      COPILOT_PROVIDER_TYPE: "anthropic",
      COPILOT_PROVIDER_BASE_URL: url,
      COPILOT_PROVIDER_API_KEY: "none",
      COPILOT_MODEL: "claude-sonnet-4.5",
    }),
    plugin: {
      calls: [
        ["plugin", "marketplace", "add", ROOT],
        ["plugin", "install", "state-gatekeeper@state-gatekeeper"],
      ],
      tool: (name) => ({ tool: `gate-${name}` }),
    },
  },
  {
    agent: "gemini",
    program: "gemini",
    api: "generate",
    shell: ["run_shell_command", "command"],
    words: () => ["--yolo", "-m", "gemini-2.5-pro", "-p", "Go on"],
    environment: (url) => ({
      GEMINI_API_KEY: "none",
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_CLI_TRUST_WORKSPACE: "true",
    }),
    home: () => ({ ".gemini/settings.json": '{"security":{"auth":{"selectedType":"gemini-api-key"}}}' }),
  },
];

const SESSIONS = CLIENT_LIST.map((client) => ({ ...client, program: clientOf(client.program) }));

describe.each(SESSIONS)("inside the real $agent", ({ agent, program, api, shell: [tool, key], plugin, ...client }) => {
  /** What the client finds in the home folder and on the path; all is gone after the test. */
  function makeHome(root: string): Readonly<Record<string, string | undefined>> {
    const [home, bin] = [makeFolder(), makeFolder()];
    symlinkSync(PROGRAM, join(bin, "gate"));
    for (const [path, text] of Object.entries(client.home?.(root) ?? {})) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    return { PATH: `${bin}:${process.env["PATH"]}`, HOME: home, PWD: root };
  }

  /** A session in which the model takes these turns. */
  async function talk(root: string, turns: readonly Turn[], home = makeHome(root)): Promise<Model> {
    const model = await startModel(turns, api);
    const env = { ...home, ...client.environment?.(model.url) };
    const ended = await runProgram(program!, client.words(model.url), { cwd: root, env });
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    return model;
  }

  const commandOf = (command: string): Turn => ({ tool, given: { [key]: command, description: "As told" } });

  /** A session in a repository in which the program is installed; the model calls these commands. */
  async function session(root: string, commands: readonly string[]): Promise<Model> {
    await install(root, "--agent", agent, "--mcp");
    return talk(root, commands.map(commandOf));
  }

  function repository(files: Readonly<Record<string, string>> = {}): GitProject {
    const project = makeGitProject();
    const all = { ".claude/state.md": fixture("read/format.md"), ...files };
    for (const [path, text] of Object.entries(all)) project.write(path, text);
    project.git("add", ".");
    project.git("commit", "-q", "-m", "begin");
    return project;
  }

  test.skipIf(!program)(
    "a session is briefed, the shell is guarded, the tools are there",
    { timeout: LONG },
    async () => {
      const { root, read } = repository();
      const model = await session(root, ["rm .claude/state.md", "cat .claude/state.md"]);
      const brief = await runProgram(process.execPath, [PROGRAM, "brief"], { cwd: root });
      const firstLine = brief.stdout.split("\n").find((line) => line.includes("#1234"));
      expect(firstLine).toBeDefined();
      // Nobody has saved it by the gate.
      expect(model.opening).toContain("From outside the gate, unverified");
      expect(model.opening).toContain(JSON.stringify(firstLine).slice(1, -1));
      const [removed, shown] = model.results.map((result) => JSON.stringify(result));
      expect(removed).toContain("must not be removed");
      expect(shown).toContain("1234");
      expect(read(".claude/state.md")).toBe(fixture("read/format.md"));
      expect([...model.offered].join(" ")).toMatch(/state[-_]gatekeeper/);
    },
  );

  test.skipIf(!program)("damage by a script is told with the answer of the tool", { timeout: LONG }, async () => {
    const { root } = repository({ "halve.sh": "head -c 240 .claude/state.md > x && mv x .claude/state.md\n" });
    const model = await session(root, ["sh halve.sh"]);
    // Some clients put it beside the result, not into it.
    expect(model.conversation).toContain(".claude/state.md is damaged");
    expect(model.conversation).toContain("gate recover");
  });

  test.skipIf(!program)("what git throws away can be had again", { timeout: LONG }, async () => {
    const project = repository();
    const mine = fixture("read/format.md").replace("Need to add tests", "Two hours of notes");
    project.write(".claude/state.md", mine);
    await session(project.root, ["git reset --hard -q"]);
    expect(project.read(".claude/state.md")).not.toBe(mine);
    const undone = await runProgram(process.execPath, [PROGRAM, "undo"], { cwd: project.root });
    expect(undone.code, undone.stderr).toBe(0);
    expect(project.read(".claude/state.md")).toBe(mine);
  });

  test.skipIf(!program || !plugin)(
    "the plugin's hooks guard and its server writes to the project, not beside itself",
    { timeout: LONG },
    async () => {
      const { root, read } = repository();
      const home = makeHome(root);
      for (const call of plugin!.calls) {
        const ended = await runProgram(program!, call, { cwd: root, env: home });
        expect(ended.code, ended.stdout + ended.stderr).toBe(0);
      }
      const turn = { ...plugin!.tool("update_progress"), given: { next_steps: ["By the plugin"] } };
      const model = await talk(root, [commandOf("rm .claude/state.md"), turn], home);
      expect(JSON.stringify(model.results[0])).toContain("must not be removed");
      expect(JSON.stringify(model.results[1])).toContain("Progress updated for issue #1234");
      expect(read(".claude/state.md")).toContain("1. By the plugin");
    },
  );

  test.skipIf(!program || agent === "claude")(
    "beside the hooks of Claude Code each event is answered once",
    { timeout: LONG },
    async () => {
      const { root } = repository();
      await install(root, "--agent", "claude");
      const model = await session(root, ["rm .claude/state.md"]);
      expect(model.opening.split("From outside the gate, unverified")).toHaveLength(2);
      expect(JSON.stringify(model.results[0]).split("must not be removed")).toHaveLength(2);
    },
  );
});
