/** Agents by their documentation: what each gets, that a second time changes nothing, and that all of it goes again. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { doctor } from "../../src/gate/install/doctor.ts";
import { type InstallInput, install, uninstall } from "../../src/gate/install/install.ts";
import type { AgentName } from "../../src/settings/agents.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

/** A project, a home folder, and a PATH with `gate` on it. */
function makeSetting(files: Readonly<Record<string, string>> = {}) {
  const project = makeProject(files);
  const [home, bin] = [makeFolder(), makeFolder()];
  writeFileSync(join(bin, "gate"), "");
  chmodSync(join(bin, "gate"), 0o755);
  const options = { home, search: { path: bin, node: "/usr/bin/node" } };
  return {
    ...{ ...project, home, options },
    enter: async (input: InstallInput) => await install(project.gate, input, options),
    leave: async (input: InstallInput = {}) => await uninstall(project.gate, input, options),
  };
}

function treeOf(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const shown = names.filter((name) => !/^\.claude(?:$|\/\.gate)/.test(name));
  return Object.fromEntries(
    shown.map((name) => [
      name,
      lstatSync(join(root, name)).isFile() ? readFileSync(join(root, name), "utf8") : "folder",
    ]),
  );
}

const SERVED = { command: "gate", args: ["mcp"] };
const hook = (event: string, agent: string) => `gate hook ${event} --agent ${agent}`;

interface Case {
  /** Files of the person's own that stay. */
  readonly mine: Readonly<Record<string, string>>;
  /** Parts of what is written. */
  readonly written: Readonly<Record<string, object>>;
}

const CASES: { readonly [name in AgentName]?: Case } = {
  qwen: {
    mine: { ".qwen/settings.json": '// mine\n{ "model": { "name": "q" } }\n' },
    written: {
      ".qwen/settings.json": {
        hooks: {
          PreToolUse: [
            {
              matcher: "write_file|edit|run_shell_command|mcp__.*",
              hooks: [{ type: "command", command: hook("PreToolUse", "qwen"), timeout: 5000 }],
            },
          ],
          SessionEnd: [{ hooks: [{ type: "command", command: hook("SessionEnd", "qwen"), timeout: 2000 }] }],
        },
        mcpServers: { "state-gatekeeper": SERVED },
        permissions: { allow: ["Bash(gate *)"] },
      },
    },
  },
  cursor: {
    mine: { ".cursor/hooks.json": '{"version":1,"hooks":{"stop":[{"command":"say done"}]}}', ".cursor/mcp.json": "{}" },
    written: {
      ".cursor/hooks.json": {
        version: 1,
        hooks: {
          sessionStart: [{ command: hook("SessionStart", "cursor"), timeout: 5 }],
          preToolUse: [{ command: hook("PreToolUse", "cursor"), matcher: expect.stringContaining("Shell|MCP:.*") }],
        },
      },
      ".cursor/mcp.json": { mcpServers: { "state-gatekeeper": { type: "stdio", ...SERVED } } },
    },
  },
  vscode: {
    mine: { ".vscode/mcp.json": '{\n  // mine\n  "servers": {},\n}\n', ".vscode/settings.json": "{}" },
    written: {
      ".github/hooks/state-gatekeeper-vscode.json": {
        hooks: { PreToolUse: [{ type: "command", command: hook("PreToolUse", "vscode"), timeout: 5 }] },
      },
    },
  },
  windsurf: {
    mine: { ".windsurf/hooks.json": '{"hooks": {"pre_run_command": [{"command": "say"}]}}\n' },
    written: { ".windsurf/hooks.json": { hooks: { pre_write_code: [{ command: hook("PreToolUse", "windsurf") }] } } },
  },
  kiro: {
    mine: { ".kiro/hooks/other.json": '{"version":"v1","hooks":[]}', ".kiro/settings/mcp.json": '{"mcpServers":{}}' },
    written: {
      ".kiro/hooks/state-gatekeeper.json": {
        version: "v1",
        hooks: expect.arrayContaining([
          {
            ...{ name: "state-gatekeeper SessionStart", trigger: "SessionStart", timeout: 5, enabled: true },
            action: { type: "command", command: hook("SessionStart", "kiro") },
          },
        ]),
      },
      ".kiro/settings/mcp.json": { mcpServers: { "state-gatekeeper": SERVED } },
    },
  },
  opencode: {
    mine: { "opencode.json": '{\n  "model": "x", // mine\n}\n', ".opencode/plugin/other.js": "" },
    written: {},
  },
  cline: { mine: { ".clinerules/hooks/TaskComplete": "#!/bin/sh\n" }, written: {} },
  pi: { mine: { ".pi/extensions/other.ts": "" }, written: {} },
};
const NAMES = Object.keys(CASES) as AgentName[];

describe.each(NAMES)("%s", (name) => {
  const { mine, written } = CASES[name]!;
  const all = { agents: [name], mcp: true, allow: true };

  test.each([
    ["an empty project", {}],
    ["files of its own", mine],
  ])("in and out again: %s", async (_name, files) => {
    const { root, enter, leave, read } = makeSetting(files);
    const before = treeOf(root);
    expect((await enter(all)).value.changed).toBe(true);
    const installed = treeOf(root);
    if (files !== mine) {
      for (const [path, part] of Object.entries(written)) expect(JSON.parse(read(path)), path).toMatchObject(part);
    }
    const again = await enter(all);
    expect(again.value.changed).toBe(false);
    expect(treeOf(root)).toEqual(installed);
    await leave();
    expect(treeOf(root)).toEqual(before);
  });

  test("in the home folder, where it has a place there", async () => {
    const { home, root, enter, leave } = makeSetting();
    const [before, own] = [treeOf(home), treeOf(root)];
    const input = { agents: [name], scope: "user", mcp: true } as const;
    if (name === "kiro") {
      await expect(enter(input)).rejects.toMatchObject({
        message: "Cannot install for Kiro in the scope user: it has none",
      });
      return;
    }
    await enter(input);
    expect(treeOf(home)).not.toEqual(before);
    expect(treeOf(root)).toEqual(own);
    await leave({ scope: "user" });
    expect(treeOf(home)).toEqual(before);
  });

  test("doctor finds it in order, and says what is not", async () => {
    const { gate, home, options, enter, write, read } = makeSetting();
    mkdirSync(join(home, name === "opencode" ? ".config/opencode" : `.${name}`), { recursive: true });
    const look = async () => (await doctor(gate, options)).checks.filter(({ agent }) => agent === name);
    expect(await look()).toContainEqual(expect.objectContaining({ ok: true, fix: `gate install --agent ${name}` }));
    const { value } = await enter(all);
    const checks = await look();
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name: what }) => what)).toEqual(expect.arrayContaining(["program", "hooks"]));
    const file = value.files.map(({ path }) => path).find((path) => read(path).includes("PreToolUse"))!;
    write(file, read(file).replace("gate hook PreToolUse", "gate hook Other").replace('"PreToolUse", {', '"Other", {'));
    const broken = (await look()).filter(({ ok }) => !ok);
    expect(broken).toMatchObject([{ name: "hooks", fix: `gate install --agent ${name} --scope project` }]);
    await enter(all);
    expect((await look()).filter(({ ok }) => !ok)).toEqual([]);
  });
});

test("VS Code's server stands beside what is written with comments", async () => {
  const { enter, read } = makeSetting(CASES.vscode!.mine);
  await enter({ agents: ["vscode"], mcp: true });
  expect(read(".vscode/mcp.json")).toMatch(/\/\/ mine\n.*"state-gatekeeper": \{[^}]*"type": "stdio"/s);
});

test("opencode's server is a command with its words", async () => {
  const { enter, read } = makeSetting(CASES.opencode!.mine);
  await enter({ agents: ["opencode"], mcp: true });
  expect(read("opencode.json").replaceAll(/\s+/g, " ")).toContain('"command": [ "gate", "mcp" ], "enabled": true');
});

test("programs can be run, and one of somebody else in their place stays", async () => {
  const { root, enter, leave, read, write } = makeSetting();
  await enter({ agents: ["cline"] });
  const path = ".clinerules/hooks/PreToolUse";
  expect(read(path)).toMatch(/^#!\/bin\/sh\n# state-gatekeeper: .*\nexec gate hook PreToolUse --agent cline\n$/);
  expect(statSync(join(root, path)).mode & 0o777).toBe(0o755);
  write(path, "#!/bin/sh\necho mine\n");
  const before = treeOf(root);
  await expect(enter({ agents: ["cline"] })).rejects.toMatchObject({
    code: "CORRUPT",
    message: `Cannot change ${path}:1:1: it is somebody else's, and the gate's would take its place`,
  });
  expect(treeOf(root)).toEqual(before);
  await leave();
  expect(treeOf(root)).toEqual({ ".clinerules": "folder", ".clinerules/hooks": "folder", [path]: read(path) });
});

test("what an agent has no place for is said", async () => {
  const { enter } = makeSetting();
  const { warnings } = await enter({ agents: ["windsurf", "pi"], mcp: true });
  expect(warnings).toEqual([
    "Windsurf takes no servers in the scope project: use --scope user for it",
    "pi knows no servers: the command `gate` does the same",
  ]);
});

test("a skill, for those without a plugin: in and out again", async () => {
  const { root, enter, leave, read, write } = makeSetting();
  const before = treeOf(root);
  await enter({ skill: true });
  for (const folder of [".agents", ".claude"]) {
    const text = read(`${folder}/skills/state-gatekeeper/SKILL.md`);
    expect(text).toMatch(/^---\nname: state-gatekeeper\ndescription: [^\n]{1,1024}\n---\n/);
    expect(text).toContain("gate save");
  }
  expect((await enter({ skill: true })).value.changed).toBe(false);
  await leave();
  expect(treeOf(root)).toEqual(before);
  write(".agents/skills/state-gatekeeper/SKILL.md", "---\nname: other\n---\n");
  await expect(enter({ skill: true })).rejects.toMatchObject({ code: "CORRUPT" });
});
