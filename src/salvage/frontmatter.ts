/** Frontmatter that is not closed, not first, or no YAML any more. */
import { parseDocument, SCHEMA_VERSION } from "../document/document.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { sourceOf } from "../text/source.ts";
import { headingOf, type Line } from "./line.ts";

interface TakenFrontmatter {
  /** The lines between the fences; absent where the text never had any. */
  readonly body?: readonly string[];
  readonly rest: readonly Line[];
  /** The blank lines directly below it. */
  readonly gap: number;
  /** Lines that were in it and are no YAML. */
  readonly orphans: readonly string[];
}

const FENCE = /^[ \t>]*-{3,}[ \t]*$/;
const END = /^[ \t>]*(?:-{3,}|\.{3})[ \t]*$/;
const VERSION = /^[ \t>]*schema_version[ \t]*:[ \t]*(\d{1,9})?[ \t]*$/i;
const PAIR = /^[\w.-]{1,80}[ \t]*:(?:[ \t].*)?$/;
/** Of damaged text: so far down a fence may have been moved by what got in front of it. */
const FIRST_LINES = 10;
const MAX_LENGTH = 40;

export function takeFrontmatter(lines: readonly Line[], readYaml: YamlReader): TakenFrontmatter {
  const span = findInOrder(lines, readYaml) ?? findFrontmatter(lines);
  const stray = lines.findIndex(({ text, inert }) => !inert && VERSION.test(text));
  if (!span) {
    if (stray === -1) return { rest: lines, gap: 0, orphans: [] };
    const rest = lines.filter((line, at) => at !== stray && !(Math.abs(at - stray) === 1 && FENCE.test(line.text)));
    return { ...wellFormed([lines[stray]!.text.trim()], readYaml), gap: 0, rest };
  }
  const body = lines.slice(span.start + 1, span.end).map(({ text }) => text);
  const rest = [...lines.slice(0, span.start), ...lines.slice(span.closed ? span.end + 1 : span.end)];
  const filled = span.start === 0 ? rest.findIndex(({ text }) => text.trim() !== "") : 0;
  return { ...wellFormed(body, readYaml), gap: Math.max(0, filled), rest };
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
}

/** Frontmatter that is in order, however long it is and whatever stands in it. */
function findInOrder(lines: readonly Line[], readYaml: YamlReader): Found | undefined {
  if (!/^---[ \t]*$/.test(lines[0]?.text ?? "")) return undefined;
  const end = lines.findIndex(({ text }, at) => at > 0 && /^(?:---|\.{3})[ \t]*$/.test(text));
  if (end === -1 || !hasPair(lines, 0, end)) return undefined;
  const body = lines.slice(1, end).map(({ text }) => text);
  return isWellFormed(body, readYaml) ? { start: 0, end, closed: true } : undefined;
}

function findFrontmatter(lines: readonly Line[]): Found | undefined {
  const start = lines.slice(0, FIRST_LINES).findIndex(({ text }) => FENCE.test(text));
  if (start === -1) return undefined;
  for (let at = start + 1; at < Math.min(lines.length, start + MAX_LENGTH); at++) {
    const { text } = lines[at]!;
    if (END.test(text)) return hasPair(lines, start, at) ? { start, end: at, closed: true } : undefined;
    const heading = headingOf(text, () => false);
    if (text.trim() !== "" && !(heading && isTitle(text)) && !/^\*\*/.test(text)) continue;
    return hasPair(lines, start, at) ? { start, end: at, closed: false } : undefined;
  }
  return undefined;
}

/** A comment in YAML looks like a heading: only one with an upper-case word, or of the second level, is one. */
function isTitle(text: string): boolean {
  return /^#{2,}|^# +\p{Lu}/u.test(text);
}

function hasPair(lines: readonly Line[], start: number, end: number): boolean {
  const isEmpty = start === 0 && end === 1;
  return isEmpty || lines.slice(start + 1, end).some(({ text }) => PAIR.test(text.trim()));
}

/** The frontmatter to write. A file that never had any (`isWhole`) is in order without it; one without its head had it, as far as anybody knows. */
export function bodyOrNew(body: readonly string[] | undefined, isWhole: boolean): readonly string[] | undefined {
  return body ?? (isWhole ? undefined : NEW_BODY);
}

export const NEW_BODY: readonly string[] = [`schema_version: ${SCHEMA_VERSION}`];

/** The body as it is where it is YAML; else the pairs of it that are, each by itself. */
function wellFormed(
  body: readonly string[],
  readYaml: YamlReader,
): Required<Pick<TakenFrontmatter, "body" | "orphans">> {
  if (isWellFormed(body, readYaml)) return { body, orphans: [] };
  const kept: string[] = [];
  const orphans: string[] = [];
  const version = body.map((line) => VERSION.exec(line)?.[1]).find((found) => found !== undefined);
  const schema = `schema_version: ${version ?? SCHEMA_VERSION}`;
  for (const line of body) {
    if (VERSION.test(line)) continue;
    const fits = (other: string) => isWellFormed([schema, ...kept, other], readYaml);
    const pair = line.replace(/^[ \t>]+/, "");
    if (/^[ \t]*schema_version\b/.test(line)) orphans.push(line);
    else if (fits(line)) kept.push(line);
    else if (PAIR.test(pair) && fits(pair)) kept.push(pair);
    else orphans.push(line);
  }
  return { body: [schema, ...kept], orphans };
}

function isWellFormed(body: readonly string[], readYaml: YamlReader): boolean {
  const { frontmatter } = parseDocument(sourceOf(["---", ...body, "---", ""].join("\n")), { readYaml });
  const version = frontmatter?.schemaVersion;
  return frontmatter?.fault === undefined && (version === undefined || Number.isSafeInteger(version));
}
