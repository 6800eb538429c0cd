/**
 * Standard input of a program that another program has started, read at once.
 *
 * Whoever starts a hook writes some JSON and closes the pipe. Reading that by
 * events costs more than the rest of a hook, and reading it by waiting calls would
 * wait for ever where nobody closes it. So the descriptor is made one that does not
 * wait, and looked at until the end, the limit or the deadline: a pipe is opened
 * once more through `/proc`; a socket, which cannot be, is changed itself, and Node
 * changes it back when the process ends.
 */
import { parseJson } from "../../base/json.ts";
import { codeOf } from "../guard/code.ts";
import { FLAGS, system } from "../guard/system.ts";

const CHUNK = 65_536;
const WAIT = 1;

/**
 * The text on standard input; `undefined` where there is none, where it is longer
 * than `limit` bytes, where a person sits at it, and where it has not ended after
 * `patience` milliseconds and is no whole JSON object either.
 */
export function readPiped(patience: number, limit: number): string | undefined {
  const input = openInput();
  if (input === undefined) return undefined;
  const end = system.monotonic() + patience;
  const chunks: Uint8Array[] = [];
  let length = 0;
  let tried = 0;
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK);
      const count = readSome(input.descriptor, chunk);
      if (count === 0) break;
      if (count === undefined) {
        // Somebody may have said all there is to say and kept the pipe.
        if (length > tried && isWhole(chunks)) return textOf(chunks);
        tried = length;
        if (system.monotonic() > end) return undefined;
        system.pause(WAIT);
        continue;
      }
      length += count;
      if (length > limit) return undefined;
      chunks.push(chunk.subarray(0, count));
    }
    return textOf(chunks);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  } finally {
    input.close();
  }
}

interface Input {
  readonly descriptor: number;
  close(): void;
}

/** Standard input as something that does not wait; `undefined` where there is nothing to read. */
function openInput(): Input | undefined {
  try {
    const stats = system.fstatSync(0);
    if (stats.isFile()) return { descriptor: 0, close: () => {} };
    if (stats.isCharacterDevice()) return undefined;
    if (system.platform === "linux" && stats.isFIFO()) {
      const descriptor = system.openSync("/proc/self/fd/0", FLAGS.read | FLAGS.noWait);
      return { descriptor, close: () => system.closeSync(descriptor) };
    }
    if (system.platform === "win32") return { descriptor: 0, close: () => {} };
    system.stopWaiting(0);
    return { descriptor: 0, close: () => {} };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** How many bytes came, 0 at the end, `undefined` where none are there yet. */
function readSome(descriptor: number, chunk: Uint8Array): number | undefined {
  try {
    return system.readSync(descriptor, chunk, 0, chunk.length, null);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EOF") return 0;
    if (code === "EAGAIN") return undefined;
    throw error;
  }
}

/** Whether what came is a JSON object to its end. */
function isWhole(chunks: readonly Uint8Array[]): boolean {
  const last = Buffer.from(chunks.at(-1)!).toString("latin1").trimEnd();
  return last.endsWith("}") && parseJson(textOf(chunks)) !== undefined;
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks)
    .toString()
    .replace(/^\ufeff/, "");
}
