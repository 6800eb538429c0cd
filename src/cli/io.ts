/** The process as the command line sees it. Given as a value, so that a test can be a terminal. */
import type { ReadStream, WriteStream } from "node:tty";
import { homeFolder } from "../files/guard/home.ts";
import { currentFolder } from "../files/guard/project.ts";
import { writeOutput } from "../files/terminal/output.ts";
import { isTerminal } from "../files/terminal/terminal.ts";
import type { GateOptions } from "../gate/gate.ts";

export interface Io {
  readonly cwd: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Which of the three standard streams are terminals. */
  readonly terminal: { readonly input: boolean; readonly output: boolean; readonly error: boolean };
  /** Of this program, such as `1.2.3`. */
  readonly version: string;
  /** Writes for the caller of the program; nobody reading is no failure. */
  out(text: string): void;
  /** Writes for a person. */
  error(text: string): void;
  /** Asks a person for one line; `undefined` at the end of input. Throws `Interrupted` on Ctrl-C. */
  ask(question: string): Promise<string | undefined>;
  /** Serves as `gate mcp` does until the client has gone: another surface, which this one starts and does not know. */
  readonly serveMcp?: (options: Pick<GateOptions, "root" | "lockTimeout">) => Promise<void>;
  /** Serves an editor as `gate lsp` does, likewise. */
  readonly serveLsp?: (options: Pick<GateOptions, "root" | "lockTimeout">) => Promise<void>;
  /** What prompts are drawn on where input and error are terminals; absent where a person answers by the line alone. */
  readonly screen?: () => Screen;
  /** What a live view is drawn on where output is a terminal. */
  readonly window?: () => Screen;
  /** Whether somebody took what was last written for the caller. */
  isRead?(): boolean;
}

/** A terminal as streams. */
export interface Screen {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

/** The size of terminals that do not know their own, such as those that programs make for programs. */
export const USUAL_SIZE = { columns: 80, rows: 24 };

/** How many columns the lines of an answer have; without end where it goes to no terminal. */
export function widthOf({ terminal, window }: Pick<Io, "terminal" | "window">): number {
  return terminal.output ? window?.().output.columns || USUAL_SIZE.columns : Number.POSITIVE_INFINITY;
}

/** A person pressed Ctrl-C at a question. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The streams, the environment and the folders of this process. */
export function processIo(version: string): Io {
  let read = true;
  return {
    cwd: currentFolder(),
    home: homeFolder(),
    environment: process.env,
    terminal: {
      get input() {
        return isTerminal(0);
      },
      get output() {
        return isTerminal(1);
      },
      get error() {
        return isTerminal(2);
      },
    },
    version,
    out(text) {
      read = writeOutput("output", text) && read;
    },
    error: (text) => void writeOutput("error", text),
    ask,
    // Asked for only when something is drawn: making the streams of a process costs time.
    screen: () => ({ input: process.stdin, output: process.stderr }),
    window: () => ({ input: process.stdin, output: process.stdout }),
    isRead: () => read,
  };
}

async function ask(question: string): Promise<string | undefined> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve, reject) => {
      lines.once("SIGINT", () => reject(new Interrupted()));
      lines.once("close", () => resolve(undefined));
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}
