/**
 * Bytes seen as text, and back.
 *
 * Invariant: for bytes that are valid UTF-8, `encode(decode(bytes))` is `bytes`.
 * Invalid UTF-8 is a finding, not an exception: the text then holds U+FFFD where
 * bytes could not be read, is good enough to report from, and is never encoded.
 * Offsets everywhere are UTF-16 units of `text`, which has no byte order mark.
 */
export { revisionOf } from "../base/revision.ts";

/** The text of a file, with what is needed to encode it again. */
export interface Source {
  /** The text without its byte order mark. */
  readonly text: string;
  /** Whether the bytes began with a UTF-8 byte order mark, which `encode` puts back. */
  readonly bom: boolean;
  /** The line ending of new lines: the one most lines have, `\n` in a text of one line. */
  readonly eol: "\n" | "\r\n";
  /** Byte offset of the first sequence that is not UTF-8. */
  readonly invalidAt?: number;
}

/** Bytes as text: what is not UTF-8 reads as U+FFFD, and `invalidAt` says where. */
export function decode(bytes: Uint8Array): Source {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = bom ? bytes.subarray(3) : bytes;
  // Many times quicker than a decoder, which is left to say whether what reads as U+FFFD stands there.
  const quick = Buffer.from(body).toString();
  if (!quick.includes("\ufffd") || isValid(body, false)) return { text: quick, bom, eol: eolOf(quick) };
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
  return { text, bom, eol: eolOf(text), invalidAt: firstInvalid(body) + (bom ? 3 : 0) };
}

/** A new text as a source, as it will be once it is written and read back. */
export function sourceOf(text: string): Source {
  return { text, bom: false, eol: eolOf(text) };
}

/** Text as bytes: those that `source` was decoded from, if its text is unchanged and was UTF-8. */
export function encode(source: Pick<Source, "bom">, text: string): Uint8Array {
  const whole = source.bom ? `\ufeff${text}` : text;
  if (whole.length < LONG) return new TextEncoder().encode(whole);
  const { buffer, byteOffset, length } = Buffer.from(whole);
  return new Uint8Array(buffer, byteOffset, length);
}

/** Characters from which on a buffer, whose making is quicker, is one of its own. */
const LONG = 8192;

function eolOf(text: string): "\n" | "\r\n" {
  let crlf = 0;
  let lf = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (text.charCodeAt(at - 1) === 13) crlf++;
    else lf++;
  }
  return crlf > lf ? "\r\n" : "\n";
}

/** Bisects: a prefix decodes exactly when it ends before the first invalid sequence (or inside a valid one). */
function firstInvalid(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValid(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether bytes are UTF-8, or with `stream` can be its beginning. */
function isValid(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
