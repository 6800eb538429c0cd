/**
 * Reads a shell command: lists, pipelines, compound commands, functions, redirections
 * and here documents. Lenient, because nothing depends on whether a shell would refuse
 * it, and linear in the text: what is deeper nested than anybody writes is not read.
 */
import { BLANK, RedirectionReader } from "./read-redirection.ts";
import type { Assignment, Bare, Command, Pipeline, Redirection, Script, Word } from "./script.ts";

const DEEPEST = 12;
const LONGEST = 256 * 1024;
const COMMENT = /#[^\n]*/y;
const RESERVED =
  /(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|\{|\}|!)(?=[\s;&|()<>]|$)/y;
const ASSIGNMENT = /([A-Za-z_]\w*)(?:\[[^\]\s]{0,40}\])?\+?=/y;
const FUNCTION = /([A-Za-z_][\w.:-]*)[ \t]*\([ \t]*\)/y;

/** The commands of a text; `undefined` for one that is too long. */
export function readScript(text: string): Script | undefined {
  return text.length > LONGEST ? undefined : new ScriptReader(text, 0).readAll();
}

class ScriptReader extends RedirectionReader {
  readonly #depth: number;
  #nesting = 0;

  constructor(text: string, depth: number) {
    super(text);
    this.#depth = depth;
  }

  readAll(): Script {
    const pipelines: Pipeline[] = [];
    while (!this.isAtEnd) {
      pipelines.push(...this.#readList([]));
      // A bracket or a word that closes nothing.
      if (!this.isAtEnd && !this.take(RESERVED)) this.at++;
    }
    return pipelines;
  }

  protected nested(): Script | undefined {
    if (this.#depth + this.#nesting >= DEEPEST) return undefined;
    this.#nesting++;
    const script = this.#readList([]);
    this.#nesting--;
    if (this.next === ")") this.at++;
    return script;
  }

  protected commandsIn(text: string): Script | undefined {
    const depth = this.#depth + this.#nesting + 1;
    return depth > DEEPEST ? undefined : new ScriptReader(text, depth).readAll();
  }

  protected wordIn(text: string, quoted: boolean): Word {
    const depth = this.#depth + this.#nesting + 1;
    if (depth > DEEPEST) return [{ kind: "unknown" }];
    const reader = new ScriptReader(text, depth);
    return quoted ? reader.readQuoted("") : reader.#readWhole();
  }

  /** All of a text as one word: spaces are part of it. */
  #readWhole(): Word {
    const pieces = [...this.readWord()];
    while (!this.isAtEnd) {
      pieces.push({ kind: "text", text: this.text[this.at++]!, quoted: false }, ...this.readWord());
    }
    return pieces;
  }

  /** Reads pipelines up to a closing bracket or one of the reserved words. */
  #readList(ends: readonly string[]): Script {
    const pipelines: Pipeline[] = [];
    for (;;) {
      this.#skipSeparators();
      if (this.isAtEnd || this.next === ")") return pipelines;
      const word = this.#reserved();
      if (word !== undefined && ends.includes(word)) return pipelines;
      const before = this.at;
      const pipeline = this.#readPipeline();
      if (pipeline.length > 0) pipelines.push(pipeline);
      if (this.at === before && !this.take(RESERVED)) this.at++;
    }
  }

  #skipSeparators(): void {
    for (;;) {
      this.#skipBlank();
      if (this.next === "\n") {
        this.at++;
        this.readDocuments();
      } else if (this.next === ";" || this.next === "&" || this.next === "|") this.at++;
      else return;
    }
  }

  #skipBlank(): void {
    this.take(BLANK);
    this.take(COMMENT);
  }

  /** The reserved word that stands here. */
  #reserved(): string | undefined {
    RESERVED.lastIndex = this.at;
    return RESERVED.exec(this.text)?.[0];
  }

  #readPipeline(): Pipeline {
    const commands: Command[] = [];
    for (;;) {
      const command = this.#readCommand();
      if (command) commands.push(command);
      this.#skipBlank();
      if (this.next !== "|" || this.startsWith("||")) return commands;
      this.at += this.startsWith("|&") ? 2 : 1;
      this.#skipLines();
    }
  }

  /** Goes on at the next line where a command may begin. */
  #skipLines(): void {
    this.#skipBlank();
    while (this.next === "\n") {
      this.at++;
      this.readDocuments();
      this.#skipBlank();
    }
  }

  #readCommand(): Command | undefined {
    this.#skipBlank();
    if (this.startsWith("((")) {
      this.at += 2;
      this.takeNested("(", ")");
      if (this.next === ")") this.at++;
      return undefined;
    }
    if (this.#depth + this.#nesting >= DEEPEST) return this.#readSimple();
    if (this.next === "(") {
      this.at++;
      return this.#finish({ kind: "group", body: this.nested() ?? [], isSubshell: true });
    }
    const word = this.#reserved();
    if (word === "then" || word === "else" || word === "do" || word === "fi" || word === "}") return undefined;
    if (word !== undefined && Object.hasOwn(this.#compound, word)) {
      this.take(RESERVED);
      this.#nesting++;
      const command = this.#compound[word]!();
      this.#nesting--;
      return command;
    }
    const name = this.take(FUNCTION)?.[1];
    return name === undefined ? this.#readSimple() : this.#readFunction(name);
  }

  readonly #compound: Readonly<Record<string, () => Command | undefined>> = {
    "!": () => this.#readCommand(),
    time: () => {
      this.take(/[ \t]+-p(?=\s)/y);
      return this.#readCommand();
    },
    "{": () => this.#finish({ kind: "group", body: this.#readUntil("}"), isSubshell: false }),
    if: () => {
      const parts: Script[] = [];
      for (;;) {
        parts.push(this.#readList(["then", "elif", "else", "fi"]));
        const end = this.take(RESERVED)?.[0];
        if (end === undefined || end === "fi") return this.#finish({ kind: "branches", parts });
      }
    },
    for: () => this.#readFor(),
    select: () => this.#readFor(),
    while: () => this.#readWhile(),
    until: () => this.#readWhile(),
    case: () => this.#readCase(),
    function: () => {
      this.#skipBlank();
      const name = this.take(/[A-Za-z_][\w.:-]*/y)?.[0] ?? "";
      this.take(/[ \t]*\([ \t]*\)/y);
      return this.#readFunction(name);
    },
  };

  #readUntil(end: string): Script {
    const body = this.#readList([end]);
    if (this.#reserved() === end) this.take(RESERVED);
    return body;
  }

  #readFunction(name: string): Command {
    this.#skipLines();
    const body = this.#readCommand() ?? { kind: "group", body: [], isSubshell: false, redirections: [] };
    return { kind: "function", name, body, redirections: [] };
  }

  #readFor(): Command {
    this.#skipBlank();
    if (this.startsWith("((")) {
      this.at += 2;
      this.takeNested("(", ")");
      if (this.next === ")") this.at++;
    }
    const name = this.take(/[A-Za-z_]\w*/y)?.[0] ?? "";
    this.#skipLines();
    const values: Word[] | undefined = this.take(/in(?=[\s;]|$)/y) && this.#readWords();
    this.#skipSeparators();
    if (this.#reserved() === "do") this.take(RESERVED);
    return this.#finish({ kind: "for", name, values, body: this.#readUntil("done") });
  }

  #readWhile(): Command {
    const condition = this.#readUntil("do");
    return this.#finish({ kind: "while", condition, body: this.#readUntil("done") });
  }

  #readCase(): Command {
    this.#readWords();
    const parts: Script[] = [];
    while (!this.isAtEnd) {
      this.#skipSeparators();
      if (this.#reserved() === "esac") break;
      this.take(/\(/y);
      // The patterns.
      for (let before = -1; this.next !== ")" && before !== this.at; this.take(/[|\s]+/y)) {
        before = this.at;
        this.readWord();
      }
      if (this.next === ")") this.at++;
      else if (!this.isAtEnd) this.at++;
      parts.push(this.#readCaseBody());
    }
    this.take(RESERVED);
    return this.#finish({ kind: "branches", parts });
  }

  /** Up to `;;` or the end of all cases. */
  #readCaseBody(): Script {
    const pipelines: Pipeline[] = [];
    for (;;) {
      this.#skipLines();
      if (this.isAtEnd || this.#reserved() === "esac" || this.take(/;;&?|;&/y)) return pipelines;
      const before = this.at;
      const pipeline = this.#readPipeline();
      if (pipeline.length > 0) pipelines.push(pipeline);
      this.#skipBlank();
      if (!this.startsWith(";;")) this.take(/[;&|]+/y);
      if (this.at === before) this.at++;
    }
  }

  #readWords(): Word[] {
    const words: Word[] = [];
    for (;;) {
      this.#skipBlank();
      if (this.isAtEnd || /[\n;&|()]/.test(this.next)) return words;
      const before = this.at;
      words.push(this.readWord());
      if (this.at === before) this.at++;
    }
  }

  #readSimple(): Command | undefined {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      this.#skipBlank();
      if (this.isAtEnd) break;
      const redirection = this.readRedirection();
      if (redirection) {
        redirections.push(redirection);
        continue;
      }
      if (/[\n;&|()]/.test(this.next)) break;
      const name = words.length === 0 ? this.take(ASSIGNMENT)?.[1] : undefined;
      const before = this.at;
      if (name === undefined) words.push(this.readWord());
      else assignments.push({ name, values: this.#readValues() });
      // Nothing was read where an operator stands that nobody expects there.
      if (name === undefined && this.at === before) this.at++;
    }
    if (words.length + assignments.length + redirections.length === 0) return undefined;
    return { kind: "simple", assignments, words, redirections };
  }

  #readValues(): Word[] {
    if (!this.take(/\(/y)) return [this.readWord()];
    const values: Word[] = [];
    while (!this.isAtEnd && this.next !== ")") {
      values.push(...this.#readWords());
      if (this.next !== ")") this.at++;
    }
    this.at++;
    return values;
  }

  /** A compound command with the redirections behind it. */
  #finish(command: Bare): Command {
    const redirections: Redirection[] = [];
    for (;;) {
      this.#skipBlank();
      const redirection = this.readRedirection();
      if (!redirection) return { ...command, redirections };
      redirections.push(redirection);
    }
  }
}
