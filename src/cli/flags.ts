/** The options that every command takes, before or after its name, and how the command is found among them. */
import { GateError } from "../base/errors.ts";
import { secondsReader } from "./numbers.ts";
import { flagOf, type Given, type Options } from "./option.ts";

const LONGEST_WAIT = 86_400;

/** A folder; what looks like another flag stands there because none was given. */
export function readFolder(word: string, name: string): string {
  if (!word.startsWith("--")) return word;
  throw new GateError("INVALID_ARGUMENT", `Cannot use ${name} ${JSON.stringify(word)}: expected a folder`, {
    hint: `Give a folder, for example ${name} . (one whose name begins so as ./${word}).`,
  });
}

export const GLOBAL_OPTIONS = {
  root: {
    flag: "--root <dir>",
    about: "the project's folder; found from the current one by default",
    read: readFolder,
  },
  json: { flag: "--json", about: "answer with one JSON object on standard output" },
  yes: { flag: "--yes", about: "consent to what would be asked" },
  /** Whether a person may be asked, if there is a terminal to answer from. */
  input: { flag: "--no-input", about: "never ask; fail where an answer is needed" },
  dryRun: { flag: "--dry-run", about: "show what would change as a diff, write nothing" },
  quiet: { flag: "--quiet", about: "print nothing but errors" },
  bestEffort: { flag: "--best-effort", about: "a failure is a warning, and the exit code 0" },
  ifMatch: { flag: "--if-match <hash>", about: "write only if the document still has this revision" },
  lockTimeout: {
    flag: "--lock-timeout <seconds>",
    about: "how long to wait for another writer (default: 30)",
    read: secondsReader({
      pattern: /^\d{1,6}(?:\.\d{1,3})?$/,
      from: 0,
      to: LONGEST_WAIT,
      expected: `seconds from 0 to ${LONGEST_WAIT}`,
      example: 5,
    }),
  },
} as const satisfies Options;

export type Flags = Given<typeof GLOBAL_OPTIONS>;

/** What help and the version are asked for with, before the command's name or behind it. */
export const ASKING = [
  { flag: "-V, --version", about: "print the version" },
  { flag: "-h, --help", about: "print this help" },
] as const;

/** Whether a word belongs to the flags that may stand in front of the command. */
const BEFORE = new Map<string, boolean>([
  ...Object.values(GLOBAL_OPTIONS).map((option) => [flagOf(option), option.flag.includes(" ")] as const),
  ...ASKING.flatMap(({ flag }) => flag.split(", ").map((each) => [each, false] as const)),
]);

/** The command's name and everything else, in order. No name where there is none before a flag that is unknown. */
export function splitCommand(argv: readonly string[]): { readonly name?: string; readonly rest: readonly string[] } {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (word === "--") return splitAt(argv, at + 1);
    if (!word.startsWith("-") || word === "-") return splitAt(argv, at);
    const takesNext = BEFORE.get(word);
    if (takesNext) at++;
    else if (takesNext === undefined && !BEFORE.get(word.split("=", 1)[0]!)) break;
  }
  return { rest: argv };
}

function splitAt(argv: readonly string[], at: number) {
  const name = argv[at];
  return name === undefined ? { rest: argv } : { name, rest: argv.toSpliced(at, 1) };
}

/** Whether a failure is to stop nobody. What stands behind `--` is no flag. */
export function wantsBestEffort(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes("--best-effort");
}

/** Whether the answer goes to a program, as far as that can be told from arguments that may be wrong. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.some(
    (word, at) => word === "--json" || word === "--format=json" || (word === "json" && words[at - 1] === "--format"),
  );
}
