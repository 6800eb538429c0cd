/**
 * Telling another program that the state has turned stale or cannot be trusted.
 *
 * It is the user's own program, named on the command line; it is run without a
 * shell and found by PATH alone, so nothing that a state file says and nothing that
 * lies in the project can become a command. One runs at a time; of what happens
 * meanwhile the newest is told afterwards. Its failure is said and ends nothing.
 */
import type { ChildProcess } from "node:child_process";
import type { WatchEvent } from "../../gate/watch/events.ts";
import { programOf, splitWords } from "../program-words.ts";

const SETTING = { name: "--notify", example: "--notify 'notify-send \"State is stale\"'" };

export interface Notifier {
  /** Takes each event, and runs the program for those that are news. */
  heard(event: WatchEvent): void;
  /** Lets a program that still runs go on alone. */
  close(): void;
}

export interface NotifyOptions {
  /** The program with its arguments, in one text. */
  readonly command: string;
  readonly cwd: string;
  readonly path: string | undefined;
  /** The event as the program gets it. */
  encode(event: WatchEvent): string;
  /** Is told what went wrong. */
  failed(message: string): void;
}

/** Makes ready to notify. `INVALID_ARGUMENT` for what are no words, `NOT_FOUND` where there is no such program. */
export function makeNotifier({ command, cwd, path, encode, failed }: NotifyOptions): Notifier {
  const [program, ...args] = programOf(command, SETTING, { cwd, path });
  const name = splitWords(command, SETTING)[0];
  const isNews = newsOf();
  const { spawn } = process.getBuiltinModule("node:child_process");
  let running: ChildProcess | undefined;
  let waiting: WatchEvent | undefined;
  let closed = false;

  function run(event: WatchEvent): void {
    const child = spawn(program, args, { cwd, shell: false, stdio: ["pipe", "ignore", "ignore"], windowsHide: true });
    running = child;
    let over = false;
    const ended = (reason: string | undefined) => {
      if (over) return;
      over = true;
      running = undefined;
      if (reason !== undefined && !closed) failed(`Cannot notify: ${name} ${reason}`);
      const next = waiting;
      waiting = undefined;
      if (next && !closed) run(next);
    };
    child.on("error", (error) => ended(`cannot be run (${"code" in error ? error.code : error.message})`));
    child.on("close", (code, signal) => {
      ended(code === 0 ? undefined : signal ? `was ended by ${signal}` : `ended with ${code}`);
    });
    // A program that does not read its input closes it; that is its right.
    child.stdin!.on("error", () => {});
    child.stdin!.end(`${encode(event)}\n`);
  }

  return {
    heard(event) {
      if (!isNews(event)) return;
      if (running) waiting = event;
      else run(event);
    },
    close() {
      closed = true;
      running?.unref();
    },
  };
}

/** Whether an event turns the state stale or untrustworthy. The first state turns nothing. */
function newsOf(): (event: WatchEvent) => boolean {
  let damaged: boolean | undefined;
  return (event) => {
    if (event.event === "freshness") return event.to === "stale";
    if (event.event !== "state") return false;
    const before = damaged;
    damaged = event.exists && !event.valid;
    return before === false && damaged;
  };
}
