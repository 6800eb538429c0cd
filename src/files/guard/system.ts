/**
 * Every call this room makes to the world outside, in one mutable record.
 *
 * Invariant: no other module names `node:fs`, a clock, a signal or a pause. That
 * makes each call a place where a test can let the disk fill, an error appear or
 * the process die, and the promises of this room are promises about exactly
 * those moments.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  watch,
  writeSync,
  writevSync,
} from "node:fs";

/** Random bytes in stock: asking for a few costs nearly as much as asking for many. Each is given out once. */
const STOCK = 256;
let noise: Buffer | undefined;
let used = STOCK;

export const system = {
  platform: process.platform as string,
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync: realpathSync.native,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  watch,
  writeSync,
  writevSync,
  /** Milliseconds that only go forward, from an arbitrary start. The global `performance` is not used because it loads eleven modules. */
  monotonic(): number {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1_000_000;
  },
  /** Milliseconds since the epoch, as the machine believes. */
  now: () => Date.now(),
  /** Stops this thread, and everything on it, for some milliseconds. */
  pause(milliseconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
  /** Hex digits nobody can guess. Whoever needs some makes digests as well, so the module is there anyway, as the global `crypto` is not. */
  random(bytes: number): string {
    noise ??= Buffer.alloc(STOCK);
    if (used + bytes > STOCK) {
      process.getBuiltinModule("node:crypto").randomFillSync(noise);
      used = 0;
    }
    used += bytes;
    return noise.toString("hex", used - bytes, used);
  },
  /** Loaded when it is needed: few texts are long enough to be deflated. */
  deflate: (bytes: Uint8Array): Uint8Array => process.getBuiltinModule("node:zlib").deflateRawSync(bytes),
  /** `undefined` for what was not deflated, or holds more than so many bytes. */
  inflate(bytes: Uint8Array, size: number): Uint8Array | undefined {
    try {
      return process.getBuiltinModule("node:zlib").inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
    } catch {
      return undefined;
    }
  },
  /** Whether files can be given to others. */
  isRoot: (): boolean => process.geteuid?.() === 0,
  /** Throws `ESRCH` where there is no such process and `EPERM` where it is another user's. */
  probe(pid: number): void {
    process.kill(pid, 0);
  },
  /**
   * Makes reading a socket or pipe a call that does not wait. Node has no function
   * for it: what it reads by events it opens so, and `node:net` is there for that.
   * Loading it costs a hook more than all else it does, so the part beneath is used
   * where this Node hands it out.
   */
  stopWaiting(descriptor: number): void {
    try {
      const node = process as unknown as { binding(name: string): PipeBinding };
      const { Pipe, constants } = node.binding("pipe_wrap");
      if (new Pipe(constants.SOCKET).open(descriptor) === 0) return;
    } catch {
      // The permission model, or a Node without it.
    }
    const { Socket } = process.getBuiltinModule("node:net");
    const options = { fd: descriptor, readable: true, writable: false, manualStart: true };
    new Socket(options).on("error", () => {}).unref();
  },
  /** What a program answers; the code is -1 where it cannot be run or takes longer than it may. */
  async run(
    file: string,
    args: readonly string[],
    { cwd, timeout, environment: env, input = "", encoding = "utf8", most = 1 << 24 }: RunOptions,
  ): Promise<{ readonly code: number; readonly output: string; readonly errors: string; readonly fault?: string }> {
    const { execFile } = await import("node:child_process");
    return await new Promise((resolve) => {
      const limits = { timeout, maxBuffer: most, killSignal: "SIGKILL" } as const;
      const options = { ...limits, cwd, env, encoding, windowsHide: true } as const;
      const end = performance.now() + timeout;
      const child = execFile(file, args, options, (error, output, errors) => {
        const late = `it did not end in ${timeout / 1000} seconds`;
        // Node throws the output away when the time is over, and says nothing of it where the program had just ended.
        if (error === null && performance.now() >= end) return resolve({ code: -1, output: "", errors, fault: late });
        if (error === null) return resolve({ code: 0, output, errors });
        if (typeof error.code === "number") return resolve({ code: error.code, output, errors });
        const ended = error.signal ? `it was ended by ${error.signal}` : "it cannot be run";
        const fault = error.killed ? late : ended;
        resolve({ code: -1, output, errors, fault });
      });
      // Who ends without reading closes the pipe.
      child.stdin?.on("error", () => {}).end(input, encoding);
    });
  },
  /**
   * Runs a program with this process's own streams, however long it takes. Signals that
   * would end this process go to the program, which decides what they mean; from the
   * terminal it has them already.
   */
  async runAttached(file: string, args: readonly string[], { cwd, outputTo }: AttachOptions): Promise<Ended> {
    const { spawn } = await import("node:child_process");
    return await new Promise((resolve) => {
      const stdio = ["inherit", outputTo === "error" ? 2 : 1, 2] as ["inherit", number, number];
      const child = spawn(file, args, { cwd, stdio, windowsHide: true });
      const pass = (signal: NodeJS.Signals) => void child.kill(signal);
      const isTerminal = process.stdin.isTTY === true;
      const passed = { SIGINT: isTerminal ? () => {} : pass, SIGTERM: pass, SIGHUP: pass } as const;
      const end = (ended: Ended) => {
        for (const [name, act] of Object.entries(passed)) process.removeListener(name, act);
        resolve(ended);
      };
      for (const [name, act] of Object.entries(passed)) process.on(name, act);
      child.once("error", (error: NodeJS.ErrnoException) =>
        end({ kind: "failed", fault: error.code ?? error.message }),
      );
      child.once("close", (code, signal) =>
        end(code === null ? { kind: "killed", signal: signal ?? "a signal" } : { kind: "exited", code }),
      );
    });
  },
  /** What `ps` prints about one process: its start and its state. */
  async ps(pid: number): Promise<string> {
    const { execFileSync } = await import("node:child_process");
    return execFileSync("/bin/ps", ["-o", "lstart=,stat=", "-p", String(pid)], {
      encoding: "utf8",
      env: { LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 2000,
    });
  },
};

interface RunOptions {
  readonly cwd: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Of input and output; `latin1` keeps every byte. */
  readonly encoding?: "utf8" | "latin1";
  /** Bytes of output beyond which it is ended. */
  readonly most?: number;
}

interface AttachOptions {
  readonly cwd: string;
  /** Where its standard output goes: to this process's own, or to standard error. */
  readonly outputTo: "output" | "error";
}

/** How a program ended: by itself, by a signal, or not started at all. */
export type Ended =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "failed"; readonly fault: string };

interface PipeBinding {
  readonly Pipe: new (kind: number) => { open(descriptor: number): number };
  readonly constants: { readonly SOCKET: number };
}

/** Flags for `openSync`; those a platform does not have are 0. */
export const FLAGS = {
  read: constants.O_RDONLY,
  write: constants.O_WRONLY,
  readWrite: constants.O_RDWR,
  append: constants.O_APPEND,
  create: constants.O_CREAT,
  exclusive: constants.O_EXCL,
  folder: constants.O_DIRECTORY ?? 0,
  /** A symbolic link in the last place is refused, not followed. */
  noFollow: constants.O_NOFOLLOW ?? 0,
  /** Opening a FIFO does not wait for its other end. */
  noWait: constants.O_NONBLOCK ?? 0,
} as const;
