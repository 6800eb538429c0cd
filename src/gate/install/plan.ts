/** Which files an installation concerns, and what becomes of each as a function of its text. */
import { GateError } from "../../base/errors.ts";
import { system } from "../../files/guard/system.ts";
import { callerIn } from "../../settings/agents/program-texts.ts";
import { AGENT, type Agent, type AgentName, PERMISSION_EVENT, type Scope, SERVER } from "../../settings/agents.ts";
import { COMMENT_MARKERS, findBlock, HASH_MARKERS, type Markers, putBlock, removeBlock } from "../../settings/block.ts";
import {
  addEntries,
  type Entry,
  hookEntries,
  mentionsGate,
  newSettings,
  removeEntry,
  removeHooks,
  serverEntry,
  UnfitSettings,
} from "../../settings/entries.ts";
import { rootOf } from "../../settings/json-change.ts";
import { unloadable } from "../../settings/loadable.ts";
import { faultInToml, hasTable } from "../../settings/toml.ts";
import { faultOfPattern } from "../view/guard.ts";
import type { GateCommand } from "./command.ts";
import { AGENTS_MD, ATTRIBUTES, attributeFor, SKILL, SKILL_PATHS } from "./texts.ts";

/** One file, in the project or in the home folder. */
export interface FilePlan {
  readonly path: string;
  readonly home: boolean;
  /** Whether it is a program that is run. */
  readonly runs?: boolean;
  /** The new text; `undefined` for no file. Throws `UnfitSettings` where it cannot be made. */
  change(text: string | undefined): string | undefined;
  /** What a person would write there by hand. */
  readonly paste: string;
}

export interface Parts {
  readonly agents: readonly AgentName[];
  readonly scope: Scope;
  readonly mcp: boolean;
  readonly allow: boolean;
  readonly autoApprove: boolean;
  readonly git: boolean;
  readonly agentsMd: boolean;
  readonly skill: boolean;
}

/** What is written for these parts; files that are concerned twice are listed once. */
export function planInstall(
  parts: Parts,
  command: GateCommand,
  root: string,
  guarded: readonly { readonly pattern: string }[],
): readonly FilePlan[] {
  const plans = parts.agents.flatMap((name) => planAgent(AGENT[name], parts, command, root));
  return [
    ...plans,
    ...(parts.git ? [attributesPlan(guarded)] : []),
    ...(parts.agentsMd ? [blockPlan("AGENTS.md", COMMENT_MARKERS, AGENTS_MD)] : []),
    ...(parts.skill ? SKILL_PATHS.map((path) => ownPlan(path, SKILL)) : []),
  ];
}

/** Git's attributes for the documents of the gate and for guarded files. */
export function attributesPlan(guarded: readonly { readonly pattern: string }[]): FilePlan {
  const patterns = guarded.map(({ pattern }) => pattern).filter((pattern) => faultOfPattern(pattern) === undefined);
  return blockPlan(".gitattributes", HASH_MARKERS, [...ATTRIBUTES, ...patterns.map(attributeFor)]);
}

function planAgent(agent: Agent, parts: Parts, command: GateCommand, root: string): readonly FilePlan[] {
  const { scope } = parts;
  const path = requireScope(agent, scope);
  const asks = parts.autoApprove && (agent.name === "claude" || agent.name === "codex");
  const called = { ...command, filters: canFilter(agent, scope) };
  const hooks = [
    ...hookEntries(agent, agent.events, called),
    ...(asks ? hookEntries(agent, [PERMISSION_EVENT], called, " --auto-approve") : []),
  ];
  const programs = agent
    .programs?.(command.shell)
    .map((program) => ownPlan(`${path}/${program.name}`, program.text, { home: scope === "user", runs: true }));
  const entries = new Map<string, { home: boolean; entries: Entry[] }>(
    programs ? [] : [[path, { home: scope === "user", entries: hooks }]],
  );
  if (parts.allow && agent.allow) {
    entries.get(path)!.entries.push({ path: agent.allow.path, value: agent.allow.rule, as: "item" });
  }
  const server = parts.mcp ? agent.server[scope] : undefined;
  const home = scope === "user" || server?.home === true;
  if (server && !server.path.endsWith(".toml")) {
    const entry = serverEntry(agent, serverPath(agent, scope, root), command.file, [...command.args, "mcp"]);
    const file = entries.get(server.path) ?? { home, entries: [] };
    file.entries.push(entry);
    entries.set(server.path, file);
  }
  const plans = [...(programs ?? []), ...[...entries].map(([file, found]) => jsonPlan(agent, file, found))];
  return server?.path.endsWith(".toml") ? [...plans, tomlPlan(server.path, home, command)] : plans;
}

/** Whether wherever these settings are read, a POSIX shell runs the hooks. */
export function canFilter({ sh }: Agent, scope: Scope): boolean {
  return system.platform !== "win32" && (sh === "everywhere" || (sh === "unix" && scope !== "project"));
}

/** Where the agent keeps servers; those of one project and one person stand below that project in the home folder. */
export function serverPath(agent: Agent, scope: Scope, root: string): readonly string[] {
  const { name, serversUnder = "mcpServers" } = agent;
  return name === "claude" && scope === "local" ? ["projects", root, serversUnder] : [serversUnder];
}

function requireScope(agent: Agent, scope: Scope): string {
  const path = agent.hooks[scope];
  if (path !== undefined) return path;
  throw new GateError("INVALID_ARGUMENT", `Cannot install for ${agent.title} in the scope ${scope}: it has none`, {
    hint: `Use --scope ${Object.keys(agent.hooks).join(" or --scope ")}.`,
  });
}

/** A file that is ours as a whole. One of somebody else in its place stays. */
function ownPlan(path: string, fresh: string, { home = false, runs = false } = {}): FilePlan {
  return {
    ...{ path, home, runs, paste: fresh },
    change(text) {
      if (text === undefined || isOwn(text)) return fresh;
      throw new UnfitSettings(0, "it is somebody else's, and the gate's would take its place");
    },
  };
}

function noOwnPlan(path: string, home = false): FilePlan {
  return { ...{ path, home, paste: "" }, change: (text) => (text !== undefined && isOwn(text) ? undefined : text) };
}

function isOwn(text: string): boolean {
  return callerIn(text) !== undefined || text.startsWith("---\nname: state-gatekeeper\n");
}

function jsonPlan(
  agent: Agent,
  path: string,
  { home, entries }: { home: boolean; entries: readonly Entry[] },
): FilePlan {
  const fresh = newSettings(entries);
  return {
    path,
    home,
    paste: fresh,
    change(text) {
      if (text === undefined) return fresh;
      const fault = unloadable(text, agent);
      if (fault) throw new UnfitSettings(fault.offset, fault.reason);
      return addEntries(text, entries);
    },
  };
}

function tomlPlan(path: string, home: boolean, command: GateCommand): FilePlan {
  const args = [...command.args, "mcp"].map((arg) => JSON.stringify(arg)).join(", ");
  const lines = [`[mcp_servers.${SERVER}]`, `command = ${JSON.stringify(command.file)}`, `args = [${args}]`];
  const plan = blockPlan(path, HASH_MARKERS, lines, home);
  return {
    ...plan,
    change(text) {
      const fault = faultInToml(text ?? "");
      if (fault) throw new UnfitSettings(fault.offset, fault.reason);
      const isByHand =
        text !== undefined && findBlock(text, HASH_MARKERS) === undefined && hasTable(text, "mcp_servers", SERVER);
      return isByHand ? text : plan.change(text);
    },
  };
}

function blockPlan(path: string, markers: Markers, lines: readonly string[], home = false): FilePlan {
  return {
    path,
    home,
    paste: lines.join("\n"),
    change(text) {
      if (text === undefined) return `${putBlock("", markers, lines)}\n`;
      requireWhole(text, markers);
      const present = new Set(text.split(/\r?\n/));
      const isByHand =
        markers === HASH_MARKERS && !present.has(markers.begin) && lines.every((line) => present.has(line));
      return isByHand ? text : putBlock(text, markers, lines);
    },
  };
}

function requireWhole(text: string, markers: Markers): void {
  const found = findBlock(text, markers);
  if (found && "broken" in found) throw new UnfitSettings(found.broken, "one of the two marker lines is missing");
}

/** Which files hold something of ours for these parts, and how they are without it. */
export function planUninstall(parts: Parts, root: string): readonly FilePlan[] {
  const { scope } = parts;
  const plans = parts.agents.flatMap((name): readonly FilePlan[] => {
    const agent = AGENT[name];
    const path = agent.hooks[scope];
    if (path === undefined) return [];
    const server = agent.server[scope];
    const home = scope === "user";
    const withoutServer = (text: string | undefined) =>
      text === undefined ? undefined : removeEntry(text, [...serverPath(agent, scope, root), SERVER]);
    const withoutHooks = (text: string | undefined) => {
      const rest = text === undefined ? undefined : removeHooks(text);
      const { allow } = agent;
      const left = rest === undefined || !allow ? rest : removeEntry(rest, allow.path, allow.rule);
      return left === undefined || (agent.version !== undefined && isEmptyShell(left)) ? undefined : left;
    };
    if (server?.path === path) return [cleanPlan(path, home, (text) => withoutServer(withoutHooks(text)))];
    const programs = agent.programs?.("").map(({ name }) => noOwnPlan(`${path}/${name}`, home));
    const plan = programs ?? [cleanPlan(path, home, withoutHooks)];
    if (!server) return plan;
    const isToml = server.path.endsWith(".toml");
    return [
      ...plan,
      isToml
        ? unblockPlan(server.path, HASH_MARKERS, home)
        : cleanPlan(server.path, home || server.home === true, withoutServer),
    ];
  });
  return [
    ...plans,
    ...(parts.git ? [unblockPlan(".gitattributes", HASH_MARKERS)] : []),
    ...(parts.agentsMd ? [unblockPlan("AGENTS.md", COMMENT_MARKERS)] : []),
    ...(parts.skill ? SKILL_PATHS.map((path) => noOwnPlan(path)) : []),
  ];
}

/** A file that nobody has to be able to read for, unless something of ours is in it. */
function cleanPlan(path: string, home: boolean, change: FilePlan["change"]): FilePlan {
  return { path, home, paste: "", change: (text) => (text !== undefined && mentionsGate(text) ? change(text) : text) };
}

function unblockPlan(path: string, markers: Markers, home = false): FilePlan {
  return {
    path,
    home,
    paste: "",
    change(text) {
      if (text === undefined) return undefined;
      requireWhole(text, markers);
      return removeBlock(text, markers);
    },
  };
}

/** Whether nothing but the version of the format is left of a file of ours. */
function isEmptyShell(text: string): boolean {
  return rootOf(text).members.every(({ key }) => key === "version");
}
