/**
 * The runs that a page shows, run again. A `console` block holds commands behind `$ ` with
 * what they print; a comment in front of it says what the reader is not shown:
 *
 * - `<!-- before: … -->`: lines that make the scene, and must succeed.
 * - `<!-- answers: yes -->`: the block is run at a terminal where a person types this.
 * - `<!-- not run: why -->`: the block needs what a test does not have.
 *
 * A page has one project, a git repository, and its blocks run in their order; `cd` and
 * `export` hold for all that follows, and what ends in `&` goes on to the end of the page. Of what is printed, times, ids, sizes and names of the
 * machine are compared by their kind only; an `…` in the page stands for whatever is there,
 * on a line of its own for any lines.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import { PATIENCE } from "./patience.ts";
import { makeFolder, PROGRAM, runProgram } from "./program.ts";

export interface Shown {
  /** The line of the page that the command is on, counted from 1. */
  readonly line: number;
  /** How many lines the command has. */
  readonly height: number;
  readonly command: string;
  readonly expected: string;
}

export interface Block {
  readonly before: readonly string[];
  readonly answers?: readonly string[];
  readonly notRun?: string;
  readonly runs: readonly Shown[];
}

const PART = /^<!-- (before|answers|not run):([\s\S]*?)-->$|^```console\n([\s\S]*?)^```$/gm;

/** The `console` blocks of a page, with what is said of them. */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let said: { before: string[]; answers?: string[]; notRun?: string } = { before: [] };
  for (const { 1: kind, 2: words = "", 3: block, index } of page.matchAll(PART)) {
    if (kind === "before") said.before.push(...words.trim().split("\n"));
    else if (kind === "answers") said.answers = words.trim().split(/\s*,\s*/);
    else if (kind === "not run") said.notRun = words.trim();
    else {
      const first = page.slice(0, index).split("\n").length + 1;
      blocks.push({ ...said, runs: runsOf(block!, first) });
      said = { before: [] };
    }
  }
  return blocks;
}

function runsOf(block: string, first: number): readonly Shown[] {
  const runs: { line: number; height: number; command: string; lines: string[] }[] = [];
  for (const [at, text] of block.split("\n").entries()) {
    const last = runs.at(-1);
    if (text.startsWith("$ ")) runs.push({ line: first + at, height: 1, command: text.slice(2), lines: [] });
    else if (last?.lines.length === 0 && last.command.endsWith("\\")) {
      last.command = last.command.slice(0, -1) + text.trim();
      last.height++;
    } else last?.lines.push(text);
  }
  return runs.map(({ lines, ...run }) => ({ ...run, expected: lines.join("\n").trimEnd() }));
}

/** The project of a page, with `gate` on its path. */
export class PageProject {
  readonly #home = realpathSync(makeFolder());
  readonly #places: readonly (readonly [shown: string, real: string])[];
  readonly #environment: Record<string, string>;
  #folder = join(this.#home, "project");
  /** What is called by another name here, by that of the page. */
  readonly #names: Map<string, string>;

  private constructor(places: readonly (readonly [shown: string, real: string])[]) {
    this.#places = [...places, ["~", this.#home]];
    this.#names = new Map(places);
    const programs = join(this.#home, "bin");
    for (const folder of [this.#folder, programs]) mkdirSync(folder);
    const gate = join(programs, "gate");
    writeFileSync(gate, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
    chmodSync(gate, 0o755);
    writeFileSync(join(this.#home, ".gitconfig"), "[user]\n  name = Ada\n  email = ada@example.org\n");
    this.#environment = {
      PATH: [programs, process.env["PATH"]].join(delimiter),
      HOME: this.#home,
      TZ: "UTC",
      LC_ALL: "C.UTF-8",
      NO_COLOR: "1",
      GIT_CONFIG_NOSYSTEM: "1",
    };
  }

  /** Makes one. What a page shows for places that are others here, such as a server, is told by pairs. */
  static async make(places: readonly (readonly [shown: string, real: string])[] = []): Promise<PageProject> {
    const project = new PageProject(places);
    await project.prepare(["git init -q -b main && git commit -q --allow-empty -m First"]);
    return project;
  }

  /** Runs lines that must succeed; those between two that need no shell are one script. */
  async prepare(lines: readonly string[]): Promise<void> {
    const scripts: string[] = [];
    let isOpen = false;
    for (const line of lines) {
      const isAlone = PLAIN_CALL.test(line) || SETTING.test(line) || line.endsWith("&");
      if (isOpen && !isAlone) scripts.push(`${scripts.pop()}\n${line}`);
      else scripts.push(line);
      isOpen = !isAlone;
    }
    for (const script of scripts) {
      const { code, output } = await this.#run(script);
      if (code !== 0) throw new Error(`${script}\nended with ${code}:\n${output}`);
    }
  }

  /** What a command prints. A person types the answers, which are taken out of the list. */
  async run(command: string, answers?: string[]): Promise<string> {
    const { output } = await this.#run(command, answers);
    return this.#places.reduce((text, [shown, real]) => text.replaceAll(real, shown), output).trimEnd();
  }

  /** Both as they are compared, equal where the page is right. */
  compare(expected: string, printed: string): { readonly shown: string; readonly real: string } {
    const [shown, real] = [plain(expected), plain(printed)];
    const pattern = shown
      .split(/(^[^\S\n]*…[^\S\n]*(?:\n|$)|…)/m)
      .map((part, at) => (at % 2 === 0 ? literal(part) : part.length > 1 ? "(?:.*(?:\\n|$))*?" : ".*"))
      .join("");
    const [known, names] = [expected, printed].map((text) => text.match(NAMES) ?? []);
    if (known!.length === names!.length) for (const [at, name] of known!.entries()) this.#learn(name, names![at]!);
    return { shown: new RegExp(`^${pattern}$`).test(real) ? real : shown, real };
  }

  /** A name can be used cut short to its end. */
  #learn(shown: string, real: string): void {
    this.#names.set(shown, real);
    this.#names.set(shown.slice(-6), real.slice(-6));
  }

  async #run(shown: string, answers?: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const command = [...this.#names].reduce((text, [name, real]) => text.replaceAll(name, real), shown);
    const [, verb, rest = ""] = SETTING.exec(command) ?? [];
    if (verb === "cd") this.#folder = join(this.#folder, rest);
    if (verb === "export") this.#environment[rest.split("=")[0]!] = rest.slice(rest.indexOf("=") + 1);
    if (verb !== undefined) return { code: 0, output: "" };
    const options = { cwd: this.#folder, env: this.#environment, timeout: PATIENCE };
    if (command.endsWith("&")) {
      const child = spawn("/bin/sh", ["-c", `exec ${command.slice(0, -1)}`], { ...options, stdio: "ignore" });
      onTestFinished(() => void child.kill());
      return { code: 0, output: "" };
    }
    // The command of a proof has the streams of the process.
    if (PLAIN_CALL.test(command) && !command.includes(" -- ")) return await this.#runHere(command, answers);
    const { code, stdout } = await runProgram("/bin/sh", ["-c", `exec 2>&1\n${command}`], options);
    return { code, output: stdout };
  }

  /** Runs a call that needs no shell in this process, which saves most of the time. */
  async #runHere(
    command: string,
    answers?: string[],
  ): Promise<{ readonly code: number | null; readonly output: string }> {
    const [, ...words] = command.match(WORD)!.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
    const isTerminal = answers !== undefined;
    let output = "";
    const write = (text: string | undefined) => void (output += text ?? "");
    const io: Io = {
      cwd: this.#folder,
      home: this.#home,
      environment: this.#environment,
      terminal: { input: isTerminal, output: false, error: isTerminal },
      version: "0.0.0",
      out: write,
      error: write,
      async ask(question) {
        const answer = answers?.shift();
        write(`${question}${answer ?? ""}\n`);
        return answer;
      },
    };
    return { code: await withEnvironment(this.#environment, () => run(words, io)), output };
  }
}

/** What holds for all commands after it. */
const SETTING = /^(cd|export) (\S+)$/;
const WORD = /(?:"[^"$`\\]*"|'[^']*'|[^\s"'$`\\|&;<>(){}[\]*?~#!])+/g;
const PLAIN_CALL = new RegExp(`^gate(?: +${WORD.source})* *$`);

/** Runs a step with other variables of this process, which programs that the gate calls inherit. */
async function withEnvironment<T>(variables: Readonly<Record<string, string>>, step: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  const set = (all: Readonly<Record<string, string | undefined>>) => {
    for (const name of Object.keys(process.env)) if (all[name] === undefined) delete process.env[name];
    Object.assign(process.env, all);
  };
  set(variables);
  try {
    return await step();
  } finally {
    set(before);
  }
}

/** What a page can name again: versions, and batches and runs. */
const NAMES = /\b\d{8}T\d{9}Z-[0-9a-f]{6}\b|\b\d{8}-\d{6}-[0-9a-f]{6}\b/g;

/** What is another one each time, by its kind. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [NAMES, "NAME"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "TIME"],
  [/\b20\d\d-\d\d-\d\d\b/g, "DATE"],
  [/\b20\d{6}[T-]\d{9}Z?(?:-[0-9a-f]{8})?\b/g, "MOMENT"],
  [/\b[\w.-]+@[\w.-]+/g, "SOMEBODY"],
  [/\b[0-9a-f]{6,64}\b/g, "DIGEST"],
  [/\b(?:just now|\d+ (?:second|minute|hour|day)s? ago)\b/g, "AGE"],
  [/\b\d+ bytes\b/g, "SIZE"],
  [/\b\d+(?:\.\d+)? ms\b/g, "SPAN"],
  // Columns are as wide as what stands in them.
  [/(?<=\S) {2,}/g, "  "],
  [/ +$/gm, ""],
];

function plain(text: string): string {
  return KINDS.reduce((left, [kind, name]) => left.replace(kind, name), text);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
