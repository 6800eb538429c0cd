/** Words of a shell as they are written: quotes, escapes, variables, substitutions, globs and braces. */
import { literalGlob } from "../glob.ts";
import { Cursor } from "./cursor.ts";
import type { Piece, Script, Word } from "./script.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", e: "\x1b" };
const NAME = /(?:[A-Za-z_]\w*|[0-9]+|[@*?#$!-])/y;
const GLOB_SET = /\[([!^]?)(\]?[^\]\s/]{0,100})\]/y;
const HAS_CHOICES = /\{[^\s{}]{0,400}(?:,|\.\.)[^\s]{0,400}\}/y;
const RANGE = /\{(-?\d{1,4}|[a-z])\.\.(-?\d{1,4}|[a-z])\}/iy;
const ENDS = /[\s;&|()<>]/;
const MOST_CHOICES = 200;

export abstract class WordReader extends Cursor {
  /** Reads commands up to the bracket that closes them; `undefined` where they are nested too deep. */
  protected abstract nested(): Script | undefined;

  /** The commands of a text that stands in this one, such as between backticks. */
  protected abstract commandsIn(text: string): Script | undefined;

  /** The words of another text, which stands in this one. */
  protected abstract wordIn(text: string, quoted: boolean): Word;

  /** Reads a word; inside of braces also up to a comma or the brace that closes. */
  protected readWord(inBraces = false): Word {
    const pieces: Piece[] = [];
    while (!this.isAtEnd) {
      const { next } = this;
      const isStream = (next === "<" || next === ">") && this.text[this.at + 1] === "(";
      if (!isStream && (ENDS.test(next) || (inBraces && (next === "," || next === "}")))) break;
      if (isStream) {
        this.at += 2;
        const script = this.nested();
        pieces.push(script ? { kind: "stream", script, isInput: next === "<" } : { kind: "unknown" });
      } else this.#readPlain(pieces);
    }
    return pieces;
  }

  /** Reads a text to its end in which only a dollar, a backtick and a backslash mean something. */
  protected readQuoted(end: string): Piece[] {
    const pieces: Piece[] = [];
    let literal = "";
    const flush = () => {
      pieces.push({ kind: "text", text: literal, quoted: true });
      literal = "";
    };
    while (!this.isAtEnd) {
      const character = this.text[this.at++]!;
      if (character === end) break;
      if (character === "\\" && /["\\$`\n]/.test(this.next)) {
        const escaped = this.text[this.at++]!;
        if (escaped !== "\n") literal += escaped;
      } else if (character === "`" || character === "$") {
        flush();
        if (character === "`") this.#readBackticks(pieces, true);
        else this.#readDollar(pieces, true);
      } else literal += character;
    }
    flush();
    return pieces;
  }

  /** Reads one part of a word outside of quotes. */
  #readPlain(pieces: Piece[]): void {
    const character = this.next;
    const add = (text: string, quoted: boolean) => pieces.push({ kind: "text", text, quoted });
    if (character === "{" && this.#readBraces(pieces)) return;
    if (character === "[" && this.#readSet(pieces)) return;
    this.at++;
    if (character === "\\") {
      const escaped = this.text[this.at++] ?? "";
      if (escaped !== "\n") add(escaped, true);
    } else if (character === "'") add(this.takeUntil("'"), true);
    else if (character === '"') pieces.push(...this.readQuoted('"'));
    else if (character === "`") this.#readBackticks(pieces, false);
    else if (character === "$") this.#readDollar(pieces, false);
    else if (character === "*") {
      const isDeep = this.next === "*" && this.text[this.at + 1] === "/";
      if (isDeep) this.at += 2;
      if (isDeep) pieces.push({ kind: "glob", text: "**/", pattern: "(?:[^/]+[/])*" });
      else pieces.push({ kind: "glob", text: "*", pattern: "[^/]*" });
    } else if (character === "?") pieces.push({ kind: "glob", text: "?", pattern: "[^/]" });
    else if (character === "~" && pieces.length === 0 && /^(?:[/\s;&|)]|$)/.test(this.next)) {
      pieces.push({ kind: "home" });
    } else add(character, false);
  }

  #readSet(pieces: Piece[]): boolean {
    const found = this.take(GLOB_SET);
    if (!found) return false;
    const [text, not, inner = ""] = found;
    const pattern = `[${not ? "^" : ""}${inner.replace(/[\\\]^[]/g, "\\$&")}]`;
    pieces.push({ kind: "glob", text, pattern });
    return true;
  }

  #readBraces(pieces: Piece[]): boolean {
    const [, from, to] = this.take(RANGE) ?? [];
    if (from !== undefined && to !== undefined) {
      pieces.push({ kind: "braces", choices: rangeOf(from, to).map((text) => [{ kind: "text", text, quoted: true }]) });
      return true;
    }
    HAS_CHOICES.lastIndex = this.at;
    if (!HAS_CHOICES.test(this.text)) return false;
    const start = this.at++;
    const choices: Word[] = [];
    for (;;) {
      choices.push(this.readWord(true));
      const end = this.next;
      if (end === "," && choices.length < MOST_CHOICES) this.at++;
      else if (end === "}" && choices.length > 1) {
        this.at++;
        pieces.push({ kind: "braces", choices });
        return true;
      } else {
        // No braces after all: what was read stands for itself.
        pieces.push({ kind: "text", text: this.text.slice(start, this.at), quoted: true });
        return true;
      }
    }
  }

  #readBackticks(pieces: Piece[], quoted: boolean): void {
    const script = this.commandsIn(this.takeUntil("`").replace(/\\([\\`$])/g, "$1"));
    pieces.push(script ? { kind: "output", script, quoted } : { kind: "unknown" });
  }

  /** Reads what stands behind a dollar: a variable or a substitution. */
  #readDollar(pieces: Piece[], quoted: boolean): void {
    const { next } = this;
    if (next === "(" && this.text[this.at + 1] === "(") {
      this.at += 2;
      this.takeNested("(", ")");
      if (this.next === ")") this.at++;
      pieces.push({ kind: "unknown" });
    } else if (next === "(") {
      this.at++;
      const script = this.nested();
      pieces.push(script ? { kind: "output", script, quoted } : { kind: "unknown" });
    } else if (next === "{") {
      this.at++;
      pieces.push(this.#variableIn(this.takeNested("{", "}"), quoted));
    } else if (next === "'" && !quoted) {
      this.at++;
      pieces.push({ kind: "text", text: this.#takeEscaped(), quoted: true });
    } else if (next === '"' && !quoted) {
      this.at++;
      pieces.push(...this.readQuoted('"'));
    } else {
      const name = this.take(NAME)?.[0];
      if (name === undefined) pieces.push({ kind: "text", text: "$", quoted: true });
      else pieces.push({ kind: "variable", name, quoted, all: /[@*]/.test(name), operator: "", operand: [] });
    }
  }

  /** The variable of `${…}`. */
  #variableIn(text: string, quoted: boolean): Piece {
    const found = /^([A-Za-z_]\w*|[0-9]+|[@*])(\[[@*]\])?(?:(:?[-=+?]|%%?|##?)([\s\S]*))?$/.exec(text);
    if (!found) return { kind: "unknown" };
    const [, name = "", index, operator = "", operand = ""] = found;
    return {
      ...{ kind: "variable", name, quoted, operator },
      all: index !== undefined || /[@*]/.test(name),
      operand: operand === "" ? [] : this.wordIn(operand, quoted),
    };
  }

  /** The text of `$'…'`. */
  #takeEscaped(): string {
    let text = "";
    while (!this.isAtEnd) {
      const character = this.text[this.at++]!;
      if (character === "'") break;
      const [whole, digits] = (character === "\\" && /^(?:x([\da-f]{1,2}))/i.exec(this.ahead(3))) || [];
      if (whole !== undefined) {
        text += String.fromCharCode(Number.parseInt(digits!, 16));
        this.at += whole.length;
      } else if (character === "\\") {
        const escaped = this.text[this.at++] ?? "";
        text += ESCAPES[escaped] ?? escaped;
      } else text += character;
    }
    return text;
  }
}

function rangeOf(from: string, to: string): string[] {
  const isNumber = /\d/.test(from) && /\d/.test(to);
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const step = first <= last ? 1 : -1;
  const length = Math.min(MOST_CHOICES, Math.abs(last - first) + 1);
  return Array.from({ length }, (_, index) => {
    const value = first + index * step;
    return isNumber ? String(value) : String.fromCharCode(value);
  });
}

/** The pattern of a word that stands for itself but for its globs. */
export function patternOf(word: Word): string | undefined {
  const parts = word.map((piece) => {
    if (piece.kind === "text") return literalGlob(piece.text);
    return piece.kind === "glob" ? piece.pattern.replaceAll("[^/]", "[^]") : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join("");
}
