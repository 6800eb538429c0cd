/**
 * Shell commands taken apart as far as it takes to see which programs get which
 * words: quotes, escapes, redirections, lists, subshells, substitutions, here
 * documents, globs and braces. Nothing is run and nothing is looked up but variables
 * that are known. Linear in the text; what is deeper nested than anybody writes is
 * not read.
 */
import { compileGlob, literalGlob } from "./glob.ts";

/** A word as the program gets it. */
export interface Word {
  readonly text: string;
  /** What the word stands for where it holds globs or braces; anchored. */
  readonly pattern: RegExp | undefined;
  /** Whether all of it is known: no variable or substitution stands in it that is not. */
  readonly known: boolean;
}

export type ShellPart =
  | { readonly kind: "command"; readonly words: readonly Word[]; readonly writes: readonly Word[] }
  /** What stands between these happens in a shell of its own. */
  | { readonly kind: "enter" | "leave" };

const DEEPEST = 12;
const LONGEST = 256 * 1024;
/** What makes a file anew or empties it; appending keeps what the file holds. */
const WRITING = /^(?:>|>\||&>|>&)$/;
const REDIRECTION = /^(?:\d{0,4}|\{\w+\})(&>>|&>|<<<|<<-|<<|<>|>>|>\||>&|<&|>|<)(?!\()/;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** The commands in their order, those inside others before them; `undefined` for a text that is too long. */
export function parseShell(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): readonly ShellPart[] | undefined {
  if (text.length > LONGEST) return undefined;
  const reader = new ShellReader(text, new Map(Object.entries(variables)), 0);
  reader.readList("");
  return reader.parts;
}

interface Redirection {
  readonly operator: string;
  readonly word: Word;
}

/** A word that is being read. */
class WordDraft {
  known = true;
  pattern = "";
  /** How many braces are open. */
  braces = 0;
  #text = "";
  #isPattern = false;

  isEmpty(): boolean {
    return this.#text === "" && this.pattern === "";
  }

  literal(part: string): void {
    this.#text += part;
    this.pattern += literalGlob(part);
  }

  /** Adds what stands for something else; `undefined` where nobody knows for what. */
  expand(value: string | undefined): void {
    if (value === undefined) this.known = false;
    else this.literal(value);
  }

  glob(part: string, pattern: string): void {
    this.#text += part;
    this.pattern += pattern;
    this.#isPattern = true;
  }

  finish(): Word {
    const compiled = this.#isPattern && this.braces === 0 ? compileGlob(this.pattern) : undefined;
    return { text: this.#text, pattern: compiled, known: this.known };
  }
}

class ShellReader {
  readonly parts: ShellPart[] = [];
  readonly #text: string;
  readonly #variables: Map<string, string | undefined>;
  readonly #depth: number;
  #at = 0;
  /** The ends of here documents that begin at the next line. */
  readonly #documentEnds: string[] = [];

  constructor(text: string, variables: Map<string, string | undefined>, depth: number) {
    this.#text = text;
    this.#variables = variables;
    this.#depth = depth;
  }

  /** Reads commands up to a closing character, or to the end. */
  readList(close: string): void {
    let words: Word[] = [];
    let redirections: Redirection[] = [];
    const finish = () => {
      this.#emit(words, redirections);
      words = [];
      redirections = [];
    };
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (character === close && close !== "") break;
      if (character === " " || character === "\t" || character === "\r") this.#at++;
      else if (this.#text.startsWith("\\\n", this.#at)) this.#at += 2;
      else if (character === "\n") {
        finish();
        this.#at++;
        this.#skipDocuments();
      } else if (character === "#") this.#skipTo("\n");
      else if (character === "(") {
        finish();
        this.#at++;
        this.#nestInside(this.#takeNested("(", ")"));
      } else if (/[;)|&]/.test(character) && this.#ahead(2) !== "&>") {
        finish();
        this.#at++;
      } else {
        const redirection = this.#readRedirection();
        if (redirection) redirections.push(redirection);
        else words.push(this.#readWord());
      }
    }
    finish();
  }

  #emit(words: readonly Word[], redirections: readonly Redirection[]): void {
    const program = words.findIndex(({ text }) => !ASSIGNMENT.test(text));
    if (words.length > 0 && program === -1) {
      for (const { text, known } of words) {
        const at = text.indexOf("=");
        this.#variables.set(text.slice(0, at), known ? text.slice(at + 1) : undefined);
      }
    }
    const writes = redirections.filter(({ operator }) => WRITING.test(operator)).map(({ word }) => word);
    const rest = program === -1 ? [] : words.slice(program);
    if (rest.length > 0 || writes.length > 0) this.parts.push({ kind: "command", words: rest, writes });
  }

  /** `>`, `2>>`, `&>` and the like, with the word behind; here documents are only noted. */
  #readRedirection(): Redirection | undefined {
    const [, operator] = REDIRECTION.exec(this.#ahead(40)) ?? [];
    if (operator === undefined) return undefined;
    this.#at = this.#text.indexOf(operator, this.#at) + operator.length;
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
    const word = this.#readWord();
    if (operator === "<<" || operator === "<<-") {
      this.#documentEnds.push(word.text);
      return { operator: "<", word };
    }
    // `>&2` names a descriptor.
    return { operator: operator === ">&" && /^(?:\d+|-)$/.test(word.text) ? "<" : operator, word };
  }

  #skipDocuments(): void {
    for (const end of this.#documentEnds.splice(0)) {
      while (this.#at < this.#text.length) {
        const start = this.#at;
        this.#skipTo("\n");
        const line = this.#text.slice(start, this.#at++);
        if (line.replace(/^\t+/, "") === end) break;
      }
    }
  }

  #readWord(): Word {
    const start = this.#at;
    const word = new WordDraft();
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (/[\s;&|()<>]/.test(character) && !(/[<>]/.test(character) && this.#text[this.#at + 1] === "(")) break;
      this.#at++;
      if (!this.#readSpecial(character, word) && !this.#readGlob(character, word)) word.literal(character);
    }
    // Nothing was read where an operator stands that nobody expects there.
    if (this.#at === start) this.#at++;
    return word.finish();
  }

  /** Reads what begins with an escape, a quote or a sign for something else; `false` where the character is none. */
  #readSpecial(character: string, word: WordDraft): boolean {
    if (character === "\\") {
      const next = this.#text[this.#at++] ?? "";
      if (next !== "\n") word.literal(next);
    } else if (character === "'") word.literal(this.#takeUntil("'"));
    else if (character === '"') this.#readQuoted(word);
    else if (character === "`") this.#substitute(this.#takeUntil("`"), word);
    else if (character === "$") this.#readExpansion(word);
    else if ((character === "<" || character === ">") && this.#text[this.#at] === "(") {
      this.#at++;
      this.#nestInside(this.#takeNested("(", ")"));
      word.known = false;
    } else if (character === "~" && word.isEmpty() && /^(?:\/|[\s;&|)]|$)/.test(this.#ahead(1))) {
      word.expand(this.#variables.get("HOME"));
    } else return false;
    return true;
  }

  /** Reads a part of a glob or of braces; `false` where the character is none. */
  #readGlob(character: string, word: WordDraft): boolean {
    if (character === "*" || character === "?") {
      const first = word.pattern === "" || word.pattern.endsWith("/") ? "(?!\\.)" : "";
      word.glob(character, first + (character === "*" ? "[^/]*" : "[^/]"));
    } else if (character === "[" && /^[!^]?\]?[^\]\s/]*\]/.test(this.#ahead(100))) {
      const inner = /^([!^]?)(\]?[^\]]*)\]/.exec(this.#ahead(100))!;
      this.#at += inner[0].length;
      word.glob(`[${inner[0]}`, `[${inner[1] ? "^" : ""}${inner[2]!.replace(/[\\\]^[]/g, "\\$&")}]`);
    } else if (character === "{" && /^[^\s{}]*(?:,|\.\.)[^\s]*\}/.test(this.#ahead(500))) {
      word.glob(character, "(?:");
      word.braces++;
    } else if (word.braces > 0 && (character === "," || character === "}")) {
      word.glob(character, character === "," ? "|" : ")");
      if (character === "}") word.braces--;
    } else return false;
    return true;
  }

  /** So many of the next characters. */
  #ahead(count: number): string {
    return this.#text.slice(this.#at, this.#at + count);
  }

  /** Reads to the closing double quote. */
  #readQuoted(word: WordDraft): void {
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++]!;
      if (character === '"') return;
      if (character === "\\" && /["\\$`\n]/.test(this.#text[this.#at] ?? "")) {
        const next = this.#text[this.#at++]!;
        if (next !== "\n") word.literal(next);
      } else if (character === "`") this.#substitute(this.#takeUntil("`"), word);
      else if (character === "$") this.#readExpansion(word);
      else word.literal(character);
    }
  }

  /** Reads what stands behind a dollar: a variable or a substitution. */
  #readExpansion(word: WordDraft): void {
    const rest = this.#ahead(200);
    const name = /^(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/.exec(rest);
    const isSign = /^['({@*#?$!0-9-]/.test(rest);
    this.#at += name?.[0].length ?? (isSign ? 1 : 0);
    if (name) word.expand(this.#variables.get((name[1] ?? name[2])!));
    else if (!isSign) word.literal("$");
    else if (rest.startsWith("'")) word.literal(this.#takeUntil("'"));
    else if (/^\((?!\()/.test(rest)) this.#substitute(this.#takeNested("(", ")"), word);
    else {
      if (rest.startsWith("(")) this.#takeNested("(", ")");
      else if (rest.startsWith("{")) this.#takeNested("{", "}");
      word.known = false;
    }
  }

  #substitute(command: string, word: WordDraft): void {
    const folder = command.trim() === "pwd" ? this.#variables.get("PWD") : undefined;
    if (folder === undefined) this.#nestInside(command);
    word.expand(folder);
  }

  /** Reads a text that is commands by itself, in a shell of its own. */
  #nestInside(command: string): void {
    if (this.#depth >= DEEPEST) return;
    const inner = new ShellReader(command, new Map(this.#variables), this.#depth + 1);
    inner.readList("");
    this.parts.push({ kind: "enter" });
    for (const part of inner.parts) this.parts.push(part);
    this.parts.push({ kind: "leave" });
  }

  /** The text up to the bracket that closes one just read. */
  #takeNested(open: string, close: string): string {
    const start = this.#at;
    for (let depth = 1; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "\\") this.#at++;
      else if (character === "'" || character === '"' || character === "`") this.#skipQuoted(character);
      else if (character === open) depth++;
      else if (character === close && --depth === 0) return this.#text.slice(start, this.#at++);
    }
    return this.#text.slice(start);
  }

  #skipQuoted(quote: string): void {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "\\" && quote !== "'") this.#at++;
      else if (character === quote) return;
    }
  }

  #takeUntil(end: string): string {
    const start = this.#at;
    this.#skipTo(end);
    return this.#text.slice(start, this.#at++);
  }

  #skipTo(end: string): void {
    const at = this.#text.indexOf(end, this.#at);
    this.#at = at === -1 ? this.#text.length : at;
  }
}
