/** What the tests run in processes of their own: `node driver.mjs <act> <arguments as JSON>`. */
import { appendFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openProject } from "../../src/files/guard/project.ts";
import { FLAGS, system } from "../../src/files/guard/system.ts";
import { acquireLock, type Lock } from "../../src/files/lock/lock.ts";
import { readFile } from "../../src/files/read/read.ts";
import { storeVersion } from "../../src/files/record/store-version.ts";
import { moveFile } from "../../src/files/replace/move.ts";
import { ChangedOnDisk, type Replaced, replaceFile } from "../../src/files/replace/replace.ts";
import { PATIENCE } from "../support/patience.ts";
import { DISK_CALLS } from "./faults.ts";

interface Arguments {
  readonly root: string;
  readonly path: string;
  readonly to?: string;
  readonly text?: string;
  readonly times?: number;
  readonly user?: number;
  /** Dies right before or after the changing call with this number, from 0. */
  readonly kill?: { readonly at: number; readonly when: "before" | "after" };
}

const [, , act = "", json = "{}"] = process.argv;
const given = JSON.parse(json) as Arguments;
if (given.user !== undefined) {
  process.setgid?.(given.user);
  process.setuid?.(given.user);
}
const project = openProject(given.root);
let calls = 0;

const ACTS: Readonly<Record<string, () => Promise<unknown>>> = {
  /** One whole commit: lock, read, version, replace, confirm, release. */
  async commit() {
    const lock = await acquireLock(project, given.path, { command: "driver", timeoutMs: PATIENCE });
    try {
      const read = readFile(project, given.path);
      return write(read.kind === "file" ? read.bytes : undefined, given.text ?? "", lock);
    } finally {
      lock.release();
    }
  },
  async move() {
    const lock = await acquireLock(project, given.path, { command: "driver", timeoutMs: PATIENCE });
    try {
      const read = readFile(project, given.path);
      if (read.kind === "file") moveFile(project, given.path, given.to ?? "", { expected: read.bytes, lock });
      return "moved";
    } finally {
      lock.release();
    }
  },
  /** Takes the lock many times, and writes each time who it is. */
  async turns() {
    for (let count = 0; count < (given.times ?? 1); count++) {
      const lock = await acquireLock(project, given.path, { command: "turns", timeoutMs: PATIENCE });
      appendFileSync(join(given.root, "turns"), `${process.pid}\n`);
      lock.release();
    }
    return "done";
  },
  /** Adds one to the number in a file, many times. */
  async increment() {
    for (let count = 0; count < (given.times ?? 1); count++) {
      const lock = await acquireLock(project, given.path, { command: "increment", timeoutMs: PATIENCE });
      try {
        for (;;) {
          const read = readFile(project, given.path);
          if (read.kind !== "file") throw new Error(`the counter is ${read.kind}`);
          const next = Number(Buffer.from(read.bytes).toString()) + 1;
          try {
            write(read.bytes, String(next), lock);
            break;
          } catch (error) {
            if (!(error instanceof ChangedOnDisk)) throw error;
          }
        }
      } finally {
        lock.release();
      }
    }
    return "done";
  },
  /** Takes the lock, says so, and keeps it until told to let go. */
  async hold() {
    const lock = await acquireLock(project, given.path, { command: "hold", timeoutMs: PATIENCE });
    say({ token: lock.token });
    await new Promise((resolve) => process.stdin.once("data", resolve));
    const held = lock.isHeld();
    lock.release();
    process.stdin.destroy();
    return { held };
  },
  /** Takes the lock and exits without giving it back. */
  async leave() {
    const lock = await acquireLock(project, given.path, { command: "leave", timeoutMs: PATIENCE });
    say({ token: lock.token });
    process.exit(0);
  },
};

/** Replaces the document as the program does: what it is about to hold is a version first. */
function write(expected: Uint8Array | undefined, text: string, lock: Lock): Replaced {
  const bytes = Buffer.from(text);
  const stored = storeVersion(project, given.path, expected, { operation: "save", timestamp: Date.now(), bytes });
  let replaced: Replaced;
  try {
    replaced = replaceFile(project, given.path, bytes, { expected, lock });
  } catch (error) {
    stored.withdraw();
    throw error;
  }
  stored.confirm();
  return replaced;
}

if (given.kill !== undefined) killAt(given.kill.at, given.kill.when);
else countCalls();

try {
  const result = await ACTS[act]?.();
  say({ result, calls });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  say({ error: { code, message }, calls });
  process.exitCode = 1;
}

function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

function countCalls(): void {
  around((call) => {
    calls++;
    return call();
  });
}

function killAt(at: number, when: "before" | "after"): void {
  around((call) => {
    const number = calls++;
    if (number !== at) return call();
    if (when === "before") process.kill(process.pid, "SIGKILL");
    try {
      return call();
    } finally {
      process.kill(process.pid, "SIGKILL");
    }
  });
}

/** Wraps the calls that change something on the disk: between two of them the moment of death makes no difference. */
function around(wrap: (call: () => unknown) => unknown): void {
  const record = system as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of DISK_CALLS) {
    const original = record[name]!;
    if (/^(close|fstat|lstat|read|readdir|readlink|realpath|stat)Sync$/.test(name)) continue;
    record[name] = (...args) => {
      const call = () => original(...args);
      return name === "openSync" && !(Number(args[1]) & FLAGS.create) ? call() : wrap(call);
    };
  }
}
