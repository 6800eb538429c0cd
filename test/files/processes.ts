/** Starts the driver in processes of its own, from one bundle made before the tests of a file. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll } from "vitest";
import { useDriver } from "../support/driver-bundle.ts";

let bundle = () => "";
const started = new Set<ChildProcess>();

/** To be called once at the top of a test file that needs processes. */
export function useProcesses(): void {
  bundle = useDriver(join(import.meta.dirname, "driver.ts"));
  afterAll(() => {
    for (const child of started) child.kill("SIGKILL");
  });
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The objects it printed, one for each line. */
  readonly said: readonly Readonly<Record<string, unknown>>[];
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The next object it prints. */
  next(): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts the driver; `shell` is put in front of it, such as a limit of the shell. */
export function start(act: string, given: Readonly<Record<string, unknown>>, shell?: string): Running {
  const args = [bundle(), act, JSON.stringify(given)];
  const child =
    shell === undefined
      ? spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
      : spawn("bash", ["-c", `${shell}; exec "$@"`, "bash", process.execPath, ...args], {
          stdio: ["pipe", "pipe", "inherit"],
        });
  started.add(child);
  const said: Readonly<Record<string, unknown>>[] = [];
  const waiting: ((value: Readonly<Record<string, unknown>>) => void)[] = [];
  let taken = 0;
  const lines = createInterface({ input: child.stdout! });
  lines.on("line", (line) => {
    const value = JSON.parse(line) as Readonly<Record<string, unknown>>;
    said.push(value);
    const resolve = waiting.shift();
    if (resolve) {
      taken++;
      resolve(value);
    }
  });
  const ended = (async (): Promise<Ended> => {
    const closed = once(child, "close");
    await closed;
    started.delete(child);
    return { code: child.exitCode, signal: child.signalCode, said };
  })();
  return {
    child,
    ended,
    next() {
      const value = said[taken];
      if (value !== undefined) {
        taken++;
        return Promise.resolve(value);
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** Runs the driver to its end. */
export function run(act: string, given: Readonly<Record<string, unknown>>, shell?: string): Promise<Ended> {
  return start(act, given, shell).ended;
}

/** Works through tasks, two at a time. */
export async function inPairs<T>(tasks: readonly T[], work: (task: T) => Promise<void>): Promise<void> {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await work(task);
  };
  await Promise.all([worker(), worker()]);
}
