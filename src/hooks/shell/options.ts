/** The words behind a program, as its options and the rest. */
import type { Field } from "./expand.ts";

export interface Options {
  /** The options by their names, with the values they were given. */
  readonly given: ReadonlyMap<string, readonly Field[]>;
  readonly operands: readonly Field[];
}

/** Takes words apart; see `programs.ts` for how options are named. */
export function readOptions(words: readonly Field[], takes: string, isWords = false): Options {
  const valued = new Map(takes.split(" ").map((name) => [name.replace(/[=?]$/, ""), name.at(-1)] as const));
  const given = new Map<string, Field[]>();
  const operands: Field[] = [];
  const note = (name: string, value?: Field) => {
    given.set(name, [...(given.get(name) ?? []), ...(value ? [value] : [])]);
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const { text } = word;
    if (text === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (text.startsWith("--") || (isWords && text.startsWith("-"))) {
      const [name = "", value] = splitOnce(text.replace(/^--?/, ""));
      if (value !== undefined) note(name, { ...word, text: value });
      else note(name, valued.get(name) === "=" ? words[++at] : undefined);
    } else if (text.startsWith("+") && text.length > 1) note("+", { ...word, text: text.slice(1) });
    else if (text.startsWith("-") && text !== "-") at += readCluster(word, words[at + 1], valued, note);
    else operands.push(word);
  }
  return { given, operands };
}

/** Reads letters behind one dash; returns how many words behind it they took. */
function readCluster(
  word: Field,
  next: Field | undefined,
  valued: ReadonlyMap<string, string | undefined>,
  note: (name: string, value?: Field) => void,
): number {
  const letters = word.text.slice(1);
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at]!;
    const rest = letters.slice(at + 1);
    const takes = valued.get(letter);
    if (takes !== "=" && takes !== "?") note(letter);
    else {
      if (rest !== "") note(letter, { ...word, text: rest });
      else note(letter, takes === "=" ? next : undefined);
      return rest === "" && takes === "=" ? 1 : 0;
    }
  }
  return 0;
}

/** Whether one of some options is given. */
export function has({ given }: Options, names: string): boolean {
  return names.split(" ").some((name) => given.has(name));
}

/** The values of some options. */
export function valuesOf({ given }: Options, names: string): readonly Field[] {
  return names.split(" ").flatMap((name) => given.get(name) ?? []);
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
