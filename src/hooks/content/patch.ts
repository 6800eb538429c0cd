/**
 * The patches of Codex: `*** Begin Patch`, then files that are added, deleted, moved
 * or updated by chunks of lines. Read as leniently as Codex reads them.
 */

/** Lines that stand together, and what becomes of them. */
export interface Chunk {
  /** A line that stands above them. */
  readonly context: string | undefined;
  readonly old: readonly string[];
  readonly new: readonly string[];
  /** Whether they stand at the end of the file. */
  readonly atEnd: boolean;
}

export type Hunk =
  | { readonly kind: "add"; readonly path: string; readonly content: string }
  | { readonly kind: "delete"; readonly path: string }
  | {
      readonly kind: "update";
      readonly path: string;
      readonly moveTo: string | undefined;
      readonly chunks: readonly Chunk[];
    };

const BEGIN = "*** Begin Patch";
const END = "*** End Patch";
const HEADER = /^\*\*\* (Add|Delete|Update) File: (.+)$/;
const MOVE = "*** Move to: ";
const END_OF_FILE = "*** End of File";
/** Lines times chunks beyond which nothing is computed. */
const MOST_WORK = 20_000_000;

/** Whether a text, such as a shell command, holds a patch. */
export function holdsPatch(text: string): boolean {
  return text.includes(BEGIN);
}

/** The hunks of a patch, also one inside a shell command; `undefined` where Codex would refuse it. */
export function parsePatch(text: string): readonly Hunk[] | undefined {
  const all = text.split(/\r?\n/);
  const begin = all.findIndex((line) => line.trim().endsWith(BEGIN));
  const end = all.findLastIndex((line) => line.trim() === END);
  if (begin === -1 || end <= begin) return undefined;
  const lines = all.slice(begin + 1, end);
  const hunks: Hunk[] = [];
  for (let at = 0; at < lines.length; ) {
    const [, act, path = ""] = HEADER.exec(lines[at]!.trim()) ?? [];
    if (act === undefined) return undefined;
    at++;
    if (act === "Delete") hunks.push({ kind: "delete", path });
    else if (act === "Add") {
      let content = "";
      while (lines[at]?.startsWith("+")) content += `${lines[at++]!.slice(1)}\n`;
      hunks.push({ kind: "add", path, content });
    } else {
      const moveTo = lines[at]?.startsWith(MOVE) ? lines[at++]!.slice(MOVE.length).trim() : undefined;
      const from = at;
      while (at < lines.length && !HEADER.test(lines[at]!.trim())) at++;
      const chunks = parseChunks(lines.slice(from, at));
      if (chunks === undefined || (chunks.length === 0 && moveTo === undefined)) return undefined;
      hunks.push({ kind: "update", path, moveTo, chunks });
    }
  }
  return hunks.length === 0 ? undefined : hunks;
}

function parseChunks(lines: readonly string[]): readonly Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    if (line.trim() === "" && (chunks.length > 0 || lines.length === 1)) {
      at++;
      continue;
    }
    const isMarked = isMark(line);
    if (!isMarked && chunks.length > 0) return undefined;
    const context = line.startsWith("@@ ") ? line.slice(3) : undefined;
    if (isMarked) at++;
    const [old, fresh]: [string[], string[]] = [[], []];
    let atEnd = false;
    const from = at;
    for (; at < lines.length && !atEnd; at++) {
      const each = lines[at]!;
      if (isMark(each)) break;
      if (each.trim() === END_OF_FILE) atEnd = true;
      else if (each === "" || each.startsWith(" ")) for (const list of [old, fresh]) list.push(each.slice(1));
      else if (each.startsWith("-")) old.push(each.slice(1));
      else if (each.startsWith("+")) fresh.push(each.slice(1));
      else return undefined;
    }
    if (at === from) return undefined;
    chunks.push({ context, old, new: fresh, atEnd });
  }
  return chunks;
}

/** Whether a line begins a chunk. */
function isMark(line: string): boolean {
  return line === "@@" || line.startsWith("@@ ");
}

/** The text after the chunks; `undefined` where one has no place in it. */
export function patchText(text: string, chunks: readonly Chunk[]): string | undefined {
  const lines = text.split("\n");
  // What ends with a line break has no line behind it.
  if (lines.at(-1) === "") lines.pop();
  if (lines.length * chunks.length > MOST_WORK) return undefined;
  const seek = makeSeek(lines);
  const replacements: { readonly at: number; readonly count: number; readonly lines: readonly string[] }[] = [];
  let from = 0;
  for (const chunk of chunks) {
    if (chunk.context !== undefined) {
      const at = seek([chunk.context], from, false);
      if (at === undefined) return undefined;
      from = at + 1;
    }
    if (chunk.old.length === 0) {
      replacements.push({ at: lines.at(-1) === "" ? lines.length - 1 : lines.length, count: 0, lines: chunk.new });
      continue;
    }
    let { old, new: fresh } = chunk;
    let at = seek(old, from, chunk.atEnd);
    if (at === undefined && old.at(-1) === "") {
      old = old.slice(0, -1);
      if (fresh.at(-1) === "") fresh = fresh.slice(0, -1);
      at = seek(old, from, chunk.atEnd);
    }
    if (at === undefined) return undefined;
    replacements.push({ at, count: old.length, lines: fresh });
    from = at + old.length;
  }
  for (const { at, count, lines: fresh } of replacements.sort((one, other) => other.at - one.at)) {
    lines.splice(at, count, ...fresh);
  }
  return lines.at(-1) === "" ? lines.join("\n") : `${lines.join("\n")}\n`;
}

/** Ever more leniently: as it stands, without spaces at the end, without any around, with plain punctuation. */
const READINGS: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line.trimEnd(),
  (line) => line.trim(),
  (line) =>
    line
      .trim()
      .replace(/[\u2010-\u2015\u2212]/g, "-")
      .replace(/[\u2018-\u201b]/g, "'")
      .replace(/[\u201c-\u201f]/g, '"')
      .replace(/[\u00a0\u2002-\u200a\u202f\u205f\u3000]/g, " "),
];

type Seek = (pattern: readonly string[], start: number, atEnd: boolean) => number | undefined;

function makeSeek(lines: readonly string[]): Seek {
  const haystacks = READINGS.map((_, index) => (index === 0 ? lines : undefined));
  return (pattern, start, atEnd) => {
    const last = lines.length - pattern.length;
    for (const [index, read] of READINGS.entries()) {
      const haystack = (haystacks[index] ??= lines.map(read));
      const needle = pattern.map(read);
      for (let at = atEnd ? Math.max(0, last) : start; at <= last; at++) {
        if (needle.every((line, offset) => haystack[at + offset] === line)) return at;
      }
    }
    return undefined;
  };
}
