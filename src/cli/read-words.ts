/**
 * The words of a call, read by what its command says that it takes.
 *
 * Invariant: what is read here commander reads in the same way, and what is not read
 * here it refuses, or answers with help. So it is not loaded for a call that is in
 * order: that takes a third of the time of an empty program.
 */
import type { Command } from "./command.ts";
import { type Flags, GLOBAL_OPTIONS } from "./flags.ts";
import { type Argument, flagOf, type Option, type Options } from "./option.ts";

type Taken = Pick<Command, "arguments" | "options" | "behind">;

/** A call as words, by what they belong to. */
export interface Words {
  readonly args: readonly string[];
  /** In the order of the call; without a word where none was given. */
  readonly options: readonly (readonly [option: Option, word: string | undefined])[];
  /** What stands behind `--`, for a command that takes another one there; `undefined` where there is no `--`. */
  readonly behind: readonly string[] | undefined;
}

/** What begins with a dash, but for negative numbers. */
const FLAG = /^-(?!(?:\d+|\d*\.\d+)(?:e[+-]?\d+)?$)./s;
const ASSIGNED = /^(--[^=]+)=(.*)$/s;

/** The words behind the command's name; `undefined` where they make no call of it. */
export function readWords(taken: Taken, words: readonly string[]): Words | undefined {
  const { own: argv, behind } = splitBehind(taken, words);
  const known = knownOptions(taken);
  const args: string[] = [];
  const options: [Option, string | undefined][] = [];
  /** The option that takes further words. */
  let open: Option | undefined;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") {
      args.push(...argv.slice(at + 1));
      break;
    }
    if (!FLAG.test(word)) {
      if (open) options.push([open, word]);
      else args.push(word);
      continue;
    }
    const [, flag = word, value] = known.has(word) ? [] : (ASSIGNED.exec(word) ?? []);
    const option = known.get(flag);
    if (!option || (value !== undefined && !option.flag.includes(" "))) return undefined;
    const takesNext = value === undefined && takes(option, argv[at + 1]);
    if (takesNext) at++;
    const given = takesNext ? argv[at] : value;
    if (given === undefined && option.flag.endsWith(">")) return undefined;
    options.push([option, given]);
    open = takesNext && option.flag.endsWith("...>") ? option : undefined;
  }
  const read = { args, options, behind };
  return areArguments(Object.values(taken.arguments ?? {}), args) && areOptions(taken, read) ? read : undefined;
}

/** The words of the call, and those behind `--` where the command takes another one there. */
export function splitBehind(
  taken: Taken,
  argv: readonly string[],
): { readonly own: readonly string[]; readonly behind: readonly string[] | undefined } {
  if (taken.behind === undefined) return { own: argv, behind: undefined };
  const known = knownOptions(taken);
  for (let at = 0; at < argv.length; at++) {
    const option = known.get(argv[at]!);
    if (argv[at] === "--") return { own: argv.slice(0, at), behind: argv.slice(at + 1) };
    if (option && takes(option, argv[at + 1])) at++;
  }
  return { own: argv, behind: undefined };
}

function knownOptions(taken: Taken): ReadonlyMap<string, Option> {
  return new Map(optionsOf(taken).map((option) => [flagOf(option), option]));
}

/** Whether the next word belongs to an option; where it must have one, that may look like a flag. */
function takes({ flag }: Option, next: string | undefined): boolean {
  return flag.endsWith(">") || (flag.endsWith("]") && next !== undefined && !FLAG.test(next));
}

function areArguments(taken: readonly Argument[], args: readonly string[]): boolean {
  const needed = taken.filter(({ name }) => name.startsWith("<")).length;
  const most = taken.at(-1)?.name.endsWith("...]") ? Number.POSITIVE_INFINITY : taken.length;
  return needed <= args.length && args.length <= most && args.every((word, at) => isChoice(taken[at], word));
}

function areOptions(taken: Taken, { options }: Words): boolean {
  const given = new Set(options.map(([option]) => flagOf(option)));
  return (
    options.every(([option, word]) => isChoice(option, word)) &&
    options.every(([{ conflicts = [] }]) => !conflicts.some((flag) => given.has(flag))) &&
    optionsOf(taken).every((option) => !option.required || given.has(flagOf(option)))
  );
}

function isChoice({ choices }: Pick<Option, "choices"> = {}, word: string | undefined): boolean {
  return !choices || word === undefined || choices.includes(word);
}

/** All options of a command, those of every command behind its own. */
export function optionsOf({ options = {} }: Taken): readonly Option[] {
  return [...Object.values(options), ...Object.values(GLOBAL_OPTIONS)].flat();
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the words mean, and the environment where they say nothing. Fails for a word that means nothing. */
export function valuesOf(
  taken: Taken,
  words: Words,
  environment: Environment = {},
): { readonly flags: Flags; readonly given: Record<string, unknown> } {
  const flags = valuesOfOptions(GLOBAL_OPTIONS, words, environment) as Flags;
  const given: Record<string, unknown> = {};
  for (const [at, [name, argument]] of Object.entries(taken.arguments ?? {}).entries()) {
    const word = words.args[at];
    if (argument.name.endsWith("...]")) given[name] = words.args.slice(at).map((each) => meaningOf(argument, each));
    else if (word !== undefined) given[name] = meaningOf(argument, word);
  }
  return { flags, given: { ...given, ...valuesOfOptions(taken.options ?? {}, words, environment) } };
}

function valuesOfOptions(options: Options, words: Words, environment: Environment): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(options)) {
    const found = words.options.filter(([option]) => [one].flat().includes(option));
    const last = found.at(-1);
    if (!("flag" in one)) {
      if (last) values[name] = found.map(([option, word]) => meaningOf(option, word));
    } else if (!one.flag.includes(" ")) values[name] = Boolean(last) !== one.flag.startsWith("--no-");
    else if (last) values[name] = meaningOf(...last);
    else if (one.variable && environment[one.variable]) values[name] = meaningOf(one, environment[one.variable]);
  }
  return values;
}

function meaningOf(taken: Option | Argument, word: string | undefined): unknown {
  if (word === undefined) return true;
  return taken.read ? taken.read(word, "flag" in taken ? flagOf(taken) : taken.name) : word;
}
