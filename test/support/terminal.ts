/** The command line in this process: where nothing is a terminal, or with a person who answers what the test says. */
import { tmpdir } from "node:os";
import { Interrupted, type Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Seat {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface TerminalSeat extends Seat {
  /** What the person answers, one after the other; then the input ends. */
  readonly answers?: readonly (string | (() => string | undefined))[];
  readonly terminal?: Partial<Io["terminal"]>;
}

/** The answer of a person who has seen enough. */
export function ctrlC(): never {
  throw new Interrupted();
}

/** What a person says who has no more to say. */
export function endOfInput(): undefined {
  return undefined;
}

/** Runs the command line for a person. All three streams are terminals unless said otherwise. */
export function runAtTerminal(
  { cwd, answers = [], terminal, environment = {} }: TerminalSeat,
  ...args: readonly string[]
): Promise<Ended> {
  const left = [...answers];
  return runWith(args, {
    cwd,
    home: "/nowhere",
    environment,
    terminal: { input: true, output: true, error: true, ...terminal },
    ask: async () => {
      const answer = left.shift();
      return typeof answer === "function" ? answer() : answer;
    },
  });
}

/** Runs the command line in a folder, for a program that gives it nothing to read. */
export function runGate(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return runGateWith({ cwd }, ...args);
}

/** The same with variables of its own. No `gh` and no `git` are in its reach. */
export async function runGateWith({ cwd, environment }: Seat, ...args: readonly string[]): Promise<Ended> {
  const variables: Readonly<Record<string, string>> = { PATH: "", HOME: tmpdir(), ...environment };
  const terminal = { input: false, output: false, error: false };
  const io = { cwd, home: variables["HOME"]!, environment: variables, terminal, ask: async () => undefined };
  return await withoutPrograms(() => runWith(args, io));
}

/** The JSON answer of a call that must not print anything else. */
export async function runJson(cwd: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await runGate(cwd, ...args, "--json");
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function runWith(
  args: readonly string[],
  io: Pick<Io, "cwd" | "home" | "environment" | "terminal" | "ask">,
): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const code = await run(args, {
    ...io,
    version: "0.0.0",
    out: (text) => (stdout += text),
    error: (text) => (stderr += text),
    async ask(question) {
      stderr += question;
      return await io.ask(question);
    },
  });
  return { code, stdout, stderr };
}

const hidden = { calls: 0, path: process.env["PATH"] };

/** Hides all other programs while a step runs, of which there may be several. */
export async function withoutPrograms<T>(step: () => Promise<T>): Promise<T> {
  if (hidden.calls++ === 0) {
    hidden.path = process.env["PATH"];
    process.env["PATH"] = "";
  }
  try {
    return await step();
  } finally {
    if (--hidden.calls === 0) process.env["PATH"] = hidden.path;
  }
}
