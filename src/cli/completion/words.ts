/** What can be completed, taken from the commands themselves. */
import type { Argument, Option } from "commander";
import type { Registered } from "../command.ts";
import { build } from "../commander/parse.ts";
import type { Io } from "../io.ts";
import { COMMANDS } from "../registry.ts";

/** What a value is made of: some fixed words, or something on the disk; nothing where only the user can know. */
export type Value =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "issue" | "file" | "folder" | "text" };

export interface FlagWords {
  /** With its dashes. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Absent for a switch. */
  readonly value?: Value;
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagWords[];
  /** What stands behind the command; absent where it takes nothing. */
  readonly argument?: Value;
  /** The commands behind this word, where it is that of a group. */
  readonly subcommands?: readonly CommandWords[];
}

/** All commands with all their flags. */
export async function wordsOfCommands(io: Pick<Io, "version">): Promise<readonly CommandWords[]> {
  return await Promise.all(COMMANDS.map(async (registered) => await wordsOf(registered, io)));
}

async function wordsOf(registered: Registered, io: Pick<Io, "version">): Promise<CommandWords> {
  const { name, summary } = registered;
  const module = await registered.load();
  if ("subcommands" in module) {
    const subcommands = await Promise.all(module.subcommands.map(async (each) => await wordsOf(each, io)));
    return { name, summary, flags: sharedFlags(subcommands), subcommands };
  }
  const { command } = build(registered, module, io);
  const [argument] = command.registeredArguments;
  const names = COMMANDS.map((each) => each.name);
  return {
    name,
    summary,
    flags: [...command.options.map(wordsOfFlag), { flags: ["-h", "--help"], description: "print this help" }],
    ...(argument && { argument: kindOf(argument, argument.name(), names) }),
  };
}

function wordsOfFlag(option: Option): FlagWords {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const placeholder = /<(.*)>/.exec(option.flags)?.[1];
  const { description } = option;
  return placeholder === undefined
    ? { flags, description }
    : { flags, description, value: kindOf(option, placeholder, []) };
}

const KINDS: Readonly<Record<string, "issue" | "file" | "folder">> = {
  issue: "issue",
  number: "issue",
  file: "file",
  path: "file",
  "path[:status]": "file",
  dir: "folder",
};

function kindOf({ argChoices }: Option | Argument, placeholder: string, commands: readonly string[]): Value {
  if (argChoices) return { kind: "words", words: argChoices };
  if (placeholder === "command") return { kind: "words", words: commands };
  return { kind: KINDS[placeholder] ?? "text" };
}

/** The flags that every command has. */
export function sharedFlags(commands: readonly CommandWords[]): readonly FlagWords[] {
  const [first, ...others] = commands;
  const has = (command: CommandWords, flag: FlagWords) =>
    command.flags.some(({ flags }) => flags.join() === flag.flags.join());
  return first?.flags.filter((flag) => others.every((other) => has(other, flag))) ?? [];
}
