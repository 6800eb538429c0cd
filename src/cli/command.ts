/** What a command is. Each is one file in `commands/`, loaded only when it is the one asked for. */
import type { Command } from "commander";
import type { Result } from "../gate/answer/answer.ts";
import type { Gate, WriteOptions } from "../gate/gate.ts";
import type { Io } from "./io.ts";
import type { Style } from "./style.ts";

/** The flags that every command takes. */
export interface Flags {
  readonly root?: string;
  readonly json: boolean;
  readonly yes: boolean;
  /** Whether a person may be asked, if there is a terminal to answer from. */
  readonly input: boolean;
  readonly dryRun: boolean;
  readonly quiet: boolean;
  readonly ifMatch?: string;
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

/** One call of a command. */
export interface Call {
  readonly io: Io;
  readonly flags: Flags;
  readonly write: WriteOptions;
  /** Opens the project that the flags and the current folder, or the one given, name. */
  openGate(options?: { readonly create?: boolean; readonly cwd?: string }): Gate;
}

/** What a command has to say: a result in two forms, or a text that has one only, such as a script. */
export type Answer = ResultAnswer | { readonly verbatim: string; readonly exitCode?: number };

export interface ResultAnswer extends Result {
  /** For people: lines without a line break at the end; empty for nothing. */
  text(style: Style): string;
  /** The answer goes to a program although `--json` is not given. */
  readonly json?: boolean;
  /** 0 by default. */
  readonly exitCode?: number;
}

export type Action = (call: Call) => Promise<Answer>;

interface About {
  /** A sentence or two for the top of the command's help. */
  readonly description: string;
  /** Calls with what they do. */
  readonly examples: readonly (readonly [call: string, does: string])[];
  /** Lines for the end of the help. */
  readonly notes?: readonly string[];
}

/** A command with arguments or flags of its own: it adds them to `command` and returns what reads them. */
export interface DefinedCommand extends About {
  define(command: Command): Action;
  /** What it does where it is given nothing, so that the argument parser need not be loaded for that. */
  readonly plain?: Action;
}

/** Where a command says what words it takes, and finds them once they are read: what commander does in the plainest way. */
export interface Words {
  /** The words that belong to no flag. */
  readonly args: readonly string[];
  argument(name: string, description: string): this;
  option(flags: string, description: string): this;
  option<T>(flags: string, description: string, read: (word: string, before: T) => T): this;
  opts<T extends object>(): T;
}

/** A command whose flags are all of the plainest kind, so that nearly any call runs without the argument parser being loaded. */
export interface DeclaredCommand extends About {
  declare(words: Words): Action;
}

/** A command with none, which therefore runs without the argument parser being loaded. */
export interface PlainCommand extends About {
  readonly action: Action;
}

export type CommandModule = DefinedCommand | DeclaredCommand | PlainCommand;

/** A word in front of several commands, such as `kv` in `kv save`. */
export interface CommandGroup extends About {
  readonly subcommands: readonly Registered<CommandModule>[];
}

/** The entry of a command: what must be known before it is loaded. */
export interface Registered<M extends CommandModule | CommandGroup = CommandModule | CommandGroup> {
  readonly name: string;
  /** Half a line for the list of commands. */
  readonly summary: string;
  /** The exit code of all failures, where the caller is a program that gives ours another meaning. */
  readonly failureCode?: number;
  load(): Promise<M>;
}
