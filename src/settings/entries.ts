/** What is entered into the settings of an agent, and how it is known again: by the command it runs. */
import { isObject } from "../base/json.ts";
import { isSameValue } from "../base/same.ts";
import { type Agent, type HookEvent, SERVER } from "./agents.ts";
import { filtered } from "./filter.ts";
import { addValue, removeValue, rootOf, UnfitSettings } from "./json-change.ts";
import { nodeAt, type Path, parseTree, plainValue } from "./json-tree.ts";

export { UnfitSettings };

/** One value in settings, and where. */
export interface Entry {
  readonly path: Path;
  readonly value: unknown;
  readonly as: "member" | "item";
}

/** The command that runs this program, for a shell and for PowerShell. */
export interface ShellCommand {
  readonly shell: string;
  readonly powershell: string;
  /** Whether the shell is a POSIX one, which can look into a payload before this program is started. */
  readonly filters: boolean;
}

/** The hooks of an agent that takes commands; `suffix` stands behind each call. */
export function hookEntries(
  agent: Agent,
  events: readonly HookEvent[],
  gate: ShellCommand,
  suffix = "",
): readonly Entry[] {
  const { hook: write } = agent;
  if (write === undefined) return [];
  const entries = events.map(({ event, hook, matcher, filtered: isFiltered }): Entry => {
    const words = ` hook ${hook} --agent ${agent.name}${suffix}`;
    const command = isFiltered && gate.filters ? filtered(gate.shell + words) : gate.shell + words;
    const call = { command, powershell: gate.powershell + words, timeout: timeoutOf(agent, hook) };
    return {
      path: agent.isList ? ["hooks"] : ["hooks", event],
      value: write({ event, matcher, ...call }),
      as: "item",
    };
  });
  return agent.version === undefined
    ? entries
    : [{ path: ["version"], value: agent.version, as: "member" }, ...entries];
}

/** Whoever ends a session waits for its hooks. */
function timeoutOf({ timeout }: Agent, hook: string): number {
  return hook === "SessionEnd" ? (timeout * 2) / 5 : timeout;
}

/** The server, as a member below `path`. */
export function serverEntry(agent: Agent, path: Path, command: string, args: readonly string[]): Entry {
  const value = agent.serverAs?.(command, args) ?? { command, args };
  return { path: [...path, SERVER], value, as: "member" };
}

/** The text with all entries. What stands there already stays where it is; an older form of a hook of ours goes. */
export function addEntries(text: string, entries: readonly Entry[]): string {
  let result = text;
  const hooks = entries.filter(({ path }) => path[0] === "hooks");
  if (hooks.length > 0 && !hasHooks(result, hooks)) {
    const rest = removeHooks(result);
    if (rest === undefined) return newSettings(entries);
    result = rest;
  }
  for (const entry of entries) {
    if (!isThere(result, entry)) result = addValue(result, entry.path, entry.value, entry.as);
  }
  return result;
}

/** Whether the hooks of ours in a text are these, and no others. */
export function hasHooks(text: string, hooks: readonly Entry[]): boolean {
  return hooks.every((entry) => isThere(text, entry)) && ourHooks(text).length === hooks.length;
}

/** The text of new settings that hold nothing else. */
export function newSettings(entries: readonly Entry[]): string {
  const root: Record<string, unknown> = {};
  for (const { path, value, as } of entries) {
    let at = root;
    for (const key of as === "item" ? path : path.slice(0, -1)) {
      const isLast = as === "item" && key === path.at(-1);
      at = (at[key] ??= isLast ? [] : {}) as Record<string, unknown>;
    }
    if (as === "item") (at as unknown as unknown[]).push(value);
    else at[path.at(-1)!] = value;
  }
  return `${JSON.stringify(root, null, 2)}\n`;
}

function isThere(text: string, { path, value, as }: Entry): boolean {
  const node = nodeAt(rootOf(text), path);
  if (!node) return false;
  const found = plainValue(node);
  if (as === "member") return isSameValue(found, value);
  return Array.isArray(found) && found.some((item) => isSameValue(item, value));
}

const OURS = /(?:^|[\s"'/\\])(?:gate|state-gatekeeper|bin\.cjs)["']? hook \w+ --agent \w+/;

/** Whether anything in a text may be ours; what nothing is taken out of need not be readable. */
export function mentionsGate(text: string): boolean {
  // Quotes inside a text of JSON are escaped.
  return OURS.test(text.replaceAll('\\"', '"')) || text.includes(SERVER) || /\(gate(?::\*)?\)/.test(text);
}

/** The ways to all hooks of ours. */
function ourHooks(text: string): readonly Path[] {
  const hooks = nodeAt(rootOf(text), ["hooks"]);
  if (hooks?.kind === "array") {
    return hooks.items.flatMap((item, at): Path[] => (isOurHook(plainValue(item)) ? [["hooks", at]] : []));
  }
  if (hooks?.kind !== "object") return [];
  return hooks.members.flatMap(({ key, value }): Path[] => {
    if (value.kind !== "array") return [];
    return value.items.flatMap((item, at): Path[] => {
      const group = plainValue(item) as { readonly hooks?: unknown } | null;
      if (isOurHook(group)) return [["hooks", key, at]];
      const inner = Array.isArray(group?.hooks) ? (group.hooks as unknown[]) : [];
      const own = inner.flatMap((hook, index) => (isOurHook(hook) ? [index] : []));
      // A group of ours goes as a whole; of one with hooks of others only ours.
      if (own.length === inner.length && own.length > 0) return [["hooks", key, at]];
      return own.map((index) => ["hooks", key, at, "hooks", index]);
    });
  });
}

/** The commands of all hooks of ours, in the order of the text; none in a text that is no settings. */
export function ourCommands(text: string): readonly string[] {
  const root = parseTree(text);
  if (root.kind !== "object") return [];
  return ourHooks(text).flatMap((path) => {
    const hook = plainValue(nodeAt(root, path)!) as { readonly hooks?: readonly unknown[] };
    return [hook, ...(hook.hooks ?? [])].flatMap((each) => commandIn(each) ?? []);
  });
}

function isOurHook(hook: unknown): boolean {
  return commandIn(hook) !== undefined;
}

/** The command of a hook of ours; `undefined` for any other. */
function commandIn(hook: unknown): string | undefined {
  const action = isObject(hook) ? hook["action"] : undefined;
  const texts = isObject(hook) ? [hook["command"], hook["bash"], isObject(action) ? action["command"] : undefined] : [];
  return texts.find((text): text is string => typeof text === "string" && OURS.test(text));
}

/** The text without the hooks of ours; `undefined` where nothing is left. */
export function removeHooks(text: string): string | undefined {
  let result: string | undefined = text;
  while (result !== undefined) {
    // From behind, so that the ways to the others stay.
    const [last] = ourHooks(result).slice(-1);
    if (!last) return result;
    result = removeValue(result, last);
  }
  return undefined;
}

/** The text without a member or an item of a list that is this value; `undefined` where nothing is left. */
export function removeEntry(text: string, path: Path, value?: unknown): string | undefined {
  const node = nodeAt(rootOf(text), path);
  if (!node) return text;
  if (value === undefined) return removeValue(text, path);
  const index = node.kind === "array" ? node.items.findIndex((item) => isSameValue(plainValue(item), value)) : -1;
  return index === -1 ? text : removeValue(text, [...path, index]);
}
