/** The plugin as it is built: what an agent copies and runs without any step between. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { TOOLS } from "../../src/mcp/tools.ts";
import { unfiltered } from "../../src/settings/filter.ts";
import { HELLO } from "../support/mcp.ts";
import { makeFolder, PROGRAM, runProgram } from "../support/program.ts";

const ROOT = join(import.meta.dirname, "../..");
const PLUGIN = join(ROOT, "dist/plugin");
const PREFIX = "mcp__plugin_state-gatekeeper_gate__";
const SHELL = process.platform === "win32" ? undefined : "/bin/sh";

const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
const files = readdirSync(PLUGIN, { recursive: true, encoding: "utf8" }).filter((name) =>
  statSync(join(PLUGIN, name)).isFile(),
);

interface Hook {
  readonly type: string;
  readonly command: string;
  readonly timeout: number;
}
const { hooks } = readJson(join(PLUGIN, "hooks/hooks.json")) as {
  hooks: Record<string, { matcher?: string; hooks: Hook[] }[]>;
};
const groups = Object.entries(hooks).flatMap(([event, list]) => list.map((group) => ({ event, ...group })));

test("names and version are those of the package, and the marketplace leads here", () => {
  const { version, license } = readJson(join(ROOT, "package.json"));
  const manifest = readJson(join(PLUGIN, ".claude-plugin/plugin.json"));
  expect(manifest).toMatchObject({ name: "state-gatekeeper", version, license });
  const { plugins } = readJson(join(ROOT, ".claude-plugin/marketplace.json")) as {
    plugins: { name: string; source: string; version?: string }[];
  };
  expect(plugins).toHaveLength(1);
  expect(plugins[0]).toMatchObject({ name: manifest["name"] });
  expect(plugins[0]).not.toHaveProperty("version");
  expect(join(ROOT, plugins[0]!.source)).toBe(PLUGIN);
});

test("it is what the sources say, with the program that was built", () => {
  const sources = readdirSync(join(ROOT, "plugin"), { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(ROOT, "plugin", name)).isFile(),
  );
  const own = files.filter((name) => !name.startsWith("program") && name !== "LICENSE");
  expect(own.sort()).toEqual(sources.sort());
  for (const name of sources.filter((each) => !each.endsWith("plugin.json"))) {
    expect(readFileSync(join(PLUGIN, name), "utf8"), name).toBe(readFileSync(join(ROOT, "plugin", name), "utf8"));
  }
  const program = files.filter((name) => name.startsWith("program")).map((name) => name.slice("program/".length));
  expect(program.length).toBeGreaterThan(10);
  // The package has the program here alone: its entry is the plugin's, from a folder further away.
  const entry = readFileSync(PROGRAM, "utf8");
  expect(entry).toContain("./plugin/program/program-");
  expect(entry.replaceAll("./plugin/program/", "./")).toBe(readFileSync(join(PLUGIN, "program/bin.cjs"), "utf8"));
});

describe("hooks", () => {
  test("those of the contract, and none that answers for the user", () => {
    expect(Object.keys(hooks).sort()).toEqual(
      ["PostToolUse", "PreCompact", "PreToolUse", "SessionEnd", "SessionStart", "Stop", "UserPromptSubmit"].sort(),
    );
  });

  test.each(groups.flatMap(({ event, hooks: list }) => list.map((hook) => [event, hook] as const)))(
    "%s runs a script that is there, as one line of shell",
    async (event, { type, command, timeout }) => {
      expect(type).toBe("command");
      expect(timeout).toBeLessThanOrEqual(10);
      const called = unfiltered(command);
      const [, script = ""] = /^node "\$\{CLAUDE_PLUGIN_ROOT\}\/([^"]+)" hook (\w+)$/.exec(called) ?? [];
      expect(called.endsWith(` hook ${event}`)).toBe(true);
      expect(existsSync(join(PLUGIN, script)), script).toBe(true);
      if (!SHELL) return;
      // A folder with a space in its name is where such lines break.
      const folder = join(makeFolder(), "a plugin");
      cpSync(join(PLUGIN, "program"), join(folder, "program"), { recursive: true });
      const line = command.replace(/hook \w+(?=$|;fi$)/, "--version");
      const env = { ...process.env, CLAUDE_PLUGIN_ROOT: folder };
      const ended = await runProgram(SHELL, ["-c", line], { env }, '{"tool_name":"Write"}');
      expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    },
  );

  test("matchers are regular expressions that match the tools they are meant for", () => {
    const matchersOf = (event: string) =>
      groups.filter((group) => group.event === event).map(({ matcher = "" }) => new RegExp(`^(?:${matcher})$`));
    const heard = (event: string, word: string) => matchersOf(event).some((matcher) => matcher.test(word));
    for (const tool of ["Write", "Edit", "MultiEdit", "apply_patch", "write_file", "replace"]) {
      expect(heard("PreToolUse", tool), tool).toBe(true);
      expect(heard("PostToolUse", tool), tool).toBe(true);
    }
    expect(heard("PreToolUse", "Bash")).toBe(true);
    for (const tool of ["Read", "Grep", "TodoWrite", "WebFetch"]) expect(heard("PreToolUse", tool), tool).toBe(false);
    for (const source of ["startup", "resume", "clear", "compact"]) expect(heard("SessionStart", source)).toBe(true);
  });
});

test("the server starts from a copy in another folder, and answers", async () => {
  const folder = join(makeFolder(), "a plugin");
  cpSync(PLUGIN, folder, { recursive: true });
  const { mcpServers } = readJson(join(folder, ".mcp.json")) as {
    mcpServers: Record<string, { command: string; args: string[] }>;
  };
  expect(Object.keys(mcpServers)).toEqual(["gate"]);
  const { command, args } = mcpServers["gate"]!;
  expect(command).toBe("node");
  const words = args.map((word) => word.replace(/\$\{CLAUDE_PLUGIN_ROOT\}/g, folder));
  const list = { id: 1, method: "tools/list" };
  const input = [...HELLO, list].map((each) => `${JSON.stringify({ jsonrpc: "2.0", ...each })}\n`).join("");
  const { code, stdout } = await runProgram(process.execPath, words, { cwd: makeFolder() }, input);
  expect(code).toBe(0);
  expect(stdout).toContain('"recover_state"');
});

test.skipIf(!SHELL)("the program the hooks speak of is a command where the agent puts bin/ on its PATH", async () => {
  const folder = join(makeFolder(), "a plugin");
  cpSync(PLUGIN, folder, { recursive: true });
  const root = makeFolder();
  const PATH = `${join(folder, "bin")}:${process.env["PATH"]}`;
  const run = (line: string) => runProgram(SHELL!, ["-c", line], { cwd: root, env: { PATH, HOME: root } });
  expect(await run("gate init && gate start 5 --title 'Say \"five\"'")).toMatchObject({ code: 0, stderr: "" });
  expect((await run("gate brief")).stdout).toContain('Active work: #5 Say "five"');
  expect((await run("gate verify 7")).code).not.toBe(127);
});

describe("what the agent reads", () => {
  const pages = files.filter((name) => name.endsWith(".md"));
  const read = (name: string) => {
    const [, head = "", body = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(join(PLUGIN, name), "utf8")) ?? [];
    return { head: parse(head) as Record<string, string>, body };
  };
  const names = TOOLS.map(({ name }) => name);

  test("a skill, four commands and an agent", () => {
    expect(pages.sort()).toEqual(
      [
        "agents/gate-keeper.md",
        ...["done", "save", "start", "status"].map((name) => `commands/${name}.md`),
        "skills/keeping-state/SKILL.md",
      ].sort(),
    );
  });

  test.each(pages)("%s: a head that can be read, and tools that are there", (name) => {
    const { head, body } = read(name);
    expect(head["description"]).toMatch(/^[A-Z].{10,}/);
    if (!name.startsWith("commands")) expect(head["name"]).toMatch(/^[a-z-]{1,64}$/);
    if (name.startsWith("skills")) expect(name).toBe(`skills/${head["name"]}/SKILL.md`);
    const allowed = (head["allowed-tools"] ?? head["tools"] ?? "").split(", ").filter(Boolean);
    for (const tool of allowed.filter((each) => each !== "Read")) {
      expect(names, tool).toContain(tool.replace(PREFIX, ""));
      expect(tool.startsWith(PREFIX)).toBe(true);
    }
    const called = [...body.matchAll(/`([a-z]+(?:_[a-z]+){1,3})`/g)].map(([, word]) => word!);
    const known = [
      ...names,
      "progress_items",
      "next_steps",
      "add_next",
      "open_questions",
      "work_file",
      "work_file_freshness",
    ];
    for (const word of called) expect(known, word).toContain(word);
    // A person has asked for the command, and is not asked again for each of its steps.
    const steps = name.startsWith("commands") ? called.filter((word) => names.some((each) => each === word)) : [];
    for (const step of steps) expect(allowed, step).toContain(`${PREFIX}${step}`);
    expect(body.length).toBeLessThan(2500);
  });

  test("the agent has all tools of the gate and none that edits", () => {
    const { head } = read("agents/gate-keeper.md");
    const [...tools] = head["tools"]!.split(", ");
    expect(tools.sort()).toEqual([...names.map((name) => `${PREFIX}${name}`), "Read"].sort());
  });

  test("the skill forbids what the gate is there for", () => {
    expect(read("skills/keeping-state/SKILL.md").body).toContain("Never edit, move or delete files");
  });
});
