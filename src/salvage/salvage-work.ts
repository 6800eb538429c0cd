/**
 * From what is left of a work file, and from its history, to a work file that is in
 * order. A work file is prose below known headings, so lines stay below the heading
 * they stood under; what has to be right is its head.
 */
import { formatTime, isFuture, parseTime } from "../base/time.ts";
import { SCHEMA_VERSION } from "../document/document.ts";
import {
  parseWork,
  sectionNamed,
  WORK_FIELDS,
  WORK_SECTIONS,
  type WorkFieldName,
  type WorkSectionName,
} from "../document/work.ts";
import { checkWork, hasErrors } from "../rules/check.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { sourceOf } from "../text/source.ts";
import { type Chunk, chunksOf, type Headings } from "./chunk.ts";
import { findConflicts, resolveConflicts, type Side } from "./conflict.ts";
import { type FieldFact, fieldFactOf } from "./fact.ts";
import { takeFrontmatter } from "./frontmatter.ts";
import { headingOf, type Line, readLines } from "./line.ts";
import { lostLines } from "./lost.ts";
import { recoveredLines } from "./recovered.ts";
import type { OlderState, PartSource } from "./source.ts";
import { completeTail } from "./tail.ts";
import { trimmed, trimmedEnd } from "./trim.ts";
import { unwrap, withEndings } from "./unwrap.ts";

type WorkName = "title" | WorkSectionName;
type WorkChunk = Chunk<WorkName>;

const NAMES: readonly WorkName[] = ["title", ...(Object.keys(WORK_SECTIONS) as WorkSectionName[])];
const TITLE = /^issue[ \t]{0,9}:?[ \t]{0,9}\[?#?[ \t]?(\d{1,16})\]?(?!\d)[ \t]*(?:[-–—:]{1,3}[ \t]*)?(.*)$/i;

const WORK_HEADINGS: Headings<WorkName> = {
  names: NAMES,
  titleOf: (name) => (name === "title" ? "Issue" : WORK_SECTIONS[name]),
  depthOf: (name) => (name === "title" ? 1 : 2),
  named: (title) => (TITLE.test(title) ? "title" : sectionNamed(title)),
};

export interface WorkSources {
  /** The issue that the file's name says. */
  readonly issue: number;
  readonly older?: OlderState;
  /** When the file was last written, in milliseconds since the epoch. */
  readonly modified?: number;
}

export interface WorkSalvage {
  readonly text: string;
  readonly parts: readonly PartSource[];
  readonly lost: readonly string[];
}

export interface WorkOptions {
  readonly now: number;
  readonly readYaml: YamlReader;
  readonly sideOf?: (index: number) => Side;
}

interface WorkDraft {
  readonly frontmatter: readonly string[] | undefined;
  readonly chunks: readonly WorkChunk[];
  readonly orphans: string[];
}

export function salvageWork(bytes: Uint8Array, sources: WorkSources, options: WorkOptions): WorkSalvage {
  const unwrapped = unwrap(bytes);
  const resolved = resolveConflicts(findConflicts(unwrapped.text), options.sideOf ?? (() => "both"));
  const before = sources.older?.text.replace(/\r\n?/g, "\n");
  const isHeading = (line: string) => WORK_HEADINGS.named(headingOf(line, () => false)?.title ?? "") !== undefined;
  const completed = before && completeTail(resolved.split("\n"), before.split("\n"), unwrapped.cut, isHeading);
  const text = completed ? completed.join("\n") : resolved;
  const draft = draftOf(text, unwrapped.cut && !completed, options.readYaml);
  const older = before === undefined ? undefined : draftOf(before, false, options.readYaml);
  const parts: PartSource[] = [];
  const from = (source: PartSource["source"], path?: string) =>
    parts.push({ part: "sections", source, ...(path !== undefined && { path }) });
  if (trimmed(draft.chunks.flatMap(({ lines }) => lines)).length > 0) from("salvage");
  if (completed) from("history", sources.older!.id);
  const head = headOf(draft, older?.chunks[0], sources, options.now);
  const rebuilt = compose({ ...draft, chunks: [head, ...draft.chunks.slice(1)] }, sources.issue, options);
  return { text: withEndings(rebuilt, unwrapped), parts, lost: lostLines(unwrapped.text, [rebuilt], isMended) };
}

function draftOf(text: string, cut: boolean, readYaml: YamlReader): WorkDraft {
  const lines = readLines(text, (title) => WORK_HEADINGS.named(title) !== undefined);
  const { body, rest, orphans } = takeFrontmatter(lines, readYaml);
  const chunks = joined(chunksOf(rest, WORK_HEADINGS, cut));
  const kept = [...orphans];
  for (const chunk of chunks) {
    const hazards = chunk.lines.filter(({ hazard }) => hazard);
    for (const { text: line } of hazards) kept.push(line);
    if (hazards.length > 0) chunk.lines = chunk.lines.filter(({ hazard }) => !hazard);
  }
  return {
    frontmatter: body ?? (/^\s*#/.test(text) ? undefined : [`schema_version: ${SCHEMA_VERSION}`]),
    chunks,
    orphans: kept,
  };
}

/** One chunk for the head; a section that is there twice is one, with what stands below it. */
function joined(chunks: readonly WorkChunk[]): WorkChunk[] {
  const [preamble, ...rest] = chunks;
  const title = rest.find(({ name }) => name === "title");
  const head: WorkChunk = {
    ...(title ?? preamble!),
    name: "title",
    lines: title ? [...trimmed(preamble!.lines), ...title.lines] : preamble!.lines,
  };
  const result: WorkChunk[] = [head];
  const ends = new Map<WorkName, WorkChunk>([["title", head]]);
  let target: WorkChunk | undefined;
  for (const chunk of rest) {
    if (chunk === title) continue;
    const isOther = chunk.name === "title" && numberIn(chunk.title) !== numberIn(head.title);
    const first = chunk.name && !isOther ? ends.get(chunk.name) : undefined;
    if (isOther) delete chunk.name;
    if (first) {
      first.lines = [
        ...trimmedEnd(first.lines),
        ...(trimmed(chunk.lines).length > 0 ? [BLANK, ...trimmed(chunk.lines), BLANK] : chunk.lines),
      ];
      target = first;
    } else if (target && !chunk.name && chunk.depth > 2) {
      result.splice(result.indexOf(target) + 1, 0, chunk);
      target = chunk;
    } else {
      target = undefined;
      result.push(chunk);
      if (chunk.name) ends.set(chunk.name, chunk);
    }
  }
  return result;
}

const BLANK: Line = { text: "", inert: false };

function numberIn(title: string): number | undefined {
  const digits = TITLE.exec(title)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The head with each of its fields once: as it stands, else as it was, else as the file's own time says. */
function headOf(
  { chunks, orphans }: WorkDraft,
  older: WorkChunk | undefined,
  { issue, modified }: WorkSources,
  now: number,
): WorkChunk {
  const own = chunks[0]!;
  const facts = factsIn(own.lines, now, orphans);
  const before = older ? factsIn(older.lines, now, []) : new Map<WorkFieldName, FieldFact>();
  const rest = own.lines.filter((line) => line.inert || keyOf(line) === undefined);
  const isCompleted = /^complete/i.test((facts.get("Status") ?? before.get("Status"))?.value ?? "");
  const fallback = formatTime(modified ?? now);
  const lines = WORK_FIELDS.flatMap((name) => {
    const line = (facts.get(name) ?? before.get(name))?.line;
    if (line !== undefined) return [line];
    if (name === "Status") return ["**Status:** in_progress"];
    return name === "Started" || (name === "Last Updated" && !isCompleted) ? [`**${name}:** ${fallback}`] : [];
  });
  const asTheyStood = own.lines.flatMap((line) => (line.inert ? [] : (keyOf(line) ?? [])));
  const same =
    asTheyStood.length === lines.length && lines.every((line) => own.lines.some(({ text }) => text === line));
  const [number, title] = [numberIn(own.title), TITLE.exec(own.title)?.[2] ?? ""];
  const olderTitle = older && TITLE.exec(older.title)?.[2];
  const isWhole =
    number === issue && own.depth === 1 && own.heading !== undefined && headingOf(own.heading, () => false)?.regular;
  if (number !== undefined && number !== issue) orphans.push(own.heading!);
  const named = number === issue && title !== "" ? title : (olderTitle ?? "");
  return {
    ...own,
    heading: isWhole ? own.heading! : `# Issue #${issue}${named === "" ? "" : `: ${named}`}`,
    depth: 1,
    lines: same
      ? own.lines
      : [
          BLANK,
          ...lines.map((text) => ({ text, inert: false })),
          BLANK,
          ...trimmed(rest),
          ...(trimmed(rest).length > 0 ? [BLANK] : []),
        ],
  };
}

const LABELS: readonly string[] = [...WORK_FIELDS, "PR"];

function keyOf({ text }: Line): WorkFieldName | undefined {
  const fact = fieldFactOf(text, LABELS);
  return fact?.bold ? nameOfKey(fact.key) : undefined;
}

function nameOfKey(key: string): WorkFieldName {
  return key === "PR" ? "Pull Request" : (key as WorkFieldName);
}

/** The first readable line of each field, of Last Updated the newest; what else they said is kept. */
function factsIn(lines: readonly Line[], now: number, orphans: string[]): Map<WorkFieldName, FieldFact> {
  const facts = new Map<WorkFieldName, FieldFact>();
  for (const line of lines) {
    const name = line.inert ? undefined : keyOf(line);
    if (name === undefined) continue;
    const fact = fieldFactOf(line.text, LABELS)!;
    const known = facts.get(name);
    const newer = name === "Last Updated" && known && instantOf(fact) > instantOf(known);
    const isReadable = fact.value !== "" && (!TIMES.has(name) || isTime(fact.value, now));
    if (isReadable && (!known || newer)) {
      if (known) orphans.push(known.line);
      facts.set(name, fact);
    } else if (fact.value !== "" && fact.value !== known?.value) orphans.push(line.text);
  }
  return facts;
}

const TIMES: ReadonlySet<WorkFieldName> = new Set(["Started", "Last Updated", "Completed"]);

function isTime(value: string, now: number): boolean {
  const reading = parseTime(value.replace(/^`(.*)`$/, "$1"));
  return reading !== undefined && reading.kind !== "impossible" && !isFuture(reading, now);
}

function instantOf({ value }: FieldFact): number {
  const reading = parseTime(value.replace(/^`(.*)`$/, "$1"));
  return reading && reading.kind !== "impossible" ? reading.instant : 0;
}

/** The text, with less and less in its place until the rules agree. */
function compose(draft: WorkDraft, issue: number, { now, readYaml }: WorkOptions): string {
  const isSound = (text: string) =>
    !hasErrors(checkWork(parseWork(sourceOf(text), readYaml), { now, fileIssue: issue }));
  const [head, ...rest] = draft.chunks;
  const stays: readonly ((chunk: WorkChunk) => boolean)[] = [
    () => true,
    // A second heading of an issue makes two files of one.
    ({ name, title }) => name !== undefined || !TITLE.test(title),
    ({ name }) => name !== undefined,
  ];
  for (const test of stays) {
    const kept = rest.filter(test);
    const others = rest.filter((chunk) => !kept.includes(chunk)).flatMap(linesOfChunk);
    const text = textOf(draft, [head!, ...kept], [...draft.orphans, ...others]);
    if (isSound(text)) return text;
  }
  const fields = { ...head!, lines: head!.lines.filter((line) => line.text === "" || (!line.inert && keyOf(line))) };
  const others = head!.lines.filter((line) => !fields.lines.includes(line)).map(({ text }) => text);
  const bare = NAMES.slice(1).map(
    (name): WorkChunk => ({
      name,
      title: WORK_HEADINGS.titleOf(name),
      depth: 2,
      heading: `## ${WORK_HEADINGS.titleOf(name)}`,
      lines: [],
      made: true,
    }),
  );
  return textOf(
    { ...draft, frontmatter: [`schema_version: ${SCHEMA_VERSION}`] },
    [fields, ...bare],
    [...draft.orphans, ...others, ...rest.flatMap(linesOfChunk)],
  );
}

function linesOfChunk({ heading, lines }: WorkChunk): string[] {
  return [...(heading === undefined ? [] : [heading]), ...lines.map(({ text }) => text)];
}

function textOf({ frontmatter }: WorkDraft, chunks: readonly WorkChunk[], orphans: readonly string[]): string {
  const lines: string[] = frontmatter ? ["---", ...frontmatter, "---"] : [];
  for (const { name, heading, title, depth, lines: body, made } of chunks) {
    if (made && lines.at(-1)?.trim() !== "") lines.push("");
    const regular = heading !== undefined && (heading.includes("\n") || headingOf(heading, () => false)?.regular);
    const wanted =
      name && name !== "title" && (!regular || depth !== 2) ? `## ${WORK_HEADINGS.titleOf(name)}` : (heading ?? title);
    lines.push(...wanted.split("\n"));
    for (const { text } of body) lines.push(text);
  }
  return recoveredLines(lines, orphans).join("\n");
}

function isMended(line: string): boolean {
  const heading = headingOf(line, () => true);
  return (
    (heading !== undefined && WORK_HEADINGS.named(heading.title) !== undefined) || /^[ \t>]*schema_version/.test(line)
  );
}
