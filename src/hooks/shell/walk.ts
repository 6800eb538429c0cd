/**
 * What a shell command does to protected files, by its effects: the command is walked
 * through as a shell would run it, with nothing run. Of what may run all runs: each
 * branch, and whatever follows `&&` and `||`. What a command prints is known where it
 * comes from the command itself or lists protected files; what is not known is no reason.
 */

import { literalGlob } from "../glob.ts";
import { expandText, expandWords, type Field, type Sources } from "./expand.ts";
import { type Effect, type Knowledge, NOTHING, once, type Text, UNKNOWN } from "./knowledge.ts";
import { readScript } from "./read-script.ts";
import { placeOf } from "./rules.ts";
import type { Scope } from "./scope.ts";
import type { Command, Pipeline, Redirection, Script, Word } from "./script.ts";

/** Runs a program in a scope and returns what it prints. */
export type RunProgram = (walk: Walk, fields: readonly Field[], scope: Scope) => Text;

/** What makes a file anew or empties it; appending keeps what the file holds. */
const WRITING = /^(?:>|>\||&>|>&)$/;
const READING = /^(?:<|<<-?|<<<|<>)$/;
/** So many commands are looked at; loops and functions count each time. */
const MOST_COMMANDS = 3000;
const DEEPEST = 16;

export class Walk {
  readonly effects: Effect[] = [];
  readonly knowledge: Knowledge;
  /** What the command has written so far, and what is read from the output of commands. */
  readonly #written = new Map<string, Text>();
  readonly #runProgram: RunProgram;
  #commands = 0;
  #depth = 0;

  constructor(knowledge: Knowledge, runProgram: RunProgram) {
    this.knowledge = knowledge;
    this.#runProgram = runProgram;
  }

  /** Runs a text as a shell does; what it prints is returned. */
  runText(text: string, scope: Scope): Text {
    if (this.#depth >= DEEPEST) return UNKNOWN;
    const script = readScript(text);
    return script === undefined ? UNKNOWN : this.run(script, scope);
  }

  run(script: Script, scope: Scope): Text {
    if (this.#depth >= DEEPEST) return UNKNOWN;
    this.#depth++;
    const outputs = script.map((pipeline) => this.#runPipeline(pipeline, scope));
    this.#depth--;
    if (outputs.length === 1) return outputs[0]!;
    return once(() => {
      const texts = outputs.map((output) => output());
      return texts.includes(undefined) ? undefined : texts.join("");
    });
  }

  /** Runs a command that is given as the words it has. */
  runFields(fields: readonly Field[], scope: Scope): Text {
    return ++this.#commands > MOST_COMMANDS || fields.length === 0 ? UNKNOWN : this.#runProgram(this, fields, scope);
  }

  /** The body of a function, which sees its arguments. */
  runCommand(command: Command, scope: Scope): Text {
    if (this.#depth >= DEEPEST || ++this.#commands > MOST_COMMANDS) return UNKNOWN;
    this.#depth++;
    const output = this.#runRedirected(command, scope);
    this.#depth--;
    return output;
  }

  /** The text of a file, as the command has written it or as it is. */
  contentOf(path: string): string | undefined {
    const written = this.#written.get(path);
    return written ? written() : this.knowledge.read(path);
  }

  /** The text that the command itself has put into a file. */
  writtenTo(path: string): Text | undefined {
    return this.#written.get(path);
  }

  /** The values of words, and what stands in them run. */
  sourcesFor(scope: Scope): Sources {
    return {
      valueOf: (name) => (name === "PWD" ? scope.cwd && [scope.cwd] : scope.variables.get(name)) || undefined,
      assign: (name, values) => scope.variables.set(name, values),
      outputOf: (script) => this.run(script, scope.fork())(),
      streamOf: (script, isInput) => {
        const inner = scope.fork();
        if (!isInput) inner.stdin = UNKNOWN;
        const path = `/dev/fd/${this.#written.size + 63}`;
        this.#written.set(path, this.run(script, inner));
        return path;
      },
      matching: (text, parts) => this.#matching(text, parts, scope.cwd),
    };
  }

  /** Whether a text is a protected path, or a glob for some. */
  namesProtected(text: string, cwd: string): boolean {
    return text !== "" && text.length < 1000 && this.pathsNamed(text, cwd).length > 0;
  }

  /** The protected paths that a text names, as it names them. */
  pathsNamed(text: string, cwd: string): readonly string[] {
    if (text.includes("\n")) return [];
    if (!text.includes("*")) return this.knowledge.isProtected(text, cwd) ? [text] : [];
    const parts = text.split("/").map((part) => part.split(/\*+/).map(literalGlob).join("[^/]*"));
    return this.#matching(
      text,
      parts.filter((part) => part !== "\\."),
      cwd,
    );
  }

  #runPipeline(pipeline: Pipeline, scope: Scope): Text {
    if (pipeline.length === 1) return this.runCommand(pipeline[0]!, scope);
    let output = scope.stdin;
    for (const command of pipeline) {
      const inner = scope.fork();
      inner.stdin = output;
      output = this.runCommand(command, inner);
    }
    return output;
  }

  #runRedirected(command: Command, scope: Scope): Text {
    const before = scope.stdin;
    const targets: string[] = [];
    let isSilent = false;
    for (const { operator, word } of command.redirections) {
      if (READING.test(operator)) scope.stdin = this.#inputOf({ operator, word }, scope);
      else if (operator !== "<&") {
        const path = expandText(word, this.sourcesFor(scope));
        const isCopy = operator === ">&" && path !== undefined && /^(?:\d+|-)$/.test(path);
        if (isCopy) continue;
        isSilent = true;
        if (path === undefined) continue;
        if (WRITING.test(operator)) this.#writeOver(path, scope);
        targets.push(placeOf(path, scope.cwd) ?? "");
      }
    }
    const output = this.#runBare(command, scope);
    for (const target of targets) this.#written.set(target, output);
    scope.stdin = before;
    return isSilent ? NOTHING : output;
  }

  #writeOver(path: string, { cwd }: Scope): void {
    this.effects.push({ kind: "act", done: "written over", path, cwd, follow: true, folders: false });
  }

  #inputOf({ operator, word }: Redirection, scope: Scope): Text {
    const sources = this.sourcesFor(scope);
    const text = expandText(word, sources);
    if (operator.startsWith("<<")) {
      const end = operator === "<<<" ? "\n" : "";
      return () => (text === undefined ? textWithout(word, sources) : text + end);
    }
    const path = text === undefined ? undefined : placeOf(text, scope.cwd);
    return path === undefined ? UNKNOWN : once(() => this.contentOf(path));
  }

  #runBare(command: Command, scope: Scope): Text {
    const sources = this.sourcesFor(scope);
    switch (command.kind) {
      case "simple": {
        const fields = expandWords(command.words, sources);
        const values = command.assignments.map(({ name, values }) => {
          const texts =
            values.length === 1 ? [expandText(values[0]!, sources)] : expandWords(values, sources).map(textOf);
          return [name, texts.includes(undefined) ? undefined : (texts as string[])] as const;
        });
        const inner = fields.length > 0 && values.length > 0 ? scope.fork() : scope;
        for (const [name, value] of values) inner.variables.set(name, value);
        return fields.length === 0 ? NOTHING : this.runFields(fields, inner);
      }
      case "group":
        return this.run(command.body, command.isSubshell ? scope.fork() : scope);
      case "branches":
        for (const part of command.parts) this.run(part, scope);
        return UNKNOWN;
      case "function":
        scope.functions.set(command.name, command.body);
        return NOTHING;
      case "for": {
        const values = command.values ? expandWords(command.values, sources).map(textOf) : scope.arguments;
        return this.#runLoop(command.body, command.name, values, scope);
      }
      case "while":
        return this.#runWhile(command.condition, command.body, scope);
    }
  }

  #runLoop(body: Script, name: string, values: readonly (string | undefined)[], scope: Scope): Text {
    const outputs = values.map((value) => {
      scope.variables.set(name, value === undefined ? undefined : [value]);
      return this.run(body, scope);
    });
    return once(() => {
      const texts = outputs.map((output) => output());
      return texts.includes(undefined) ? undefined : texts.join("");
    });
  }

  /** A loop that reads lines runs once for each line that is known, any other once. */
  #runWhile(condition: Script, body: Script, scope: Scope): Text {
    const read = condition.flat().find((command) => command.kind === "simple" && isRead(command.words));
    const fields =
      read?.kind === "simple" ? expandWords(read.words, this.sourcesFor(scope)).map(({ text }) => text) : [];
    const name = fields.slice(1).findLast((text) => /^[A-Za-z_]\w*$/.test(text));
    const lines = name === undefined ? undefined : scope.stdin()?.split(/[\n\0]/);
    if (name === undefined || lines === undefined) {
      if (name !== undefined) scope.variables.set(name, undefined);
      else this.run(condition, scope);
      return this.run(body, scope) && UNKNOWN;
    }
    return this.#runLoop(
      body,
      name,
      lines.filter((line) => line !== "").map((line) => line.trim()),
      scope,
    );
  }

  /** The protected paths that a glob names, written as the shell would write them. */
  #matching(text: string, parts: readonly string[], cwd: string | undefined): readonly string[] {
    let count = 0;
    while (count < parts.length && parts[count] === literalGlob(literalIn(parts[count]!))) count++;
    const start = parts.slice(0, count).map(literalIn).join("/");
    const isAbsolute = parts[0] === "";
    const folder = placeOf(isAbsolute && start === "" ? "/" : start || ".", cwd);
    if (folder === undefined) return [];
    if (count === parts.length) return [folder];
    const base = this.knowledge.realPath(folder);
    const rest = parts.slice(count).join("\\/");
    const pattern = compile(rest);
    if (!pattern) return [];
    const found = this.knowledge.protectedPaths().flatMap((path) => {
      const inner = path.startsWith(`${base}/`)
        ? path.slice(base.length + 1)
        : base === "/"
          ? path.slice(1)
          : undefined;
      return inner !== undefined && pattern.test(inner) ? [inner] : [];
    });
    const shown = start === "" && !isAbsolute ? (text.startsWith("./") ? "./" : "") : `${start}/`;
    return found.map((inner) => shown + inner);
  }
}

function textOf({ text, known }: Field): string | undefined {
  return known ? text : undefined;
}

function isRead(words: readonly Word[]): boolean {
  const [first] = words[0] ?? [];
  return (
    first?.kind === "text" && words[0]!.map((piece) => (piece.kind === "text" ? piece.text : "")).join("") === "read"
  );
}

function literalIn(part: string): string {
  return part.replace(/\\(.)/g, "$1");
}

/** A here document of which only some is known: code with a place for the rest. */
function textWithout(word: Word, sources: Sources): string | undefined {
  const texts = word.map((piece) => expandText([piece], sources) ?? "\u0002");
  return texts.join("");
}

const MOST_WILDCARDS = 6;

function compile(source: string): RegExp | undefined {
  if (source.split(/\[\^\/\][*+]/).length - 1 > MOST_WILDCARDS) return undefined;
  try {
    return new RegExp(`^(?:${source})/?$`, "u");
  } catch {
    return undefined;
  }
}
