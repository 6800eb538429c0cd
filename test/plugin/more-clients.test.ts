/**
 * Qwen Code, opencode, pi and Cline as they are, where they are installed:
 * `GATE_CLIENTS=<folder with node_modules>`. Each is asked by a model on this machine to
 * damage the state file; neither a key nor the network is used.
 */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { AgentName } from "../../src/settings/agents.ts";
import { clientOf } from "../support/clients.ts";
import { startModel, type Turn } from "../support/model.ts";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";
import { runJson } from "../support/terminal.ts";

const LONG = 400_000;
const MODEL = "claude-x";

interface Place {
  readonly home: string;
  readonly root: string;
  readonly url: string;
}

/** How a client is told of the model on this machine, and started with a prompt. */
interface Client {
  put?(place: Place): Readonly<Record<string, object>>;
  environment?(place: Place): Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

const QWEN: Client = {
  environment: ({ url }) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: "none", ANTHROPIC_MODEL: MODEL }),
  words: ["-p", "Go on", "--yolo", "--auth-type", "anthropic", "--model", MODEL],
};
const OPENCODE: Client = {
  put: ({ url }) => ({
    ".config/opencode/opencode.json": {
      ...{ model: `anthropic/${MODEL}`, small_model: `anthropic/${MODEL}`, autoupdate: false },
      provider: { anthropic: { options: { baseURL: `${url}/v1`, apiKey: "none" }, models: { [MODEL]: {} } } },
    },
  }),
  environment: () => ({ OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" }),
  words: ["run", "--model", `anthropic/${MODEL}`, "Go on"],
};
const PI: Client = {
  put: ({ url }) => ({
    ".pi/agent/models.json": {
      providers: {
        here: { baseUrl: url, api: "anthropic-messages", apiKey: "none", models: [{ id: MODEL, maxTokens: 1000 }] },
      },
    },
  }),
  environment: () => ({ PI_OFFLINE: "1" }),
  words: ["-p", "--provider", "here", "--model", MODEL, "Go on"],
};
const CLINE: Client = {
  put: ({ url }) => ({
    ".cline/data/settings/providers.json": {
      ...{ version: 1, lastUsedProvider: "anthropic" },
      providers: {
        anthropic: {
          settings: { provider: "anthropic", apiKey: "none", model: "claude-sonnet-4-5", baseUrl: `${url}/v1` },
          ...{ updatedAt: "2024-10-23T16:30:00.000Z", tokenSource: "manual" },
        },
      },
    },
  }),
  words: ["--provider", "anthropic", "--model", "claude-sonnet-4-5", "--key", "none", "Go on"],
};

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs a client in a project with our hooks, in front of a model that takes these turns. */
async function run(name: AgentName, client: Client, turnsIn: (root: string) => readonly Turn[]) {
  const text = fixture("read/format.md");
  const { root, read } = makeProject({ ".claude/state.md": text });
  const [home, bin] = [makeFolder(), makeFolder()];
  put(join(bin, "gate"), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(join(bin, "gate"), 0o755);
  await runJson(root, "install", "--agent", name, "--mcp", "--yes");
  const model = await startModel(turnsIn(root));
  const place = { home, root, url: model.url };
  for (const [path, value] of Object.entries(client.put?.(place) ?? {})) put(join(home, path), JSON.stringify(value));
  const env = { PATH: `${bin}:${process.env["PATH"]}`, HOME: home, ...client.environment?.(place) };
  const ended = await runProgram(clientOf(name)!, client.words, { cwd: root, env });
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(read(".claude/state.md")).toBe(text);
  return { results: model.results.map((result) => JSON.stringify(result)), asked: model.conversation };
}

const BRIEF = "Active work: #1234 Add rate limiting";

test.skipIf(!clientOf("qwen"))("inside Qwen Code", { timeout: LONG }, async () => {
  const { results, asked } = await run("qwen", QWEN, (root) => [
    { tool: "write_file", given: { file_path: join(root, ".claude/state.md"), content: "x" } },
    { tool: "run_shell_command", given: { command: "rm .claude/state.md", is_background: false, description: "x" } },
    { tool: "mcp__state-gatekeeper__get_active_work", given: {} },
  ]);
  expect(asked).toContain(BRIEF);
  expect(results[0]).toContain("missing-section");
  expect(results[1]).toContain("must not be removed");
  expect(results[2]).toContain("1234");
});

test.skipIf(!clientOf("opencode"))("inside opencode", { timeout: LONG }, async () => {
  const { results, asked } = await run("opencode", OPENCODE, (root) => [
    { tool: "write", given: { filePath: join(root, ".claude/state.md"), content: "x" } },
    { tool: "bash", given: { command: "rm .claude/state.md", description: "Remove it" } },
    { tool: "state-gatekeeper_get_active_work", given: {} },
  ]);
  expect(asked).toContain(BRIEF);
  expect(results[0]).toContain("missing-section");
  expect(results[1]).toContain("must not be removed");
  expect(results[2]).toContain("1234");
});

test.skipIf(!clientOf("pi"))("inside pi", { timeout: LONG }, async () => {
  const { results, asked } = await run("pi", PI, (root) => [
    { tool: "write", given: { path: join(root, ".claude/state.md"), content: "x" } },
    { tool: "bash", given: { command: "rm .claude/state.md" } },
    { tool: "bash", given: { command: "gate status --json" } },
  ]);
  expect(asked).toContain(BRIEF);
  expect(results[0]).toContain("missing-section");
  expect(results[1]).toContain("must not be removed");
  expect(results[2]).toContain("1234");
});

test.skipIf(!clientOf("cline"))("inside Cline a denial ends the task", { timeout: LONG }, async () => {
  const { results } = await run("cline", CLINE, (root) => [
    { tool: "editor", given: { path: join(root, ".claude/state.md"), new_text: "x" } },
  ]);
  expect(results).toEqual([]);
});
