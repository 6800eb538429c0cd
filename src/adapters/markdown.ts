/** Markdown as adapters read it: sections of points, each point one line without markup. */
import { formatTime, parseTime } from "../base/time.ts";
import type { Block } from "../syntax/block.ts";
import { decodeText } from "../syntax/escape.ts";
import { outline } from "../syntax/outline.ts";
import { scanBlocks } from "../syntax/scan.ts";
import { frontmatterEnd } from "../syntax/scan-frontmatter.ts";
import { linesIn, nextLine } from "../text/lines.ts";
import type { ElsewhereItem } from "./adapter.ts";
import { statusIn } from "./words.ts";

/** A line of a paragraph, or an item of a list with its lines joined. */
export interface Point {
  readonly text: string;
  /** 0 for a paragraph, 1 for an item of a list, 2 for one in it. */
  readonly depth: number;
  /** Whether items stand below it. */
  readonly isGroup: boolean;
  /** What its box holds. */
  readonly box?: string;
}

/** A heading with what stands below it, up to the next heading of any depth. */
export interface Part {
  readonly title: string;
  /** 0 before the first heading. */
  readonly depth: number;
  readonly points: readonly Point[];
}

/** The parts of a text, in its order. */
export function partsOf(text: string): readonly Part[] {
  const blocks = scanBlocks(text);
  return outline(blocks, text).map(({ title, depth, blocks: own }) => ({
    title: plain(title),
    depth,
    points: pointsOf(own, text, 0),
  }));
}

/** The first part with such a title, with the deeper ones that follow it as one. */
export function findPart(parts: readonly Part[], title: RegExp): Part | undefined {
  const at = parts.findIndex((part) => part.depth > 0 && title.test(nameOf(part.title)));
  return at === -1 ? undefined : wholeOf(parts, at);
}

/** A part with the deeper ones that follow it. */
export function wholeOf(parts: readonly Part[], at: number): Part {
  const part = parts[at]!;
  const points = [...part.points];
  for (let next = at + 1; next < parts.length && parts[next]!.depth > part.depth; next++) {
    for (const point of parts[next]!.points) points.push(point);
  }
  return { ...part, points };
}

/** A title in small letters, without the sign or number in front of it. */
export function nameOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/^[^\p{L}]+/u, "")
    .trim();
}

/** The value of `Label: value` among points, the first that has one. */
export function labelled(points: readonly Point[], label: RegExp): string | undefined {
  for (const { text } of points) {
    const [, name = "", value = ""] =
      /^(?:\| *)?(\p{L}[\p{L} /_-]{0,40}?) *[:：|] *([^|]+?)(?: *\|)?$/u.exec(text) ?? [];
    if (value !== "" && label.test(name)) return value;
  }
  return undefined;
}

/** Headings that are labels of the line below them, as such lines. */
export function headsOf(parts: readonly Part[], ...names: readonly string[]): readonly Point[] {
  return names.flatMap((name) => {
    const [first] = findPart(parts, new RegExp(`^(?:current )?${name}$`, "i"))?.points ?? [];
    return first === undefined || /^\p{L}[\p{L} ]*:/u.test(first.text)
      ? []
      : [{ ...first, text: `${name}: ${first.text}` }];
  });
}

/** What a section lists: its items, those that head a group left out, or its lines where it has none. */
export function entriesOf(part: Part | undefined): readonly string[] {
  const said = (part?.points ?? []).filter(({ text, box, isGroup }) => {
    return (
      !isGroup && !isNothing(text) && !/^[✅☑✔]/u.test(text) && !(box !== undefined && statusIn(box) === "completed")
    );
  });
  const items = said.filter(({ depth }) => depth > 0);
  return cut((items.length > 0 ? items : said).map(({ text }) => text));
}

/** The items that have a box, and how far each is. */
export function boxesOf(points: readonly Point[]): readonly ElsewhereItem[] {
  return points.flatMap(({ text, box }) => (box === undefined ? [] : [{ status: statusIn(box) ?? "pending", text }]));
}

/** At most so many of a list: what nobody reads is not handed on. */
export function cut<T>(list: readonly T[]): readonly T[] {
  return list.slice(0, 50);
}

/** Whether a text says that there is nothing, or only holds the place of one. */
export function isNothing(text: string): boolean {
  return (
    NOTHING.test(text) ||
    /^(?:[^\p{L}\p{N}]*|\(.*\)|[<{]?\[.*\][>}]?)$/u.test(text) ||
    /^(?:\||from `?\.planning)/i.test(text)
  );
}

const NOTHING =
  /^\(?(?:none|nothing|n\/a|tbd|todo|to be (?:defined|determined|filled)|no (?:open |current |active |known |pending )?(?:blockers?|concerns?|todos?|questions?|issues?)|0 todos|empty|无|暂无|無|なし|없음|нет|ninguno|nenhum|aucun|keine)(?![\p{L}\p{N}])/iu;

/** Characters of a line that are looked at: no line is shown that long. */
const MOST_READ = 4000;
/** Frontmatters, one behind the other, that are looked at. */
const MOST_FRONTMATTERS = 50;

/** A line without markup: emphasis, code marks, addresses of links. */
export function plain(raw: string): string {
  const bare = raw
    .slice(0, MOST_READ)
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/\*\*|__|~~|`|<!--[^>]{0,200}-->/g, "");
  const line = decodeText(bare).replace(/\s+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}

/** The first sentence of a line, short enough for a title. */
export function titleFrom(line: string): string {
  const sentence = (/^.{12,}?(?:[.!](?= )|[。！])/u.exec(line)?.[0] ?? line).replace(/[.。:：]$/u, "");
  if (sentence.length <= 120) return sentence;
  const short = sentence.slice(0, 119);
  return `${short.slice(0, short.lastIndexOf(" ") + 1 || 119).trim()}…`;
}

function pointsOf(blocks: readonly Block[], text: string, depth: number): Point[] {
  return blocks.flatMap((block): Point[] => {
    if (block.type === "paragraph") {
      const lines = [...linesIn(text, block)].map(({ start, end }) => plain(text.slice(start, end)));
      return lines.filter((line) => line !== "").map((line) => ({ text: line, depth, isGroup: false }));
    }
    if (block.type !== "list") return [];
    return block.children.flatMap(({ children }): Point[] => {
      const [first, ...rest] = children;
      if (first === undefined) return [];
      const isText = first.type === "paragraph";
      const below = pointsOf(isText ? rest : children, text, depth + 1);
      const raw = isText
        ? [...linesIn(text, first)].map(({ start, end }) => text.slice(start, end).trim()).join(" ")
        : "";
      const [mark, box] = BOX.exec(raw) ?? [];
      const line = plain(raw.slice(mark?.length ?? 0));
      const own = { text: line, depth: depth + 1, isGroup: below.length > 0, ...(box !== undefined && { box }) };
      return line === "" ? below : [own, ...below];
    });
  });
}

const BOX = /^\[([ xX~/!-]|[a-z][a-z _-]{2,14}|[✓✔✅🔄⏳❌]\ufe0f?)\](?!\()\s+/u;

/** The frontmatters that a text begins with, as their plain `key: value` lines, and the text behind them. */
export function splitFrontmatter(text: string): { readonly fields: readonly Fields[]; readonly rest: string } {
  const fields: Fields[] = [];
  let rest = text;
  for (let end = frontmatterEnd(rest, 0); end > 0 && fields.length < MOST_FRONTMATTERS; end = frontmatterEnd(rest, 0)) {
    fields.push(fieldsOf(rest.slice(nextLine(rest, 0), rest.lastIndexOf("---", end))));
    rest = rest.slice(nextLine(rest, end)).replace(/^\s+/, "");
  }
  return { fields, rest };
}

export type Fields = ReadonlyMap<string, string>;

/** Keys with their values; one inside another is `outer.inner`, what stands in a list or over lines is joined. */
function fieldsOf(yaml: string): Fields {
  const fields = new Map<string, string>();
  let outer = "";
  for (const line of yaml.split(/\r?\n/)) {
    const [, indent = "", key, value = ""] = /^(\s*)([A-Za-z_][\w-]*):(?:\s+(.*))?$/.exec(line) ?? [];
    if (key === undefined || (indent !== "" && fields.get(outer))) {
      const more = line.trim().replace(/^-\s+/, "");
      if (more !== "" && (fields.get(outer)?.length ?? 0) < MOST_READ)
        fields.set(outer, [fields.get(outer), unquoted(more)].filter(Boolean).join(" "));
    } else if (indent === "") {
      outer = key;
      fields.set(key, /^[>|][+-]?$/.test(value) ? "" : unquoted(value));
    } else fields.set(`${outer}.${key}`, unquoted(value));
  }
  return fields;
}

function unquoted(value: string): string {
  const bare = value.trim().replace(/^\[(.*)\]$/, "$1");
  return bare.replace(/^(["'])(.*)\1$/, "$2").replace(/^@/, "");
}

/** A time at the start of a text, in the format's spelling; a day stays a day. */
export function timeIn(text: string | undefined): string | undefined {
  const [, whole = "", day = ""] =
    /^\W?(?=\d)((\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2}| UTC)?)?)/.exec(text ?? "") ?? [];
  const reading = parseTime(whole) ?? parseTime(day);
  if (reading === undefined || reading.kind === "impossible") return undefined;
  return reading.kind === "date" ? day : formatTime(reading.instant);
}
