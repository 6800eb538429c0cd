/** Install and uninstall on real folders: what is written, what stays, what is refused. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { CommandSearch } from "../../src/gate/install/command.ts";
import { type InstallInput, type InstallOptions, install, uninstall } from "../../src/gate/install/install.ts";
import { broken } from "../support/broken.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";

const ALL: InstallInput = {
  agents: ["claude", "codex", "copilot", "gemini"],
  mcp: true,
  allow: true,
  autoApprove: true,
  git: true,
  agentsMd: true,
};

interface Setting extends TestProject {
  readonly home: string;
  readonly options: InstallOptions & { readonly search: CommandSearch };
}

/** A project that is a repository, and a home folder; `gate` is on the PATH. */
function makeSetting(files: Readonly<Record<string, string>> = {}): Setting {
  const project = makeProject(files);
  execFileSync("git", ["init", "-q", project.root], { env: { PATH: process.env["PATH"] } });
  const [home, bin] = [makeFolder(), makeFolder()];
  writeFileSync(join(bin, "gate"), "");
  chmodSync(join(bin, "gate"), 0o755);
  return { ...project, home, options: { home, search: { path: bin, node: "/usr/bin/node" } } };
}

/** Everything but git's own folder, which has its own test, and the gate's. */
function treeOf(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const shown = names.filter((name) => !/^\.git(?:\/|$)|^\.claude(?:$|\/\.gate)/.test(name));
  return Object.fromEntries(
    shown.map((name) => [
      name,
      lstatSync(join(root, name)).isFile() ? readFileSync(join(root, name), "latin1") : "folder",
    ]),
  );
}

const MINE = {
  ".claude/settings.json":
    '{\n\t"hooks": {\n\t\t"Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }]\n\t}\n}\n',
  ".mcp.json": '{"mcpServers":{}}',
  ".codex/config.toml": 'model = "o5"\n\n[mcp_servers.other]\ncommand = "x"',
  ".codex/hooks.json": '{\r\n  "description": "mine",\r\n  "hooks": {}\r\n}\r\n',
  ".gemini/settings.json": '// mine\n{ "tools": { "allowed": [ "ls" ] /* of mine */ } }\n',
  ".github/hooks/other.json": "{}",
  ".gitattributes": "*.png binary\n",
  "AGENTS.md": "# Agents\n\nBe kind.\n",
};

test.each([
  ["an empty project", {}],
  ["a project with settings of its own", MINE],
])("in and out again: %s", async (_name, files) => {
  const { root, gate, options } = makeSetting(files);
  const config = readFileSync(join(root, ".git/config"), "utf8");
  const before = treeOf(root);
  const { value } = await install(gate, ALL, options);
  expect(value).toMatchObject({ changed: true, command: "gate", gitDriver: "gate merge %O %A %B %P" });
  expect(readFileSync(join(root, ".git/config"), "utf8")).toContain("driver = gate merge %O %A %B %P");
  const installed = treeOf(root);
  for (const [path, text] of Object.entries(files)) {
    if (path !== ".github/hooks/other.json") expect(installed[path], path).not.toBe(text);
  }
  const again = await install(gate, ALL, options);
  expect(again.value.changed).toBe(false);
  expect([...new Set(again.value.files.map(({ change }) => change))]).toEqual(["unchanged"]);
  expect(treeOf(root)).toEqual(installed);
  expect((await uninstall(gate, {}, options)).value.changed).toBe(true);
  expect(treeOf(root)).toEqual(before);
  expect(readFileSync(join(root, ".git/config"), "utf8")).toBe(config);
  expect((await uninstall(gate, {}, options)).value).toMatchObject({ changed: false, files: [] });
});

test("user and local scope: the home folder alone, modes kept, nothing copied", async () => {
  const { root, gate, home, options } = makeSetting();
  const personal = '{"numStartups":3,"oauth":"token","projects":{}}';
  writeFileSync(join(home, ".claude.json"), personal, { mode: 0o600 });
  const before = [treeOf(root), treeOf(home)];
  await install(gate, { agents: ["claude"], scope: "user", mcp: true }, options);
  expect(treeOf(root)).toEqual(before[0]);
  expect(Object.keys(treeOf(home))).toEqual([".claude/settings.json", ".claude.json"].sort());
  const mcp = JSON.parse(readFileSync(join(home, ".claude.json"), "utf8")) as Record<string, object>;
  expect(mcp).toMatchObject({
    oauth: "token",
    mcpServers: { "state-gatekeeper": { type: "stdio", command: "gate", args: ["mcp"] } },
  });
  expect(statSync(join(home, ".claude.json")).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, ".claude/settings.json")).mode & 0o777).toBe(0o644);
  expect(existsSync(join(home, ".claude/.gate/history"))).toBe(false);
  expect(readFileSync(join(home, ".claude/.gate/audit.jsonl"), "utf8")).toContain('"install"');
  await uninstall(gate, { scope: "user" }, options);
  expect(treeOf(home)).toEqual(before[1]);
  await install(gate, { agents: ["claude"], scope: "local", mcp: true }, options);
  expect(Object.keys(treeOf(root))).toEqual([".claude/settings.local.json"]);
  expect(JSON.parse(readFileSync(join(home, ".claude.json"), "utf8"))).toMatchObject({
    projects: { [gate.project.root]: { mcpServers: { "state-gatekeeper": { command: "gate" } } } },
  });
  await uninstall(gate, {}, options);
  expect([treeOf(root), treeOf(home)]).toEqual(before);
});

test("settings that are broken stop all of it, with the place and what to paste", async () => {
  for (const [path, text, place] of [
    [".claude/settings.json", '{\n  "model": "opus"\n  "env": {}\n}', "3:3"],
    [".claude/settings.json", '{ "hooks": { "Stop": 1 } }', "1:22"],
    [".claude/settings.json", "", "1:1"],
    [".mcp.json", '{ "mcpServers": [] }', "1:17"],
    [".codex/config.toml", 'a = """\n', "1:5"],
    [".gitattributes", "# >>> state-gatekeeper >>>\n", "1:1"],
  ] as const) {
    const { root, gate, options } = makeSetting({ [path]: text });
    const before = treeOf(root);
    await expect(install(gate, ALL, options)).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining(`Cannot change ${path}:${place}: `),
      hint: expect.stringContaining("by hand"),
    });
    expect(treeOf(root)).toEqual(before);
  }
  const { gate, options, write } = makeSetting();
  write(".claude/settings.json", new Uint8Array([0x7b, 0xff, 0x7d]));
  await expect(install(gate, { agents: ["claude"] }, options)).rejects.toMatchObject({ code: "CORRUPT" });
  // What nothing of ours is in does not have to be readable.
  expect((await uninstall(gate, { agents: ["gemini"] }, options)).value.changed).toBe(false);
});

test.each<[string, (setting: Setting) => () => void, readonly string[]]>([
  [
    "a disk that is full",
    () => broken("openSync", /\.gitattributes.*tmp/),
    [".claude/settings.json", ".codex/config.toml"],
  ],
  [
    "a configuration of git that is locked",
    ({ root, write }) => {
      write(".git/config.lock", "");
      return () => rmSync(join(root, ".git/config.lock"));
    },
    [".claude/settings.json", ".mcp.json", ".gitattributes"],
  ],
])("%s in the middle: what was written before is named, and repeating goes on", async (_name, fail, names) => {
  const setting = makeSetting();
  const { root, gate, options } = setting;
  const mend = fail(setting);
  const error = await install(gate, ALL, options).then(
    () => undefined,
    (thrown: unknown) => thrown as { readonly code: string; readonly hint: string },
  );
  expect(error?.code).toBe("IO");
  const [, said = ""] = /^Changed before that and left so: (.*); running it again/.exec(error!.hint) ?? [];
  const written = said.split(", ");
  expect(written).toEqual(expect.arrayContaining([...names]));
  expect(Object.keys(treeOf(root)).filter((path) => written.includes(path))).toHaveLength(written.length);
  mend();
  const again = await install(gate, ALL, options);
  expect(again.value.files.filter(({ change }) => change === "unchanged").map(({ path }) => path)).toEqual(written);
});

test("settings that the agent would not load are named, and nothing is called installed", async () => {
  for (const [agent, path, text, place, what] of [
    ["claude", ".claude/settings.json", '{\n  "model": "opus" // large\n}\n', "2:19", "Claude Code reads no comments"],
    ["claude", ".claude/settings.json", '{\n  "env": { "A": "1", }\n}\n', "2:20", "Claude Code reads no comma behind"],
    ["claude", ".mcp.json", '{ "mcpServers": {}, }', "1:19", "Claude Code reads no comma behind"],
    ["codex", ".codex/hooks.json", "/* mine */ {}", "1:1", "Codex reads no comments"],
    ["gemini", ".gemini/settings.json", '{ "a": [1, /* , */ 2 /* , */ , ] }', "1:30", "Gemini reads no comma behind"],
  ] as const) {
    const { root, gate, options } = makeSetting({ [path]: text });
    const before = treeOf(root);
    await expect(install(gate, { agents: [agent], mcp: true }, options)).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining(`Cannot change ${path}:${place}: ${what}`),
      hint: expect.stringContaining("Nothing was written. Mend the file"),
    });
    expect(treeOf(root)).toEqual(before);
  }
});

test("a comment that was added later does not keep ours from being taken out", async () => {
  const { gate, read, write, exists, options } = makeSetting();
  await install(gate, { agents: ["claude"] }, options);
  const installed = read(".claude/settings.json");
  write(".claude/settings.json", `// mine\n${installed}`);
  await expect(install(gate, { agents: ["claude"] }, options)).rejects.toMatchObject({ code: "CORRUPT" });
  expect((await uninstall(gate, {}, options)).value.changed).toBe(true);
  expect(exists(".claude/settings.json") ? read(".claude/settings.json") : "").not.toContain("gate hook");
});

test("links are refused, and so is what leads out of the project", async () => {
  for (const path of [".claude/settings.json", ".gemini", ".mcp.json"]) {
    const { root, gate, home, options } = makeSetting();
    const target = join(home, "target");
    if (path === ".gemini") mkdirSync(target);
    else writeFileSync(target, "{}");
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
    await expect(install(gate, ALL, options)).rejects.toMatchObject({ code: "UNSAFE_PATH" });
    expect(lstatSync(target).isFile() ? readFileSync(target, "utf8") : readdirSync(target).length).toEqual(
      path === ".gemini" ? 0 : "{}",
    );
  }
});

test("a dry run shows all of it and writes nothing, not even folders", async () => {
  const { root, gate, home, options } = makeSetting(MINE);
  const before = [treeOf(root), treeOf(home), existsSync(join(root, ".claude/.gate"))];
  const { value, written } = await install(gate, { ...ALL, scope: "project" }, { ...options, dryRun: true });
  expect(value.changed).toBe(true);
  expect(written.map(({ path }) => path).sort()).toEqual(value.files.map(({ path }) => path).sort());
  expect([treeOf(root), treeOf(home), existsSync(join(root, ".claude/.gate"))]).toEqual(before);
  expect(readFileSync(join(root, ".git/config"), "utf8")).not.toContain("state-gatekeeper");
});

test("how the program is called: its name, npx, or its path where only this machine reads it", async () => {
  const { gate, home, write, options } = makeSetting();
  const search = { path: undefined, node: "/usr/bin/node", program: "/opt/a b/dist/bin.cjs" };
  const commandFor = async (scope: "project" | "local", more: object = {}) => {
    const outcome = await install(
      gate,
      { agents: ["claude"], scope },
      { home, search: { ...search, ...more }, dryRun: true },
    );
    return [outcome.value.command, outcome.warnings.length];
  };
  expect(await commandFor("project")).toEqual(["gate", 1]);
  expect(await commandFor("local")).toEqual(['"/usr/bin/node" "/opt/a b/dist/bin.cjs"', 0]);
  expect(await commandFor("local", { program: '/opt/"$(id)/bin.cjs' })).toEqual(["gate", 1]);
  expect(await commandFor("project", { path: options.search.path })).toEqual(["gate", 0]);
  write("node_modules/state-gatekeeper/package.json", "{}");
  write("node_modules/.bin/gate", "");
  chmodSync(join(gate.project.root, "node_modules/.bin/gate"), 0o755);
  const bin = join(gate.project.root, "node_modules/.bin");
  expect(await commandFor("project", { path: bin })).toEqual(["npx --no-install gate", 0]);
});

test("what does not fit is refused: scopes an agent does not have, names that are none, no repository", async () => {
  const { gate, options } = makeSetting();
  await expect(install(gate, { agents: ["gemini"], scope: "local" }, options)).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
  await expect(install(gate, { agents: ["other" as "claude"] }, options)).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
  const { gate: plain } = makeProject();
  await expect(install(plain, { git: true }, options)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await uninstall(plain, {}, options)).value.changed).toBe(false);
});

test("servers and attributes that somebody entered by hand stay theirs", async () => {
  const files = {
    ".codex/config.toml": '[mcp_servers.state-gatekeeper]\ncommand = "mine"\n',
    ".gitattributes":
      ".claude/state.md merge=state-gatekeeper\n.claude/work/*.md merge=state-gatekeeper\n.claude/archive/*.md merge=state-gatekeeper\n",
  };
  const { gate, read, options } = makeSetting(files);
  await install(gate, { agents: ["codex"], mcp: true, git: true }, options);
  for (const [path, text] of Object.entries(files)) expect(read(path)).toBe(text);
  await uninstall(gate, {}, options);
  for (const [path, text] of Object.entries(files)) expect(read(path)).toBe(text);
});

test("what changed since it was shown is not written over", async () => {
  const { gate, write, read, options } = makeSetting(MINE);
  const planned = await install(gate, ALL, { ...options, dryRun: true });
  write("AGENTS.md", "other\n");
  await expect(install(gate, ALL, { ...options, planned })).rejects.toMatchObject({
    code: "CONFLICT",
    path: "AGENTS.md",
  });
  expect(read(".mcp.json")).toBe(MINE[".mcp.json"]);
});
