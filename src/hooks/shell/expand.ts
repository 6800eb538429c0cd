/** What the words of a command stand for, as far as that is known before it is run. */
import { literalGlob } from "../glob.ts";
import { patternOf } from "./read-word.ts";
import type { Piece, Script, Word } from "./script.ts";

/** A word as its program gets it. */
export interface Field {
  readonly text: string;
  /** Whether all of it is known: nothing stands in it that nobody can tell. */
  readonly known: boolean;
}

/** What words are expanded with. */
export interface Sources {
  /** The values of a variable: one, or those of an array; `undefined` where nobody knows it. */
  valueOf(name: string): readonly string[] | undefined;
  assign(name: string, values: readonly string[] | undefined): void;
  /** What commands print. */
  outputOf(script: Script): string | undefined;
  /** The path under which the output of commands is read. */
  streamOf(script: Script, isInput: boolean): string | undefined;
  /** The paths that a glob names: its text, and a pattern for each part of the path. */
  matching(text: string, parts: readonly string[]): readonly string[];
}

/** A word that is being put together. */
interface Draft {
  readonly text: string;
  readonly pattern: string;
  readonly isGlob: boolean;
  readonly known: boolean;
  /** Whether there is a word even if it is empty. */
  readonly isThere: boolean;
}

const EMPTY: Draft = { text: "", pattern: "", isGlob: false, known: true, isThere: false };
const MOST_FIELDS = 2000;
const LONGEST_CUT = 4096;

/** The words as programs get them. */
export function expandWords(words: readonly Word[], sources: Sources): readonly Field[] {
  return words.flatMap((word) => expandWord(word, sources));
}

/** A word where there can only be one, such as behind a redirection or in an assignment. */
export function expandText(word: Word, sources: Sources): string | undefined {
  const fields = draftsOf(word, sources, false);
  return fields.length === 1 && fields[0]!.known ? fields[0]!.text : undefined;
}

export function expandWord(word: Word, sources: Sources): readonly Field[] {
  return draftsOf(word, sources, true).flatMap(({ text, pattern, isGlob, known, isThere }) => {
    if (!isThere) return [];
    if (!isGlob || !known) return [{ text, known }];
    const paths = sources.matching(text, partsOf(pattern));
    // Other files than those that are protected may be named; an option names none.
    return paths.length === 0
      ? [{ text, known: text.startsWith("-") }]
      : paths.map((path) => ({ text: path, known: true }));
  });
}

/** The patterns of the parts of a path, `.` and `..` taken out. */
function partsOf(pattern: string): readonly string[] {
  const parts: string[] = [];
  for (const part of pattern.split("\\/")) {
    if (part === "\\.\\." && parts.length > 0 && parts.at(-1) !== "\\.\\." && parts.at(-1) !== "") parts.pop();
    else if (part !== "\\." && (part !== "" || parts.length === 0)) parts.push(part);
  }
  return parts;
}

function draftsOf(word: Word, sources: Sources, splits: boolean): readonly Draft[] {
  const done: Draft[] = [];
  let open: readonly Draft[] = [EMPTY];
  const add = (text: string, pattern = literalGlob(text), isGlob = false) => {
    open = open.map((draft) => ({
      ...{ text: draft.text + text, pattern: draft.pattern + pattern },
      ...{ isGlob: draft.isGlob || isGlob, known: draft.known, isThere: true },
    }));
  };
  /** Ends the words so far; what follows begins new ones. */
  const end = () => {
    if (done.length < MOST_FIELDS) done.push(...open.filter(({ isThere }) => isThere));
    open = [EMPTY];
  };
  const addValue = (value: string | undefined, quoted: boolean) => {
    if (value === undefined) open = open.map((draft) => ({ ...draft, known: false, isThere: true }));
    else if (quoted || !splits) add(value);
    else addSplit(value, add, end);
  };
  for (const piece of word) {
    if (piece.kind === "text") add(piece.text);
    else if (piece.kind === "glob") add(piece.text, globIn(piece, open), true);
    else if (piece.kind === "home") addValue(sources.valueOf("HOME")?.[0], true);
    else if (piece.kind === "unknown") addValue(undefined, true);
    else if (piece.kind === "stream") addValue(sources.streamOf(piece.script, piece.isInput), true);
    else if (piece.kind === "output") addValue(sources.outputOf(piece.script)?.replace(/\n+$/, ""), piece.quoted);
    else if (piece.kind === "braces") {
      const choices = piece.choices.flatMap((choice) => draftsOf(choice, sources, splits));
      open = open.slice(0, MOST_FIELDS / 10).flatMap((draft) => choices.map((choice) => joined(draft, choice)));
      open = open.slice(0, MOST_FIELDS);
    } else {
      const values = variable(piece, sources);
      if (values === undefined || values.length === 0) addValue(values === undefined ? undefined : "", piece.quoted);
      else if (!piece.all || !splits) addValue(values.join(" "), piece.quoted);
      else {
        for (const [index, value] of values.entries()) {
          if (index > 0) end();
          addValue(value, piece.quoted);
        }
      }
    }
  }
  end();
  return done;
}

function joined(one: Draft, other: Draft): Draft {
  return {
    text: one.text + other.text,
    pattern: one.pattern + other.pattern,
    isGlob: one.isGlob || other.isGlob,
    known: one.known && other.known,
    isThere: one.isThere || other.isThere,
  };
}

/** A star at the beginning of a name stands for no name with a dot in front. */
function globIn({ text, pattern }: { text: string; pattern: string }, open: readonly Draft[]): string {
  const before = open[0]?.pattern ?? "";
  const isFirst = text !== "**/" && !text.startsWith("[") && (before === "" || before.endsWith("\\/"));
  return isFirst ? `(?!\\.)${pattern}` : pattern;
}

/** A value outside of quotes is as many words as it has, and its stars are globs. */
function addSplit(value: string, add: (text: string, pattern?: string, isGlob?: boolean) => void, end: () => void) {
  for (const [index, part] of value.split(/[ \t\n]+/).entries()) {
    if (index > 0) end();
    for (const [piece] of part.matchAll(/\*+|[^*]+/g)) {
      if (piece.startsWith("*")) add("*", "[^/]*", true);
      else add(piece);
    }
  }
}

function variable(piece: Piece & { kind: "variable" }, sources: Sources): readonly string[] | undefined {
  const { name, operator, operand, all } = piece;
  const given = sources.valueOf(name);
  const values = all || given === undefined ? given : [given[0] ?? ""];
  const isUnset = values === undefined || values.join("") === "";
  const other = () => {
    const text = expandText(operand, sources);
    return text === undefined ? undefined : [text];
  };
  if (operator === "") return values;
  if (operator === "-" || operator === ":-") return isUnset ? other() : values;
  if (operator === "=" || operator === ":=") {
    if (!isUnset) return values;
    const assigned = other();
    sources.assign(name, assigned);
    return assigned;
  }
  if (operator === "+" || operator === ":+") return isUnset ? [""] : other();
  if (operator === "?" || operator === ":?") return values;
  return values?.map((value) => cut(value, operator, patternOf(operand))).filter((value) => value !== undefined);
}

/** A value without what a pattern finds at its beginning or end, the shortest or the longest. */
function cut(value: string, operator: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined || value.length > LONGEST_CUT) return undefined;
  const isLazy = operator.length === 1;
  try {
    if (operator.startsWith("#")) {
      const source = isLazy ? pattern.replaceAll("[^]*", "[^]*?") : pattern;
      return value.replace(new RegExp(`^(?:${source})`, "u"), "");
    }
    const expression = new RegExp(`^(?:${pattern})$`, "u");
    for (let step = 0; step <= value.length; step++) {
      const at = isLazy ? value.length - step : step;
      if (expression.test(value.slice(at))) return value.slice(0, at);
    }
    return value;
  } catch {
    return undefined;
  }
}
