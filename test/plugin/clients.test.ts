/**
 * The plugin and the server inside real clients, where they are installed:
 * `GATE_CLIENTS=<folder with node_modules>`. Neither a key nor the network is used.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

const ROOT = join(import.meta.dirname, "../..");
const CLIENTS = process.env["GATE_CLIENTS"];
const LONG = 180_000;

/** The program of a client; says why there is none. */
function clientOf(name: string): string | undefined {
  const path = CLIENTS === undefined ? undefined : join(CLIENTS, "node_modules/.bin", name);
  if (path !== undefined && existsSync(path)) return path;
  console.info(
    `${name} is not tested: ${CLIENTS === undefined ? "GATE_CLIENTS is not set" : `it is not in ${CLIENTS}`}`,
  );
  return undefined;
}

const claude = clientOf("claude");
const inspector = clientOf("mcp-inspector");

/** Claude Code with a home of its own, so that nothing of the user's is read or written. */
function makeClaude(cwd: string) {
  const home = makeFolder();
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  return (...args: readonly string[]) => runProgram(claude!, args, { cwd, env });
}

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
    const ended = await runProgram(inspector!, words, { cwd: root });
    expect(ended.code, ended.stderr).toBe(0);
    return JSON.parse(ended.stdout) as Record<string, unknown>;
  };
  expect((await run("tools/list"))["tools"]).toHaveLength(9);
  const status = await run("tools/call", "--tool-name", "get_active_work");
  expect(status["structuredContent"]).toMatchObject({ issue_number: 1234 });
  const missing = await run("tools/call", "--tool-name", "verify_work_file", "--tool-arg", "issue=9");
  expect(missing["structuredContent"]).toMatchObject({ exists: false, valid: false });
});
