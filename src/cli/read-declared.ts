/**
 * Calls of commands with the plainest of flags, read without commander, which takes a
 * third of the time of an empty program to load. Agents make these calls all day.
 *
 * Invariant: whatever is read here, commander reads the same. What it would do anything
 * else with (help, a value behind `=`, several short flags in one word, `--`) and
 * whatever is wrong is left to it with `undefined`, before any value is looked at.
 */
import type { Action, DeclaredCommand, Words } from "./command.ts";
import { type GivenFlags, GLOBAL_FLAGS } from "./flags.ts";

type Read = (word: string, before: unknown) => unknown;

interface Flag {
  readonly name: string;
  readonly takesWord: boolean;
  /** What a flag that takes no word says. */
  readonly means: boolean;
  readonly read: Read | undefined;
}

/** A long flag alone, or with a word that it must have. */
const PLAIN_FLAG = /^--(no-)?([a-z]+(?:-[a-z]+)*)( <[^>]+>)?$/;
const PLAIN_ARGUMENT = /^[<[][a-z]+[>\]]$/;
const ANSWERED_BY_PARSER = new Set(["-h", "--help", "-V", "--version"]);

/** The call that the words behind the command's name make; `undefined` where commander must say. */
export function readDeclared(
  module: DeclaredCommand,
  argv: readonly string[],
): { readonly action: Action; readonly given: GivenFlags } | undefined {
  const flags = new Map<string, Flag>();
  const names: string[] = [];
  const args: string[] = [];
  const values: Record<string, unknown> = {};
  let isPlain = true;
  const words: Words = {
    args,
    argument(name: string) {
      isPlain &&= PLAIN_ARGUMENT.test(name);
      names.push(name);
      return words;
    },
    option(flag: string, _description: string, read?: unknown) {
      const [, negation, name, takesWord] = PLAIN_FLAG.exec(flag) ?? [];
      isPlain &&= name !== undefined;
      const key = camelCase(name ?? "");
      if (negation !== undefined) values[key] = true;
      const takes = takesWord !== undefined;
      flags.set(flag.replace(/ .*/, ""), {
        name: key,
        takesWord: takes,
        means: negation === undefined,
        read: read as Read | undefined,
      });
      return words;
    },
    opts: <T>() => values as T,
  };
  const action = module.declare(words);
  for (const [flag, description] of GLOBAL_FLAGS) words.option(flag, description);

  const given: (readonly [Flag, string | undefined])[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (ANSWERED_BY_PARSER.has(word)) return undefined;
    if (word !== "" && !word.startsWith("-")) {
      args.push(word);
      continue;
    }
    const flag = flags.get(word);
    if (!flag) return undefined;
    if (flag.takesWord) at++;
    const value = flag.takesWord ? argv[at] : undefined;
    if (flag.takesWord && (value === undefined || ANSWERED_BY_PARSER.has(value))) return undefined;
    given.push([flag, value]);
  }
  const needed = names.filter((name) => name.startsWith("<")).length;
  if (!isPlain || args.length < needed || args.length > names.length) return undefined;
  for (const [{ name, means, read }, word] of given) {
    values[name] = word === undefined ? means : read ? read(word, values[name]) : word;
  }
  return { action, given: values };
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
