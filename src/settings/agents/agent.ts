/**
 * What there is to know of an agent to enter the gate into its settings. All of it is
 * data, because that is what differs: the names of events and tools, the unit of a
 * timeout, how a hook is written down. The event is part of the command: not every agent
 * says in the payload which one it is.
 */
import type { Dialect } from "../../json/token.ts";
import type { AgentName } from "./names.ts";

export const SCOPES = ["project", "user", "local"] as const;
export type Scope = (typeof SCOPES)[number];

export interface HookEvent {
  /** As the agent has it. */
  readonly event: string;
  /** As `gate hook` has it. */
  readonly hook: string;
  readonly matcher?: string;
  /** Whether what `settings/filter` finds nothing in concerns no tool of the event: nothing is started for it. */
  readonly filtered?: true;
}

/** One hook that is entered: when, and what it calls. */
export interface HookCall {
  readonly event: string;
  readonly matcher: string | undefined;
  readonly command: string;
  readonly powershell: string;
  /** In what unit the agent counts. */
  readonly timeout: number;
}

/** A file that is the gate's as a whole, where the hooks of an agent are programs: its name, and its text. */
export interface HookProgram {
  readonly name: string;
  readonly text: string;
}

export interface Agent {
  readonly name: AgentName;
  /** How people call it. */
  readonly title: string;
  /** Its program; of the same name by default. */
  readonly program?: string;
  /** Its folder in the home folder; its name behind a dot by default. */
  readonly folder?: string;
  /** The JSON it reads. Of settings with anything else in them it loads nothing, and says nothing. */
  readonly reads: Dialect;
  readonly events: readonly HookEvent[];
  /** The setting by which all hooks are switched off, where it stands beside them. */
  readonly off?: { readonly path: readonly string[]; readonly value: boolean };
  /** How long a hook may take, in what unit the agent counts. */
  readonly timeout: number;
  /**
   * Where its hooks are, for each scope it has: relative to the project, or for `user` to
   * the home folder. A file, or for programs the folder they stand in.
   */
  readonly hooks: { readonly [scope in Scope]?: string };
  /**
   * Where its hooks are run by a POSIX shell: on every machine (Claude Code takes that of
   * Git, Copilot has a line of its own for PowerShell), or on all but Windows; absent where
   * nobody knows.
   */
  readonly sh?: "everywhere" | "unix";
  /** How a hook is written down, where the agent takes commands in its settings. */
  readonly hook?: (call: HookCall) => object;
  /** Whether the hooks are one list, each with its event, and not a list for each event. */
  readonly isList?: boolean;
  /** The version of the format, where the file names it. */
  readonly version?: number | string;
  /** The programs that are its hooks, where it takes no commands in settings; `shell` calls the gate. */
  readonly programs?: (shell: string) => readonly HookProgram[];
  /** Where the server is entered. `home` names a file in the home folder although the scope is another. */
  readonly server: { readonly [scope in Scope]?: { readonly path: string; readonly home?: boolean } };
  /** What servers stand under; `mcpServers` by default. */
  readonly serversUnder?: string;
  /** How a server is written down; its command and arguments by default. */
  readonly serverAs?: (command: string, args: readonly string[]) => object;
  /** The rule by which the agent may run the gate without asking, where it has one in its settings. */
  readonly allow?: { readonly path: readonly string[]; readonly rule: string };
}

/** A hook as Claude Code has it, and those that took its form over: in a group with a matcher. */
export function inGroup({ matcher, command, timeout }: HookCall): object {
  return { ...(matcher !== undefined && { matcher }), hooks: [{ type: "command", command, timeout }] };
}

/** Events that have Claude's names, and no matcher. */
export function likeClaude(...hooks: readonly string[]): readonly HookEvent[] {
  return hooks.map((hook) => ({ event: hook, hook }));
}
