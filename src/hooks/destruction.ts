/**
 * Which files a shell command plainly destroys: removes, moves, empties or writes
 * over. Only what stands in the command is seen: a script it runs, a list it reads
 * and a variable nobody knows are none of a hook's business.
 */
import { resolve } from "node:path";
import { parseShell, type Word } from "./shell.ts";

/** One thing that is done to one word. */
export interface Act {
  /** In words, as the file must not be: `removed`, `moved`, `written over`. */
  readonly done: string;
  readonly word: Word;
  /** Where the command is run; `undefined` after a `cd` to a place that is not known. */
  readonly cwd: string | undefined;
  /** Whether a link in the last place is followed. */
  readonly follow: boolean;
  /** Whether folders are meant as well as files. */
  readonly folders: boolean;
  /** The names of files that land in it, should the word be a folder. */
  readonly into?: readonly string[];
}

/** Commands in front of a command, with those of their options that take a word. */
const WRAPPERS: ReadonlyMap<string, RegExp> = new Map([
  ["sudo", /^-[ugCDhpRrTtU]$/],
  ["doas", /^-[uC]$/],
  ["env", /^-[uCS]$/],
  ["nice", /^-n$/],
  ["ionice", /^-[cn]$/],
  ["timeout", /^-[ks]$/],
  ["xargs", /^-[IdELnPs]$/],
  ...["command", "builtin", "exec", "nohup", "time", "stdbuf", "setsid"].map((name) => [name, /^$/] as const),
]);
const KEYWORDS = new Set(["if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done"]);
const SHELLS = new Set(["bash", "sh", "zsh", "dash", "ksh"]);
const DEEPEST = 4;

/** What a command destroys, in its order. */
export function actsIn(
  command: string,
  cwd: string,
  variables: Readonly<Record<string, string | undefined>>,
  depth = 0,
): readonly Act[] {
  const acts: Act[] = [];
  const folders: (string | undefined)[] = [];
  let here: string | undefined = cwd;
  for (const part of parseShell(command, { ...variables, PWD: cwd }) ?? []) {
    if (part.kind !== "command") {
      if (part.kind === "enter") folders.push(here);
      else here = folders.pop();
    } else {
      const place = here;
      for (const word of part.writes) acts.push(...act("written over", [word], place));
      const words = unwrapped(part.words);
      const program = words[0]?.text.replace(/^.*\//, "") ?? "";
      if (program === "cd" || program === "pushd") here = folderAfter(words, place);
      else if (depth < DEEPEST && place !== undefined) {
        const inner = commandIn(program, words);
        if (inner !== undefined) acts.push(...actsIn(inner, place, variables, depth + 1));
      }
      if (Object.hasOwn(PROGRAMS, program)) acts.push(...PROGRAMS[program]!(words.slice(1), place));
    }
  }
  return acts;
}

function unwrapped(words: readonly Word[]): readonly Word[] {
  let at = 0;
  for (;;) {
    const name = words[at]?.text.replace(/^.*\//, "") ?? "";
    if (KEYWORDS.has(name)) at++;
    else {
      const valued = WRAPPERS.get(name);
      if (!valued) return words.slice(at);
      for (at++; at < words.length; at++) {
        const { text } = words[at]!;
        if (valued.test(text)) at++;
        else if (!text.startsWith("-") && !/^[A-Za-z_]\w*=/.test(text) && !(name === "timeout" && /^\d/.test(text)))
          break;
      }
    }
  }
}

function folderAfter(words: readonly Word[], here: string | undefined): string | undefined {
  const target = words.slice(1).find(({ text }) => !text.startsWith("-"));
  if (target === undefined || !target.known || target.pattern || here === undefined) return undefined;
  return resolve(here, target.text);
}

/** The text that a shell is told to run. */
function commandIn(program: string, words: readonly Word[]): string | undefined {
  const [, ...rest] = words.map(({ text }) => text);
  if (program === "eval") return rest.join(" ");
  if (!SHELLS.has(program)) return undefined;
  const at = rest.findIndex((text) => /^-\w*c$/.test(text));
  return at === -1 ? undefined : rest[at + 1];
}

type Reading = (words: readonly Word[], cwd: string | undefined) => readonly Act[];

const remove: Reading = (words, cwd) => {
  const { options, operands } = divide(words);
  const folders = options.some((option) => /^-\w*[rR]/.test(option) || option === "--recursive");
  return act("removed", operands, cwd, { follow: false, folders });
};

const move: Reading = (words, cwd) => {
  const { sources, target } = destination(words);
  return [
    ...act("moved", sources, cwd, { follow: false, folders: true }),
    ...act("written over", target, cwd, { follow: false, into: sources.map(nameOf) }),
  ];
};

const copy: Reading = (words, cwd) => {
  const { sources, target } = destination(words);
  return act("written over", target, cwd, { into: sources.map(nameOf) });
};

const link: Reading = (words, cwd) => {
  const isForced = divide(words).options.some((option) => /^-\w*f/.test(option) || option === "--force");
  return isForced ? copy(words, cwd).map((each) => ({ ...each, follow: false })) : [];
};

const edit: Reading = (words, cwd) => {
  const { options, operands } = divide(words, /^-[ef]$|^--(?:expression|file)$/);
  if (!options.some((option) => /^-(?![MI])\w*i/.test(option) || option.startsWith("--in-place"))) return [];
  const hasScript = options.some((option) => /^-\w*[ef]$|^--(?:expression|file)\b/.test(option));
  return act("edited in place", hasScript ? operands : operands.slice(1), cwd);
};

const PROGRAMS: Readonly<Record<string, Reading>> = {
  rm: remove,
  unlink: remove,
  shred: (words, cwd) => act("removed", divide(words, /^-[ns]$/).operands, cwd),
  mv: move,
  cp: copy,
  install: copy,
  ln: link,
  sed: edit,
  gsed: edit,
  perl: edit,
  tee: (words, cwd) => {
    const { options, operands } = divide(words);
    return options.some((option) => /^-\w*a/.test(option) || option === "--append")
      ? []
      : act("written over", operands, cwd);
  },
  truncate: (words, cwd) => act("emptied", divide(words, /^-[sor]$|^--(?:size|reference)$/).operands, cwd),
  dd: (words, cwd) => {
    const outputs = words.filter(({ text, pattern }) => text.startsWith("of=") && !pattern);
    const named = outputs.map((word) => ({ ...word, text: word.text.slice(3) }));
    return act("written over", named, cwd);
  },
};

function act(done: string, words: readonly Word[], cwd: string | undefined, more: Partial<Act> = {}): Act[] {
  return words.filter(({ known }) => known).map((word) => ({ done, word, cwd, follow: true, folders: false, ...more }));
}

/** Options and what is none; `valued` are those options that take the next word. */
function divide(words: readonly Word[], valued = /^$/): { options: string[]; operands: Word[] } {
  const [options, operands]: [string[], Word[]] = [[], []];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (!word.text.startsWith("-") || word.text === "-") operands.push(word);
    else {
      options.push(word.text);
      if (valued.test(word.text)) at++;
    }
  }
  return { options, operands };
}

function destination(words: readonly Word[]): { sources: Word[]; target: Word[] } {
  const at = words.findIndex(({ text }) => text === "-t" || text.startsWith("--target-directory"));
  const { operands } = divide(words, /^-[tSmog]$|^--target-directory$/);
  if (at === -1) return { sources: operands.slice(0, -1), target: operands.slice(-1) };
  const { text } = words[at]!;
  const named = text.includes("=") ? { ...words[at]!, text: text.slice(text.indexOf("=") + 1) } : words[at + 1];
  return { sources: operands, target: named ? [named] : [] };
}

function nameOf({ text }: Word): string {
  return text.replace(/\/+$/, "").replace(/^.*\//, "");
}
