/**
 * What the user hands over: a file named on the command line, or standard input.
 *
 * These are the user's own files, anywhere on the machine, so the guard of the
 * state tree does not apply: links and pipes are read. What applies is the limit,
 * because the other end of a pipe may never stop.
 */
import { resolve } from "node:path";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { closeQuietly } from "../guard/descriptor.ts";
import { codeOf, explained } from "../guard/errors.ts";
import { FLAGS, system } from "../guard/system.ts";

const CHUNK = 65_536;
const WAIT = 5;

/**
 * Reads text of at most `limit` bytes from a file, its path relative to `cwd`, or
 * from standard input for `-`. A byte order mark is dropped. `NOT_FOUND` where there is no such file,
 * `INVALID_ARGUMENT` where it is longer or not UTF-8, `IO` where it cannot be read.
 */
export function readInput(path: string, cwd: string, limit: number): string {
  const name = path === "-" ? "standard input" : printable(path);
  const bytes = path === "-" ? readDescriptor(0, limit, name) : readPath(path, cwd, limit, name);
  if (bytes.length > limit) {
    throw new GateError("INVALID_ARGUMENT", `Cannot read ${name}: it is larger than ${limit / 1024} KiB`, {
      path,
      hint: "Give a shorter text.",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GateError("INVALID_ARGUMENT", `Cannot read ${name}: it is not UTF-8`, {
      path,
      hint: "Save the text as UTF-8, then try again.",
      cause,
    });
  }
}

function readPath(path: string, cwd: string, limit: number, name: string): Uint8Array {
  const descriptor = open(path, cwd, name);
  try {
    return readDescriptor(descriptor, limit, name);
  } finally {
    closeQuietly(descriptor);
  }
}

function open(path: string, cwd: string, name: string): number {
  if (path === "" || path.includes("\0")) {
    throw new GateError("INVALID_ARGUMENT", `Cannot read ${JSON.stringify(path)}: it is no path`, {
      hint: "Give the path of a file, or - for standard input.",
    });
  }
  try {
    return explained("read", path, () => system.openSync(resolve(cwd, path), FLAGS.read));
  } catch (error) {
    if (!(error instanceof GateError) || codeOf(error.cause) !== "ENOENT") throw error;
    throw new GateError("NOT_FOUND", `Cannot read ${name}: there is no such file`, {
      path,
      hint: "Give the path of a file, or - for standard input.",
      cause: error,
    });
  }
}

/** At most one byte more than the limit, which shows that there is more. */
function readDescriptor(descriptor: number, limit: number, name: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= limit) {
    const chunk = new Uint8Array(Math.min(CHUNK, limit + 1 - length));
    const count = explained("read", name, () => readSome(descriptor, chunk));
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  return Buffer.concat(chunks);
}

function readSome(descriptor: number, chunk: Uint8Array): number {
  for (;;) {
    try {
      return system.readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const code = codeOf(error);
      // Windows reports the end of a pipe as an error.
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      system.pause(WAIT);
    }
  }
}
