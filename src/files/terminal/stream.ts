/** Standard output and error, for those who can do nothing about a failure. */
import { codeOf } from "../guard/code.ts";
import { system } from "../guard/system.ts";

const WAIT = 2;

/** Writes all of a text; `false` where nobody reads any more. Errors of the system pass through. */
export function writeStream(to: "output" | "error", text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += system.writeSync(to === "output" ? 1 : 2, bytes, written, bytes.length - written, null);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EPIPE" || code === "EOF") return false;
      // A reader that is slow behind a pipe that does not wait.
      if (code !== "EAGAIN") throw error;
      system.pause(WAIT);
    }
  }
  return true;
}
