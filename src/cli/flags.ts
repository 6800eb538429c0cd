/**
 * The flags that every command takes, before or after its name, and how the
 * command is found among them. Nothing here needs the argument parser.
 */
import { GateError } from "../base/errors.ts";
import type { Flags } from "./command.ts";

/** Flags with their help, as the argument parser takes them. */
export const GLOBAL_FLAGS = [
  ["--root <dir>", "the project's folder; found from the current one by default"],
  ["--json", "answer with one JSON object on standard output"],
  ["--yes", "consent to what would be asked"],
  ["--no-input", "never ask; fail where an answer is needed"],
  ["--dry-run", "show what would change as a diff, write nothing"],
  ["--quiet", "print nothing but errors"],
  ["--if-match <hash>", "write only if the document still has this revision"],
  ["--lock-timeout <seconds>", "how long to wait for another writer (default: 30)"],
] as const;

const VALUED = new Set(GLOBAL_FLAGS.flatMap(([flag]) => (flag.includes("<") ? [nameOf(flag)] : [])));
const SWITCHES = new Set(GLOBAL_FLAGS.flatMap(([flag]) => (flag.includes("<") ? [] : [flag as string])));
const BEFORE = new Set([...SWITCHES, "-h", "--help", "-V", "--version"]);

/** What the flags came to, under the names the argument parser gives them. */
export interface GivenFlags {
  readonly root?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly input?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly ifMatch?: string;
  readonly lockTimeout?: string;
}

/** The command's name and everything else, in order. No name where there is none before a flag that is unknown. */
export function splitCommand(argv: readonly string[]): { readonly name?: string; readonly rest: readonly string[] } {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") return splitAt(argv, at + 1);
    if (!word.startsWith("-") || word === "-") return splitAt(argv, at);
    if (VALUED.has(word)) at++;
    else if (!BEFORE.has(word) && !VALUED.has(nameOf(word))) break;
  }
  return { rest: argv };
}

function splitAt(argv: readonly string[], at: number) {
  const name = argv[at];
  return name === undefined ? { rest: argv } : { name, rest: argv.toSpliced(at, 1) };
}

/**
 * Reads a call that is one word with switches before or behind, such as
 * `status --json`; `undefined` for any other. Agents make these all the time, and
 * loading the argument parser takes longer than answering them.
 */
export function readPlain(argv: readonly string[]): { readonly name: string; readonly given: GivenFlags } | undefined {
  const words = argv.filter((word) => !SWITCHES.has(word));
  const [name] = words;
  if (words.length !== 1 || name === undefined || name.startsWith("-")) return undefined;
  const has = (flag: string) => argv.includes(flag);
  return {
    name,
    given: {
      json: has("--json"),
      yes: has("--yes"),
      input: !has("--no-input"),
      dryRun: has("--dry-run"),
      quiet: has("--quiet"),
    },
  };
}

/** Whether the answer goes to a program, as far as that can be told from arguments that may be wrong. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.some(
    (word, at) => word === "--json" || word === "--format=json" || (word === "json" && words[at - 1] === "--format"),
  );
}

const MAX_TIMEOUT = 86_400;

/** The flags as the commands take them. */
export function readFlags(given: GivenFlags): Flags {
  const { root, ifMatch, lockTimeout } = given;
  return {
    json: given.json ?? false,
    yes: given.yes ?? false,
    input: given.input ?? true,
    dryRun: given.dryRun ?? false,
    quiet: given.quiet ?? false,
    ...(root !== undefined && { root }),
    ...(ifMatch !== undefined && { ifMatch }),
    ...(lockTimeout !== undefined && { lockTimeout: readTimeout(lockTimeout) }),
  };
}

function readTimeout(text: string): number {
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MAX_TIMEOUT) return Math.round(seconds * 1000);
  throw new GateError(
    "INVALID_ARGUMENT",
    `Cannot use --lock-timeout ${JSON.stringify(text)}: expected seconds from 0 to ${MAX_TIMEOUT}`,
    { hint: "Give a number, for example --lock-timeout 5" },
  );
}

function nameOf(flag: string): string {
  return flag.split(" ", 1)[0]!.split("=", 1)[0]!;
}
