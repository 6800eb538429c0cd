/** What a command is. Each is one file in `commands/`, loaded only when it is the one asked for. */
import type { Result } from "../gate/answer/answer.ts";
import type { Gate, WriteOptions } from "../gate/gate.ts";
import type { Flags } from "./flags.ts";
import type { Io } from "./io.ts";
import type { Arguments, Given, Options } from "./option.ts";
import type { Style } from "./style.ts";

/** One call of a command. */
export interface Call {
  readonly io: Io;
  readonly flags: Flags;
  readonly write: WriteOptions;
  /** The words behind `--`, for a command that takes another one there; absent where there is no `--`. */
  readonly behind: readonly string[] | undefined;
  /** Opens the project that the flags and the current folder, or the one given, name. */
  openGate(options?: { readonly create?: boolean; readonly cwd?: string; readonly root?: string }): Gate;
}

/** The program around a call, for commands about others. */
export interface Program {
  readonly commands: readonly Registered[];
  /** Runs another call and returns its exit code. Never throws. */
  run(argv: readonly string[], io: Io): Promise<number>;
}

/** What a command has to say: a result in two forms, or a text that has one only, such as a script. */
export type Answer = ResultAnswer | { readonly verbatim: string; readonly exitCode?: number };

export interface ResultAnswer extends Result {
  /** For people: lines without a line break at the end; empty for nothing. */
  text(style: Style): string;
  /** What a person should know besides and a program finds in the result; said on standard error. */
  readonly notes?: readonly string[];
  /** The answer goes to a program although `--json` is not given. */
  readonly json?: boolean;
  /** 0 by default. */
  readonly exitCode?: number;
}

interface About {
  /** A sentence or two for the top of the command's help. */
  readonly description: string;
  /** Calls with what they do. */
  readonly examples: readonly (readonly [call: string, does: string])[];
  /** Lines for the end of the help. */
  readonly notes?: readonly string[];
}

export interface Command extends About {
  readonly arguments?: Arguments;
  readonly options?: Options;
  /** What stands behind `--`, as help shows it: the words of another command. Without it `--` only ends the flags. */
  readonly behind?: string;
  /** A call with flags or arguments that it does not take is none the less a call, with nothing given. */
  readonly lenient?: true;
  /** Makes the call of what was given for its arguments and options. */
  run(call: Call, given: Readonly<Record<string, unknown>>, program: Program): Promise<Answer>;
}

/** A word in front of several commands, such as `kv` in `kv save`. */
export interface CommandGroup extends About {
  readonly subcommands: readonly Registered<Command>[];
}

/** The entry of a command: what must be known before it is loaded. */
export interface Registered<C extends Command | CommandGroup = Command | CommandGroup> {
  readonly name: string;
  /** Half a line for the list of commands. */
  readonly summary: string;
  /** The heading it stands below in the help. */
  readonly group?: string;
  /** The exit code of all failures, where the caller is a program that gives ours another meaning. */
  readonly failureCode?: number;
  load(): Promise<C>;
}

/** The entry of a command whose file exports it under its name; a name of two words is in camel case there. */
export function register<const N extends string, C extends Command | CommandGroup>(
  name: N,
  summary: string,
  file: () => Promise<Readonly<Record<Camel<N>, C>>>,
): Registered<C> {
  const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as Camel<N>;
  return { name, summary, load: async () => (await file())[key] };
}

type Camel<N extends string> = N extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<Rest>}` : N;

type None = Readonly<Record<never, never>>;

/** The command itself, whose `run` is given values of the types that its arguments and options say. */
export function command<const A extends Arguments = None, const O extends Options = None>(
  made: Omit<Command, "run"> & {
    readonly arguments?: A;
    readonly options?: O;
    run(call: Call, given: Given<A & O>, program: Program): Promise<Answer>;
  },
): Command {
  return made;
}
