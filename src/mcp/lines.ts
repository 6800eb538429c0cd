/**
 * Bytes from the client, cut into lines. The SDK ends its transport over a line that is
 * longer than its buffer, and the client would wait for ever; so such a line is thrown
 * away here while it comes in, and only what is needed to answer it is kept of it.
 */
import { parseJson } from "../base/json.ts";

/** The longest line that is passed on, in bytes: as much as the SDK's own buffer takes. */
export const MAX_LINE = 10 * 1024 * 1024;
/** So much of both ends of a line is looked at for the id of its request. */
const END = 64 * 1024;
const NEWLINE = 0x0a;

/** The id of a request; `null` where none can be told. */
export type RequestId = string | number | null;

/** What becomes of lines. */
export interface LineSink {
  /** A line with its end, or what is left without one. */
  pass(line: Buffer): void;
  /** A line that is too long, once all of it has come. */
  refuse(id: RequestId): void;
}

/** Takes bytes as they come; `end` is called when nothing more comes. */
export interface LineCutter {
  push(bytes: Buffer): void;
  end(): void;
}

/** Cuts bytes into lines of at most `limit`. */
export function cutLines({ pass, refuse }: LineSink, limit = MAX_LINE): LineCutter {
  let parts: Buffer[] = [];
  let length = 0;
  // Of a line that is too long: its two ends.
  let head: Buffer | undefined;
  let tail: Buffer = Buffer.alloc(0);

  const add = (bytes: Buffer) => {
    length += bytes.length;
    if (head === undefined) parts.push(bytes);
    else tail = Buffer.from(Buffer.concat([tail, bytes]).subarray(-END));
    if (head !== undefined || length <= limit) return;
    const all = Buffer.concat(parts);
    head = Buffer.from(all.subarray(0, END));
    tail = Buffer.from(all.subarray(-END));
    parts = [];
  };
  const close = () => {
    if (head !== undefined) refuse(findId(head.toString(), tail.toString()));
    else if (length > 0) pass(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    parts = [];
    length = 0;
    head = undefined;
    tail = Buffer.alloc(0);
  };
  return {
    push(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        add(bytes.subarray(start, end + 1));
        close();
        start = end + 1;
      }
      if (start < bytes.length) add(bytes.subarray(start));
    },
    end: close,
  };
}

const ID = String.raw`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*`;
/** Plain members in front of it: nothing is nested there, so it belongs to the request itself. */
const FIRST = new RegExp(String.raw`^\s*\{\s*(?:"(?:jsonrpc|method)"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*)*${ID}[,}]`);
/** Only the request's own end stands behind it. */
const LAST = new RegExp(String.raw`[,{]\s*${ID}(?:,\s*"(?:jsonrpc|method)"\s*:\s*"(?:[^"\\]|\\.)*"\s*)*\}\s*$`);

function findId(head: string, tail: string): RequestId {
  const found = FIRST.exec(head)?.[1] ?? LAST.exec(tail)?.[1];
  const id = found === undefined ? undefined : parseJson(found);
  return typeof id === "string" || typeof id === "number" ? id : null;
}
