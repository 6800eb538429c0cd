/** The command line in this process, with a person at a terminal who answers what the test says. */
import { Interrupted, type Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { Ended } from "./program.ts";

export interface Seat {
  readonly cwd: string;
  /** What the person answers, one after the other; then the input ends. */
  readonly answers?: readonly (string | (() => string))[];
  readonly terminal?: Partial<Io["terminal"]>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The answer of a person who has seen enough. */
export function ctrlC(): never {
  throw new Interrupted();
}

/** Runs the command line for a person. All three streams are terminals unless said otherwise. */
export async function runAtTerminal(
  { cwd, answers = [], terminal, environment = {} }: Seat,
  ...args: string[]
): Promise<Ended> {
  const left = [...answers];
  let stdout = "";
  let stderr = "";
  const code = await run(args, {
    cwd,
    home: "/nowhere",
    environment,
    terminal: { input: true, output: true, error: true, ...terminal },
    version: "0.0.0",
    out: (text) => (stdout += text),
    error: (text) => (stderr += text),
    async ask(question) {
      stderr += question;
      const answer = left.shift();
      return typeof answer === "function" ? answer() : answer;
    },
  });
  return { code, stdout, stderr };
}
