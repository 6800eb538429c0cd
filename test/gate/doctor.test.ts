/** Doctor: what is installed is looked at as the agents read it, and nothing is changed. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type DoctorOptions, doctor } from "../../src/gate/install/doctor.ts";
import { type InstallInput, install } from "../../src/gate/install/install.ts";
import type { AgentName } from "../../src/settings/agents.ts";
import { makeFolder } from "../support/program.ts";
import { makeProject } from "../support/project.ts";

/** A repository, a home folder, and a PATH with `gate` and these agents on it. */
function makeMachine(agents: readonly AgentName[] = ["claude"]) {
  const project = makeProject();
  execFileSync("git", ["init", "-q", project.root], { env: { PATH: process.env["PATH"] } });
  const [home, bin] = [makeFolder(), makeFolder()];
  const put = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const putProgram = (folder: string, name: string) => {
    put(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), 0o755);
  };
  for (const name of [...agents, "gate"]) putProgram(bin, name);
  const search = { path: bin, node: "/usr/bin/node" };
  const options: DoctorOptions = { home, search, version: "1.2.3" };
  return {
    ...{ ...project, home, bin, options, putProgram },
    putHome: (path: string, text: string) => put(join(home, path), text),
    enter: async (input: InstallInput) => await install(project.gate, input, { home, search }),
    look: async (more: DoctorOptions = {}) => (await doctor(project.gate, { ...options, ...more })).checks,
    async broken(more: DoctorOptions = {}) {
      const { checks } = await doctor(project.gate, { ...options, ...more });
      const broken = checks.filter(({ ok }) => !ok);
      // What is broken stands first.
      expect(checks.slice(0, broken.length)).toEqual(broken);
      return broken.map(({ agent, name, message, fix }) => ({ what: `${agent} ${name}`, message, fix }));
    },
    trustClaude: () =>
      put(
        join(home, ".claude.json"),
        JSON.stringify({ projects: { [project.root]: { hasTrustDialogAccepted: true } } }),
      ),
  };
}

test("where nothing is entered nothing is broken, and each agent that is there has its command", async () => {
  const { look, broken } = makeMachine(["claude", "gemini"]);
  expect(await broken()).toEqual([]);
  const checks = await look();
  for (const agent of ["claude", "gemini"]) {
    expect(checks).toContainEqual({
      ...{ agent, name: "hooks", ok: true, message: "nothing of the gate is entered here" },
      fix: `gate install --agent ${agent}`,
    });
  }
  expect(checks).toContainEqual(expect.objectContaining({ agent: "git", ok: true, fix: "gate install --git" }));
});

test("what is installed and trusted works, and looking changes nothing", async () => {
  const { look, broken, enter, trustClaude, root, home, tree } = makeMachine(["claude", "codex", "copilot", "gemini"]);
  trustClaude();
  writeFileSync(join(home, ".claude.json"), JSON.stringify({ projects: { [root]: { hasTrustDialogAccepted: true } } }));
  mkdirSync(join(home, ".codex"));
  writeFileSync(join(home, ".codex/config.toml"), `[projects."${root}"]\ntrust_level = "trusted"\n`);
  mkdirSync(join(home, ".copilot"));
  writeFileSync(join(home, ".copilot/config.json"), `// ours\n{"trusted_folders": ["${root}"]}`);
  await enter({
    agents: ["claude", "codex", "copilot", "gemini"],
    mcp: true,
    allow: true,
    autoApprove: true,
    git: true,
  });
  const before = [tree(), readdirSync(home, { recursive: true }).sort()];
  expect(await broken()).toEqual([]);
  const checks = await look();
  for (const agent of ["claude", "codex", "copilot", "gemini"]) {
    const names = checks.filter((check) => check.agent === agent).map(({ name }) => name);
    expect(names.sort()).toEqual(["hooks", "program", "server", "trust"]);
    expect(checks.filter((check) => check.agent === agent && check.fix !== undefined)).toEqual([]);
  }
  expect([tree(), readdirSync(home, { recursive: true }).sort()]).toEqual(before);
});

test("settings that the agent does not load are named with the place, and an editor", async () => {
  const { broken, enter, trustClaude, read, write, root } = makeMachine();
  trustClaude();
  await enter({ agents: ["claude"] });
  write(".claude/settings.json", read(".claude/settings.json").replace("{\n", "{\n  // mine\n"));
  expect(await broken()).toEqual([
    {
      what: "claude settings",
      message: ".claude/settings.json:2:3: Claude Code reads no comments, and would load nothing of this file",
      fix: `"\${EDITOR:-vi}" +2 ${join(root, ".claude/settings.json")}`,
    },
  ]);
});

test("hooks that are of another version, lacking or switched off", async () => {
  const { broken, enter, trustClaude, read, write, putHome } = makeMachine();
  trustClaude();
  await enter({ agents: ["claude"], autoApprove: true });
  const installed = read(".claude/settings.json");
  const again = "gate install --agent claude --scope project --auto-approve";
  write(".claude/settings.json", installed.replace('"timeout": 5', '"timeout": 60'));
  expect(await broken()).toMatchObject([{ what: "claude hooks", fix: again }]);
  write(".claude/settings.json", installed.replace("hook Stop --agent claude", "stop"));
  expect(await broken()).toMatchObject([{ what: "claude hooks", fix: again }]);
  write(".claude/settings.json", installed);
  putHome(".claude/settings.json", '{\n  "disableAllHooks": true\n}\n');
  expect(await broken()).toMatchObject([
    {
      message: "~/.claude/settings.json switches all hooks off: disableAllHooks",
      fix: expect.stringMatching(/^"\$\{EDITOR:-vi\}" \+2 .*settings\.json$/),
    },
  ]);
});

test("a program that is gone, and one of another version", async () => {
  const { broken, enter, trustClaude, bin, home, putProgram, options } = makeMachine();
  trustClaude();
  await enter({ agents: ["claude"], mcp: true });
  rmSync(join(bin, "gate"));
  const fix = "npm install --global state-gatekeeper";
  expect(await broken()).toEqual([
    { what: "gate program", message: expect.stringContaining("gate is not on the PATH"), fix },
    { what: "claude hooks", message: ".claude/settings.json calls `gate`, and gate is not on the PATH", fix },
    { what: "claude server", message: ".mcp.json calls `gate mcp`, and gate is not on the PATH", fix },
  ]);
  // Where it is known what it was installed from, that is installed.
  const own = join(home, "a checkout");
  putProgram(join(own, "dist"), "bin.cjs");
  writeFileSync(join(own, "package.json"), '{"name":"state-gatekeeper","version":"1.0.0"}');
  const search = { ...options.search!, program: join(own, "dist/bin.cjs") };
  expect((await broken({ search })).map((each) => each.fix)).toEqual(Array(3).fill(`npm install --global '${own}'`));
  symlinkSync(join(own, "dist/bin.cjs"), join(bin, "gate"));
  expect((await broken()).map(({ message }) => message)).toEqual([
    "gate on the PATH is 1.0.0, and this is 1.2.3",
    ".claude/settings.json calls `gate`, which is 1.0.0, and this is 1.2.3",
    ".mcp.json calls `gate mcp`, which is 1.0.0, and this is 1.2.3",
  ]);
  expect(await broken({ version: "1.0.0" })).toEqual([]);
});

test("a program that is called by its path or through npx has to be there too", async () => {
  const { gate, look, broken, home, trustClaude, write, root, bin, putProgram, putHome } = makeMachine();
  trustClaude();
  putProgram(home, "node");
  const program = join(home, "a b/bin.cjs");
  const search = { path: undefined, node: join(home, "node"), program };
  await install(gate, { agents: ["claude"], scope: "local", mcp: true }, { home, search });
  trustClaude();
  expect(await broken()).toMatchObject([{ what: "claude hooks", message: expect.stringContaining("is not there") }]);
  putHome("a b/bin.cjs", "");
  expect(await broken()).toEqual([]);
  rmSync(join(root, ".claude/settings.local.json"));
  write("node_modules/state-gatekeeper/package.json", '{"version":"1.2.3"}');
  await install(gate, { agents: ["claude"] }, { home, search: { path: undefined, node: "/n" } });
  expect(await broken()).toMatchObject([{ message: expect.stringContaining("npx is not on the PATH") }]);
  putProgram(bin, "npx");
  expect(await broken()).toEqual([]);
  rmSync(join(root, "node_modules"), { recursive: true });
  expect(await broken()).toMatchObject([
    { message: expect.stringContaining("node_modules/state-gatekeeper is not there") },
  ]);
  expect((await look()).length).toBeGreaterThan(3);
});

test.each([
  [
    "claude",
    ".claude.json",
    (root: string) => JSON.stringify({ projects: { [dirname(root)]: { hasTrustDialogAccepted: true } } }),
  ],
  ["codex", ".codex/config.toml", (root: string) => `[projects.'${root}']\ntrust_level = 'trusted'\n`],
  ["copilot", ".copilot/config.json", (root: string) => JSON.stringify({ trustedFolders: [dirname(root)] })],
  [
    "gemini",
    ".gemini/trustedFolders.json",
    (root: string) => JSON.stringify({ [join(root, "x")]: "TRUST_PARENT", "/": "DO_NOT_TRUST" }),
  ],
] as const)("%s loads nothing of a folder that it does not trust", async (agent, path, textFor) => {
  const { broken, enter, putHome, root, home } = makeMachine([agent]);
  if (agent === "gemini") putHome(".gemini/settings.json", '{"security":{"folderTrust":{"enabled":true}}}');
  await enter({ agents: [agent] });
  expect(await broken()).toMatchObject([{ what: `${agent} trust`, fix: agent }]);
  putHome(path, textFor(join(home, "other")));
  expect(await broken()).toMatchObject([{ what: `${agent} trust` }]);
  putHome(path, textFor(root));
  expect(await broken()).toEqual([]);
});

test("a rule for the project is said to wait for trust, and not once that is given", async () => {
  const { enter, trustClaude } = makeMachine();
  const warningsOf = async (scope: "project" | "user") => {
    const { warnings } = await enter({ agents: ["claude"], allow: true, scope });
    return warnings.filter((warning) => warning.includes("trusts"));
  };
  expect(await warningsOf("project")).toEqual([expect.stringContaining("start `claude` here once and agree")]);
  expect(await warningsOf("user")).toEqual([]);
  trustClaude();
  expect(await warningsOf("project")).toEqual([]);
});

test.each([
  ["claude", ".claude/settings.json", '{"enabledPlugins":{"state-gatekeeper@state-gatekeeper":true}}'],
  ["codex", ".codex/config.toml", '[plugins."state-gatekeeper@here"]\nenabled = true\n'],
  ["copilot", ".copilot/installed-plugins/here/state-gatekeeper/.claude-plugin/plugin.json", "{}"],
] as const)("the plugin of %s works alone, and beside settings it is one too many", async (agent, path, text) => {
  const { look, broken, enter, putHome, trustClaude, root } = makeMachine([agent]);
  putHome(path, text);
  expect(await broken()).toEqual([]);
  expect(await look()).toContainEqual(expect.objectContaining({ agent, name: "plugin", ok: true, fix: undefined }));
  if (agent === "claude") trustClaude();
  if (agent === "codex") putHome(path, `${text}[projects."${root}"]\ntrust_level = "trusted"\n`);
  if (agent === "copilot") putHome(".copilot/config.json", JSON.stringify({ trustedFolders: [root] }));
  await enter({ agents: [agent] });
  expect(await broken()).toMatchObject([
    { what: `${agent} plugin`, fix: `gate uninstall --agent ${agent} --scope project` },
  ]);
  if (agent !== "copilot") putHome(path, text.replace("true", "false"));
  if (agent === "claude") expect(await broken()).toEqual([]);
});

test("the merge driver: without attributes, without a driver, with a program that is not there", async () => {
  const { broken, enter, root, write, read } = makeMachine();
  const git = (...args: string[]) => execFileSync("git", ["-C", root, ...args], { env: { PATH: process.env["PATH"] } });
  await enter({ git: true });
  expect(await broken()).toEqual([]);
  git("config", "merge.state-gatekeeper.driver", "no-gate-here merge %O %A %B %P");
  expect(await broken()).toEqual([
    {
      what: "git merge driver",
      message:
        "git merges by `no-gate-here merge %O %A %B %P`, and no-gate-here is not there: merges leave the documents unmerged",
      fix: "gate install --git",
    },
  ]);
  git("config", "--remove-section", "merge.state-gatekeeper");
  expect(await broken()).toMatchObject([{ what: "git merge driver", fix: "gate install --git" }]);
  const attributes = read(".gitattributes");
  await enter({ git: true });
  write(".gitattributes", "");
  expect(await broken()).toMatchObject([{ message: "the merge driver is set up, and no attribute names it" }]);
  write(".gitattributes", attributes);
  expect(await broken()).toEqual([]);
});

test("an agent that is installed is named with its version", async () => {
  const { look, home, bin } = makeMachine([]);
  const folder = join(home, "lib/node_modules/@openai/codex");
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"name":"@openai/codex","version":"0.171.0"}');
  writeFileSync(join(folder, "bin/codex.js"), "");
  chmodSync(join(folder, "bin/codex.js"), 0o755);
  symlinkSync(join(folder, "bin/codex.js"), join(bin, "codex"));
  const native = join(home, "share/versions/2.1.332");
  mkdirSync(dirname(native), { recursive: true });
  writeFileSync(native, "");
  chmodSync(native, 0o755);
  symlinkSync(native, join(bin, "claude"));
  const programs = (await look()).filter(({ name, agent }) => name === "program" && agent !== "gate");
  expect(programs.map(({ message }) => message)).toEqual([
    "claude is on the PATH, 2.1.332",
    "codex is on the PATH, 0.171.0",
  ]);
});
