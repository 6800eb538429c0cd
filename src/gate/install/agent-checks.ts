/** What `doctor` finds of one agent: what of the gate is entered for it, and what keeps that from working. */
import { dirname, join } from "node:path";
import { isObject } from "../../base/json.ts";
import { quoteForShell } from "../../base/shell.ts";
import { findProgram } from "../../files/guard/program.ts";
import { system } from "../../files/guard/system.ts";
import { callerIn } from "../../settings/agents/program-texts.ts";
import {
  AGENT,
  type Agent,
  type AgentName,
  PERMISSION_EVENT,
  SCOPES,
  type Scope,
  SERVER,
} from "../../settings/agents.ts";
import { hasHooks, hookEntries, mentionsGate, ourCommands } from "../../settings/entries.ts";
import { unfiltered } from "../../settings/filter.ts";
import { nodeAt, type Path, parseTree, plainValue } from "../../settings/json-tree.ts";
import { unloadable } from "../../settings/loadable.ts";
import { faultInToml } from "../../settings/toml.ts";
import { indexLines } from "../../text/lines.ts";
import { findCallee, type Machine, packageAround, textAt, versionOf, wordsOf } from "./look.ts";
import { canFilter, serverPath } from "./plan.ts";
import { findPlugin } from "./plugin.ts";
import { isTrusted } from "./trust.ts";

/** One thing that was looked at. */
export interface Check {
  /** Whose it is: an agent, git, or the gate itself. */
  readonly agent: AgentName | "git" | "gate";
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
  /** The command that mends it, or that brings what is not there. */
  readonly fix: string | undefined;
}

/** A file of settings in which something of ours stands. */
interface Settings {
  readonly scope: Scope;
  /** As people know it. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** A check without the agent it is of. */
type Found = Omit<Check, "agent">;

/** The checks of an agent; `sign` is what showed that it is there. */
export function checkAgent(name: AgentName, machine: Machine, sign: string): readonly Check[] {
  const agent = AGENT[name];
  const hooks = SCOPES.flatMap((scope) =>
    pathsOfHooks(agent, scope).flatMap((path) => settingsAt(agent, scope, { path }, machine)),
  );
  const servers = SCOPES.flatMap((scope) => settingsAt(agent, scope, agent.server[scope] ?? {}, machine));
  const entered = [...new Map([...hooks, ...servers].map((each) => [each.file, each])).values()];
  const unread = new Map(entered.flatMap((each) => checkText(agent, each).map((found) => [each.file, found])));
  const isRead = ({ file }: Settings) => !unread.has(file);
  const plugin = findPlugin(name, machine);
  const found: Found[] = [
    checkProgram(agent, machine, sign),
    ...unread.values(),
    ...(entered.length > 0 ? checkSwitch(agent, machine) : []),
    ...hooks.filter(isRead).flatMap((each) => checkHooks(agent, each, machine)),
    ...servers.filter(isRead).flatMap((each) => checkServer(agent, each, machine)),
    ...checkTrust(agent, entered, machine),
    ...checkPlugin(agent, hooks, plugin),
  ];
  if (entered.length === 0 && plugin === undefined) {
    const message = "nothing of the gate is entered here";
    found.push({ name: "hooks", ok: true, message, fix: `gate install --agent ${name}` });
  }
  return found.map((check) => ({ agent: name, ...check }));
}

function pathsOfHooks({ hooks, programs }: Agent, scope: Scope): readonly string[] {
  const path = hooks[scope];
  if (path === undefined) return [];
  return programs ? programs("").map(({ name }) => `${path}/${name}`) : [path];
}

/** A file of settings, where hooks of ours or the server stand in it. */
function settingsAt(
  agent: Agent,
  scope: Scope,
  { path, home }: { readonly path?: string | undefined; readonly home?: boolean },
  machine: Machine,
): Settings[] {
  if (path === undefined) return [];
  const isHome = scope === "user" || home === true;
  const file = join(isHome ? machine.home : machine.root, path);
  const text = textAt(file);
  if (text === undefined || !mentionsGate(text)) return [];
  const settings = { scope, name: isHome ? `~/${path}` : path, file, text };
  return serverIn(agent, settings, machine) !== undefined || mayHoldHooks(settings) ? [settings] : [];
}

/** In those that nobody can read, anything that may be ours. */
function mayHoldHooks({ file, text }: Settings): boolean {
  if (callerIn(text) !== undefined) return true;
  return !file.endsWith(".toml") && (treeOf(text) === undefined || ourCommands(text).length > 0);
}

function checkProgram(agent: Agent, { search }: Machine, sign: string): Found {
  const name = agent.program ?? agent.name;
  const program = findProgram(name, search.path);
  const version = program === undefined ? undefined : versionOf(program);
  const message = program === undefined ? `${name} is not on the PATH; ${sign}` : sign;
  return {
    name: "program",
    ok: true,
    message: message + (version === undefined ? "" : `, ${version}`),
    fix: undefined,
  };
}

/** Whether the agent can read the file at all. */
function checkText(agent: Agent, { name, file, text }: Settings): Found[] {
  if (callerIn(text) !== undefined) return [];
  const fault = file.endsWith(".toml") ? faultInToml(text) : unloadable(text, agent);
  if (fault === undefined) return [];
  const { line, column } = indexLines(text).positionAt(fault.offset);
  return [
    { name: "settings", ok: false, message: `${name}:${line}:${column}: ${fault.reason}`, fix: editorFor(file, line) },
  ];
}

function editorFor(file: string, line: number): string {
  if (system.platform === "win32") return `notepad "${file}"`;
  return `"\${EDITOR:-vi}" +${line} ${quoteForShell(file)}`;
}

/** Whether a setting switches all hooks off. */
function checkSwitch({ hooks, off }: Agent, { root, home }: Machine): Found[] {
  if (off === undefined) return [];
  return SCOPES.flatMap((scope): Found[] => {
    const path = hooks[scope];
    const file = path === undefined ? undefined : join(scope === "user" ? home : root, path);
    const text = file === undefined ? undefined : textAt(file);
    if (file === undefined || text === undefined || valueIn(text, off.path) !== off.value) return [];
    const { line } = indexLines(text).positionAt(nodeAt(treeOf(text)!, off.path)!.start);
    const message = `${scope === "user" ? "~/" : ""}${path} switches all hooks off: ${off.path.join(".")}`;
    return [{ name: "hooks", ok: false, message, fix: editorFor(file, line) }];
  });
}

function checkHooks(agent: Agent, settings: Settings, machine: Machine): Found[] {
  const { name, text, scope } = settings;
  if (agent.programs) return checkPrograms(agent, settings, machine);
  const commands = ourCommands(text);
  if (commands.length === 0) return [];
  const command = unfiltered(commands[0]!);
  const approves = commands.some((each) => each.includes("--auto-approve"));
  const shell = command.slice(0, command.search(/ hook \w+ --agent /));
  const powershell = shell.startsWith('"') ? `& ${shell}` : shell;
  const called = { shell, powershell, filters: canFilter(agent, scope) };
  const entries = [
    ...hookEntries(agent, agent.events, called),
    ...(approves ? hookEntries(agent, [PERMISSION_EVENT], called, " --auto-approve") : []),
  ];
  const found = [...checkCallee(wordsOf(shell), { name, what: "hooks" }, machine)];
  if (
    !hasHooks(
      text,
      entries.filter(({ as }) => as === "item"),
    )
  ) {
    const message = `${name} has the hooks of another version, or not all of them`;
    const fix = `gate install --agent ${agent.name} --scope ${scope}${approves ? " --auto-approve" : ""}`;
    found.unshift({ name: "hooks", ok: false, message, fix });
  }
  if (found.length > 0) return found;
  return [{ name: "hooks", ok: true, message: `${name}: ${commands.length} hooks call \`${shell}\``, fix: undefined }];
}

/** Whether the programs that are the agent's hooks are all there and of this version; said once, by the first. */
function checkPrograms(agent: Agent, { name, file, text, scope }: Settings, machine: Machine): Found[] {
  const shell = callerIn(text);
  if (shell === undefined) return [];
  const [first, ...rest] = agent.programs!(shell);
  if (!file.endsWith(`/${first!.name}`)) return [];
  const found = checkCallee(wordsOf(shell), { name, what: "hooks" }, machine);
  const isWhole = text === first!.text && rest.every((each) => textAt(join(dirname(file), each.name)) === each.text);
  if (!isWhole) {
    const message = `${name} is of another version, or not all of them are there`;
    found.unshift({ name: "hooks", ok: false, message, fix: `gate install --agent ${agent.name} --scope ${scope}` });
  }
  return found.length > 0
    ? found
    : [{ name: "hooks", ok: true, message: `${name} calls \`${shell}\``, fix: undefined }];
}

/** Whether the program is there, and of the version of the one that looks. */
function checkCallee(
  words: readonly string[],
  { name, what }: { readonly name: string; readonly what: string },
  machine: Machine,
): Found[] {
  const callee = findCallee(words, machine);
  const failed = (message: string): Found[] => [{ name: what, ok: false, message, fix: installFor(machine) }];
  const calls = `${name} calls \`${words.join(" ")}\``;
  if ("missing" in callee)
    return failed(`${calls}, and ${callee.missing} is not ${/[\\/]/.test(callee.missing) ? "there" : "on the PATH"}`);
  const version = versionOf(callee.program);
  if (version === undefined || machine.version === undefined || version === machine.version) return [];
  return failed(`${calls}, which is ${version}, and this is ${machine.version}`);
}

/** The command that puts this program on the PATH. */
export function installFor({ search }: Pick<Machine, "search">): string {
  const own = search.program === undefined ? undefined : packageAround(search.program);
  const isPackage = own?.name === "state-gatekeeper" && textAt(join(own.folder, "package.json")) !== undefined;
  return `npm install --global ${isPackage ? quoteForShell(own.folder) : "state-gatekeeper"}`;
}

function checkServer(agent: Agent, settings: Settings, machine: Machine): Found[] {
  const { name } = settings;
  const words = serverIn(agent, settings, machine);
  if (words === undefined) return [];
  const found = checkCallee(words, { name, what: "server" }, machine);
  if (found.length > 0) return found;
  return [{ name: "server", ok: true, message: `${name}: the server is \`${words.join(" ")}\``, fix: undefined }];
}

/** How the server is started; `undefined` where none stands there. */
function serverIn(agent: Agent, { scope, file, text }: Settings, { root }: Machine): readonly string[] | undefined {
  if (file.endsWith(".toml")) return tomlWords(text);
  return jsonWords(valueIn(text, [...serverPath(agent, scope, root), SERVER]));
}

function jsonWords(server: unknown): readonly string[] | undefined {
  if (!isObject(server)) return undefined;
  const { command } = server;
  if (Array.isArray(command) && command.every((word) => typeof word === "string")) return command;
  if (typeof command !== "string") return undefined;
  const args = Array.isArray(server["args"]) ? server["args"] : [];
  return [command, ...args.filter((arg) => typeof arg === "string")];
}

function tomlWords(text: string): readonly string[] | undefined {
  const [, body = ""] =
    new RegExp(`^[ \\t]*\\[mcp_servers\\.["']?${SERVER}["']?\\]([^[]*(?:\\[[^\\]]*\\][^[]*)?)`, "m").exec(text) ?? [];
  const [, command] = /^[ \t]*command[ \t]*=[ \t]*("(?:[^"\\]|\\.)*")/m.exec(body) ?? [];
  const [, args = "[]"] = /^[ \t]*args[ \t]*=[ \t]*(\[[^\]]*\])/m.exec(body) ?? [];
  if (command === undefined) return undefined;
  return [command, ...(args.match(/"(?:[^"\\]|\\.)*"/g) ?? [])].map((word) => JSON.parse(word) as string);
}

function checkTrust(agent: Agent, entered: readonly Settings[], { root, home }: Machine): Found[] {
  const [own] = entered.filter(({ scope }) => scope !== "user");
  const trusts = isTrusted(agent.name, root, home);
  if (own === undefined || trusts === undefined) return [];
  if (trusts) {
    return [{ name: "trust", ok: true, message: `${agent.title} trusts this folder`, fix: undefined }];
  }
  const message = `${agent.title} does not trust this folder yet, and leaves ${own.name} aside: start it here and agree`;
  return [{ name: "trust", ok: false, message, fix: agent.program ?? agent.name }];
}

function checkPlugin(agent: Agent, [own]: readonly Settings[], plugin: string | undefined): Found[] {
  if (plugin === undefined) return [];
  if (own === undefined)
    return [{ name: "plugin", ok: true, message: `the plugin is there: ${plugin}`, fix: undefined }];
  const message = `the plugin (${plugin}) and ${own.name} both bring the hooks: one of them is enough`;
  return [{ name: "plugin", ok: false, message, fix: `gate uninstall --agent ${agent.name} --scope ${own.scope}` }];
}

function treeOf(text: string) {
  const tree = parseTree(text);
  return tree.kind === "fault" ? undefined : tree;
}

function valueIn(text: string, path: Path): unknown {
  const tree = treeOf(text);
  const node = tree && nodeAt(tree, path);
  return node && plainValue(node);
}
