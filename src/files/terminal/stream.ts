/** Standard output and error, for those who can do nothing about a failure. */
import { codeOf } from "../guard/code.ts";
import { system } from "../guard/system.ts";

const WAIT = 2;
/** So many characters are turned into bytes at a time: memory for all of a long text takes longer to get than to fill. */
const PART = 65_536;

/** Writes all of a text; `false` where nobody reads any more. Errors of the system pass through. */
export function writeStream(to: "output" | "error", text: string): boolean {
  for (let at = 0; at < text.length; ) {
    // Both halves of a character stay together.
    const isCut = (text.charCodeAt(at + PART - 1) & 0xfc00) === 0xd800;
    const end = at + PART - (isCut ? 1 : 0);
    if (!writeBytes(to, Buffer.from(text.slice(at, end)))) return false;
    at = end;
  }
  return true;
}

function writeBytes(to: "output" | "error", bytes: Uint8Array): boolean {
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
