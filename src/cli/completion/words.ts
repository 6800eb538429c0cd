/** What can be completed, taken from the commands themselves. */
import type { Registered } from "../command.ts";
import { ASKING } from "../flags.ts";
import type { Option } from "../option.ts";
import { optionsOf } from "../read-words.ts";

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
export async function wordsOfCommands(commands: readonly Registered[]): Promise<readonly CommandWords[]> {
  const names = commands.map(({ name }) => name);
  return await Promise.all(commands.map(async (registered) => await wordsOf(registered, names)));
}

/** `names` are those of the commands, which may be an argument. */
async function wordsOf({ name, summary, load }: Registered, names: readonly string[]): Promise<CommandWords> {
  const command = await load();
  if ("subcommands" in command) {
    const subcommands = await Promise.all(command.subcommands.map(async (each) => await wordsOf(each, names)));
    return { name, summary, flags: sharedFlags(subcommands), subcommands };
  }
  const [argument] = Object.values(command.arguments ?? {});
  const placeholder = argument?.name.replace(/^[<[]|(?:\.\.\.)?[\]>]$/g, "");
  return {
    name,
    summary,
    flags: [...optionsOf(command), ...ASKING].map(wordsOfFlag),
    ...(placeholder !== undefined && { argument: kindOf(placeholder, argument?.choices, names) }),
  };
}

function wordsOfFlag({ flag, about, choices }: Option): FlagWords {
  const flags = flag.replace(/ [<[].*/, "").split(", ");
  const placeholder = /<(.*)>/.exec(flag)?.[1];
  return { flags, description: about, ...(placeholder !== undefined && { value: kindOf(placeholder, choices) }) };
}

const KINDS: Readonly<Record<string, "issue" | "file" | "folder">> = {
  issue: "issue",
  number: "issue",
  file: "file",
  path: "file",
  "path[:status]": "file",
  dir: "folder",
};

function kindOf(placeholder: string, choices?: readonly string[], commands: readonly string[] = []): Value {
  if (choices) return { kind: "words", words: choices };
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
