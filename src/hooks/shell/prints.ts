/** What programs print, where that is known: lists of files and plain texts that other programs are given. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Field } from "./expand.ts";
import { matches } from "./find.ts";
import { type Knowledge, once, type Text, UNKNOWN } from "./knowledge.ts";
import { has, type Options, readOptions, valuesOf } from "./options.ts";

/** What a program has to go on. */
export interface Print {
  /** The words behind its name. */
  readonly words: readonly Field[];
  readonly cwd: string | undefined;
  readonly stdin: Text;
  readonly knowledge: Knowledge;
  /** The text of a file, as the command has written it or as it is. */
  readonly contentOf: (path: string) => string | undefined;
}

/** What a program prints; `undefined` for one of which nobody knows. */
export function printedBy(program: string, print: Print): Text {
  const make = Object.hasOwn(PRINTS, program) ? PRINTS[program] : undefined;
  return make ? once(() => (print.words.every(({ known }) => known) ? make(print) : undefined)) : UNKNOWN;
}

type Make = (print: Print) => string | undefined;

const nothing: Make = () => "";
const piped: Make = ({ stdin }) => stdin();

const PRINTS: Readonly<Record<string, Make>> = {
  ":": nothing,
  true: nothing,
  false: nothing,
  mkdir: nothing,
  touch: nothing,
  sleep: nothing,
  sort: ({ words, stdin }) => (hasNoFiles(words, "k= t= S=") ? stdin() : undefined),
  uniq: ({ words, stdin }) => (hasNoFiles(words) ? stdin() : undefined),
  tac: ({ words, stdin }) => (hasNoFiles(words) ? stdin() : undefined),
  tee: piped,
  sponge: piped,
  echo: ({ words }) => {
    const at = words.findIndex(({ text }) => !/^-[neE]+$/.test(text));
    const flags = words.slice(0, at === -1 ? undefined : at).map(({ text }) => text);
    const text = (at === -1 ? [] : words.slice(at)).map((word) => word.text).join(" ");
    const said = flags.some((flag) => flag.includes("e")) ? unescaped(text) : text;
    return flags.some((flag) => flag.includes("n")) ? said : `${said}\n`;
  },
  printf: ({ words: [format, ...rest] }) => formatted(unescaped(format?.text ?? ""), rest),
  cat: ({ words, stdin, cwd, contentOf }) => {
    const { operands } = readOptions(words, "");
    const texts = operands.map(({ text }) => (text === "-" ? stdin() : cwd && contentOf(resolve(cwd, text))));
    if (operands.length === 0) return stdin();
    return texts.includes(undefined) ? undefined : texts.join("");
  },
  pwd: ({ cwd }) => cwd && `${cwd}\n`,
  realpath: ({ words, cwd, knowledge }) => eachPath(words, cwd, (path) => knowledge.realPath(path)),
  readlink: ({ words, cwd, knowledge }) => eachPath(words, cwd, (path) => knowledge.realPath(path)),
  dirname: ({ words }) => words.map(({ text }) => `${dirname(text)}\n`).join(""),
  basename: ({ words: [path, suffix] }) => path && `${basename(path.text, suffix?.text)}\n`,
  ls: list,
  head: (print) => cutLines(print, (lines, count) => lines.slice(0, Number(count))),
  tail: (print) => {
    return cutLines(print, (lines, count) => lines.slice(count.startsWith("+") ? Number(count) - 1 : -Number(count)));
  },
  grep,
  egrep: grep,
  fgrep: grep,
  rg: grep,
  tr: ({ words, stdin }) => {
    const [from, to] = words.map(({ text }) => unescaped(text));
    if (from?.length !== 1 || to?.length !== 1) return undefined;
    return stdin()?.replaceAll(from, to);
  },
  sed: substitute,
};

function hasNoFiles(words: readonly Field[], takes = ""): boolean {
  return readOptions(words, takes).operands.length === 0;
}

function eachPath(words: readonly Field[], cwd: string | undefined, make: (path: string) => string) {
  return cwd && linesOf(readOptions(words, "").operands.map(({ text }) => make(resolve(cwd, text))));
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function unescaped(text: string): string {
  const known: Readonly<Record<string, string>> = { n: "\n", t: "\t", "0": "\0", "\\": "\\", r: "\r" };
  return text.replace(/\\([nt0\\r])/g, (_, letter: string) => known[letter]!);
}

/** What `printf` makes of its words; as often as it takes to use them up. */
function formatted(format: string, words: readonly Field[]): string | undefined {
  const places = format.match(/%[^%]/g) ?? [];
  if (places.some((place) => !/^%[sqbd]$/.test(place))) return undefined;
  const texts = words.map(({ text }) => text);
  let said = "";
  do said += format.replace(/%(.)/g, (_, letter: string) => (letter === "%" ? "%" : (texts.shift() ?? "")));
  while (texts.length > 0 && places.length > 0);
  return said;
}

/** What is protected of what a list names; the rest does not matter to anybody here. */
function list({ words, cwd, knowledge }: Print): string | undefined {
  if (cwd === undefined) return undefined;
  const options = readOptions(words, "I= w= T= ignore=");
  const named = options.operands.length === 0 ? ["."] : options.operands.map(({ text }) => text);
  const lines = named.flatMap((text) => {
    const path = knowledge.realPath(resolve(cwd, text));
    if (!knowledge.isFolder(path) || has(options, "d directory")) return knowledge.exists(path) ? [text] : [];
    const inner = knowledge.protectedPaths().filter((each) => dirname(each) === path);
    return inner.map((each) => basename(each)).filter((name) => !name.startsWith(".") || has(options, "a A all"));
  });
  return linesOf(lines);
}

/** The first or the last lines of the input, or what is left without them. */
function cutLines({ words, stdin }: Print, take: (lines: readonly string[], count: string) => readonly string[]) {
  const [first = "-10", second, ...others] = words.map(({ text }) => text);
  const count = first === "-n" ? second : /^-(?:n|-lines=)?([+-]?\d+)$/.exec(first)?.[1];
  const isAll = others.length > 0 || (second !== undefined && first !== "-n");
  const lines = count === undefined || isAll ? undefined : stdin()?.split("\n");
  if (lines?.at(-1) === "") lines.pop();
  return lines && linesOf(take(lines, count!));
}

/** Lines of the input, or the names of protected files that hold something. */
function grep(print: Print): string | undefined {
  const options = readOptions(
    print.words,
    "e= f= A= B= C= m= g= t= include= exclude= exclude-dir= regexp= glob= type=",
  );
  const given = valuesOf(options, "e regexp")[0];
  const pattern = given ?? options.operands[0];
  const test = pattern && patternFor(pattern.text, options);
  if (!test) return undefined;
  const operands = options.operands.slice(given ? 0 : 1).map(({ text }) => text);
  const isSearch = has(options, "l files-with-matches r R recursive") || operands.length > 0;
  if (isSearch) return has(options, "l files-with-matches") ? found(print, options, operands, test) : undefined;
  const lines = print.stdin()?.split("\n");
  if (lines?.at(-1) === "") lines.pop();
  return lines && linesOf(lines.filter((line) => test.test(line) !== has(options, "v invert-match")));
}

function found(print: Print, options: Options, operands: readonly string[], test: RegExp): string | undefined {
  const { cwd, knowledge, contentOf } = print;
  if (cwd === undefined) return undefined;
  const includes = valuesOf(options, "include g glob").map(({ text }) => text);
  const excludes = valuesOf(options, "exclude exclude-dir").map(({ text }) => text);
  const lines = (operands.length === 0 ? ["."] : operands).flatMap((root) => {
    const base = knowledge.realPath(resolve(cwd, root));
    return knowledge
      .protectedPaths()
      .filter((path) => (path === base || path.startsWith(base + sep)) && !knowledge.isFolder(path))
      .filter((path) => includes.length === 0 || includes.some((each) => matches(each, basename(path))))
      .filter((path) => !excludes.some((each) => path.split(sep).some((part) => matches(each, part))))
      .filter((path) =>
        contentOf(path)
          ?.split("\n")
          .some((line) => test.test(line)),
      )
      .map((path) => (path === base ? root : join(root, relative(base, path))));
  });
  return linesOf(lines);
}

/** Of expressions that programs read in their own ways only what all of them read alike. */
function patternFor(text: string, options: Options): RegExp | undefined {
  const source = has(options, "F fixed-strings") ? text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : text;
  try {
    return new RegExp(source, has(options, "i ignore-case") ? "i" : "");
  } catch {
    return undefined;
  }
}

/** The input with one replacement made in each line. */
function substitute({ words, stdin }: Print): string | undefined {
  const options = readOptions(words, "e=");
  const [script, ...files] = [...valuesOf(options, "e"), ...options.operands].map(({ text }) => text);
  const [, mark, from, to, flags] = /^s([|/#,])((?:(?!\1).)*)\1((?:(?!\1).)*)\1(g?)$/.exec(script ?? "") ?? [];
  const text = mark === undefined || files.length > 0 || has(options, "n") ? undefined : stdin();
  const expression = text === undefined ? undefined : patternFor(from!, options);
  if (text === undefined || !expression) return undefined;
  const pattern = new RegExp(expression.source, flags === "g" ? "g" : "");
  const replacement = to!.replaceAll("$", "$$$$").replace(/(?<!\\)&/g, "$$&");
  return text.replace(/[^\n]+/g, (line) => line.replace(pattern, replacement));
}
