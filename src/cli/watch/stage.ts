/**
 * The terminal of a live view: its other screen, its keys, and that it is given
 * back as it was found however the view ends.
 *
 * Invariant: between `enter` and `leave` nothing else writes to it, and whatever
 * ends or stops the process meanwhile calls `leave` first. A stop that cannot be
 * seen coming (SIGSTOP) is made good when the process is continued.
 */
import { type Screen, USUAL_SIZE } from "../io.ts";

// The other screen, no cursor, no wrapping at the right edge; and all of it back.
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

export interface Cues {
  key(name: string): void;
  /** The window has another size, or nothing is known of what stands in it. */
  redraw(): void;
  /** It is over: a signal came, or the terminal is gone. */
  end(signal: NodeJS.Signals | undefined): void;
}

export class Stage {
  readonly #screen: Screen;
  readonly #cues: Cues;
  readonly #keys: boolean;
  #entered = false;
  readonly #listeners: readonly (readonly [signal: NodeJS.Signals, listener: () => void])[];

  /** Without `keys` the input is no terminal and is left alone. */
  constructor(screen: Screen, keys: boolean, cues: Cues) {
    this.#screen = screen;
    this.#keys = keys;
    this.#cues = cues;
    this.#listeners = [
      ["SIGINT", () => cues.end(undefined)],
      ["SIGTERM", () => cues.end("SIGTERM")],
      ["SIGHUP", () => cues.end("SIGHUP")],
      ["SIGTSTP", () => this.#suspend()],
      ["SIGCONT", () => this.#resume()],
    ];
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#screen.output;
    return columns && rows ? { columns, rows } : USUAL_SIZE;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    const { input, output } = this.#screen;
    for (const [signal, listener] of this.#listeners) listen(signal, listener);
    process.once("exit", this.leave);
    output.on("resize", this.#cues.redraw).on("error", this.#gone);
    if (this.#keys) {
      this.#raw(true);
      input.on("data", this.#typed).on("end", this.#gone).on("error", this.#gone).resume();
    }
    this.write(ENTER);
    this.#cues.redraw();
  }

  readonly leave = (): void => {
    if (!this.#entered) return;
    this.write(LEAVE);
    this.#release();
  };

  #release(): void {
    this.#entered = false;
    const { input, output } = this.#screen;
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
    process.off("exit", this.leave);
    output.off("resize", this.#cues.redraw).off("error", this.#gone);
    if (!this.#keys) return;
    this.#raw(false);
    input.off("data", this.#typed).off("end", this.#gone).off("error", this.#gone).pause();
  }

  write(text: string): void {
    if (text !== "") this.#screen.output.write(text);
  }

  readonly #gone = (): void => this.#cues.end(undefined);

  readonly #typed = (data: Buffer | string): void => {
    for (const key of keysIn(String(data))) {
      if (key === "\u001a") process.kill(process.pid, "SIGTSTP");
      else this.#cues.key(key === "\u0003" || key === "\u0004" ? "q!" : key);
    }
  };

  #suspend(): void {
    this.leave();
    // Heard while the rest of the stage is away: whoever continues us gets the screen back.
    listen("SIGCONT", this.#back);
    process.kill(process.pid, "SIGSTOP");
  }

  readonly #back = (): void => {
    process.off("SIGCONT", this.#back);
    this.enter();
  };

  /** It was stopped without notice; the shell has given the terminal its own modes since. */
  #resume(): void {
    this.#release();
    this.enter();
  }

  /** A terminal that is gone takes no modes, and needs none. */
  #raw(on: boolean): void {
    try {
      this.#screen.input.setRawMode(on);
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }
}

/** A platform without a signal is asked for it in vain. */
function listen(signal: NodeJS.Signals, listener: () => void): void {
  try {
    process.on(signal, listener);
  } catch {
    // Windows has no SIGTSTP.
  }
}

const SEQUENCES: Readonly<Record<string, string>> = {
  "\u001b[A": "up",
  "\u001b[B": "down",
  "\u001bOA": "up",
  "\u001bOB": "down",
  "\u001b[5~": "page up",
  "\u001b[6~": "page down",
  "\u001b[H": "home",
  "\u001b[F": "end",
  " ": "page down",
};

/** The keys in what the terminal sent; one that is not known goes by its own characters. */
export function keysIn(data: string): string[] {
  const sequences = data.match(/\u001b(?:\[[0-9;]*[~A-Za-z]|O[A-Za-z])?|[^\u001b]/gu) ?? [];
  return sequences.map((sequence) => SEQUENCES[sequence] ?? sequence);
}
