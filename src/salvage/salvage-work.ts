/**
 * From what is left of a work file, and from its history, to a work file that is in
 * order. A work file is prose below known headings, so lines stay below the heading
 * they stood under; what has to be right is its head.
 */
import { formatTime, hasCome, instantOf } from "../base/time.ts";
import {
  sectionNamed,
  WORK_FIELDS,
  WORK_SECTIONS,
  type WorkFieldName,
  type WorkSectionName,
} from "../document/work.ts";
import { readDocument } from "../pipeline/processor.ts";
import { hasErrors } from "../rules/check.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { sourceOf } from "../text/source.ts";
import { type Chunk, chunksOf, type Headings, hasRegularHeading, isOfFormat, makeChunk, textsOf } from "./chunk.ts";
import { findConflicts, resolveConflicts } from "./conflict.ts";
import { divide } from "./draft.ts";
import { type FieldFact, fieldFactOf, timeIn } from "./fact.ts";
import { bodyOrNew, NEW_BODY, takeFrontmatter } from "./frontmatter.ts";
import { headingOf, type Line, lineOf, readLines } from "./line.ts";
import { lostLines } from "./lost.ts";
import { recoveredLines } from "./recovered.ts";
import type { Salvage } from "./salvage-state.ts";
import type { PartSource, SalvageOptions, Sources } from "./source.ts";
import { completeTail } from "./tail.ts";
import { apart, BLANK, isBlank, trimmed, trimmedEnd } from "./trim.ts";
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

interface WorkSources extends Pick<Sources, "older" | "modified"> {
  /** The issue that the file's name says. */
  readonly issue: number;
}

interface WorkDraft {
  readonly frontmatter: readonly string[] | undefined;
  readonly chunks: readonly WorkChunk[];
  readonly orphans: string[];
}

export function salvageWork(bytes: Uint8Array, sources: WorkSources, options: SalvageOptions): Omit<Salvage, "kept"> {
  const unwrapped = unwrap(bytes);
  const resolved = resolveConflicts(findConflicts(unwrapped.text), options.sideOf ?? (() => "both"));
  const before = sources.older?.text.replace(/\r\n?/g, "\n");
  const isHeading = (line: string) => WORK_HEADINGS.named(headingOf(line, () => false)?.title ?? "") !== undefined;
  const completed = before && completeTail(resolved.split("\n"), before.split("\n"), unwrapped.cut, isHeading);
  const text = completed ? completed.join("\n") : resolved;
  const draft = draftOf(text, unwrapped.cut && !completed, options.readYaml);
  const older = before === undefined ? undefined : draftOf(before, false, options.readYaml);
  const parts: PartSource[] = [];
  if (!draft.chunks.every(({ lines }) => lines.every(isBlank))) parts.push({ part: "sections", source: "salvage" });
  if (completed) parts.push({ part: "sections", source: "history", path: sources.older!.id });
  const head = headOf(draft, older?.chunks[0], sources, options.now);
  const rebuilt = compose({ ...draft, chunks: [head, ...draft.chunks.slice(1)] }, sources.issue, options);
  const lost = lostLines(unwrapped.text, [rebuilt], isMendedWork);
  return { text: withEndings(rebuilt, unwrapped), parts, lost };
}

/** Whether a line is a heading or label alone, which stands in the new text in its regular form. */
export function isMendedWork(line: string): boolean {
  return isOfFormat(line, WORK_HEADINGS);
}

function draftOf(text: string, cut: boolean, readYaml: YamlReader): WorkDraft {
  const lines = readLines(text, (title) => WORK_HEADINGS.named(title) !== undefined);
  const { body, rest, orphans } = takeFrontmatter(lines, readYaml);
  const { chunks, titles } = joined(chunksOf(rest, WORK_HEADINGS, cut));
  const draft = { frontmatter: bodyOrNew(body, /^\s*#/.test(text)), chunks, orphans: [...orphans, ...titles] };
  for (const chunk of chunks) {
    const division = chunk.lines.map((line) => [line, !line.hazard] as const);
    divide(draft, chunk, division);
  }
  return draft;
}

/**
 * One chunk for the head; a section that is there twice is one, with what stands below it.
 * `titles` are the headings that have other words for the issue.
 */
function joined(chunks: readonly WorkChunk[]): { readonly chunks: readonly WorkChunk[]; readonly titles: string[] } {
  const [preamble, ...rest] = chunks;
  const title = rest.find(({ name }) => name === "title");
  const head: WorkChunk = {
    ...(title ?? preamble!),
    name: "title",
    lines: title ? [...trimmed(preamble!.lines), ...title.lines] : preamble!.lines,
  };
  const result: WorkChunk[] = [head];
  const titles: string[] = [];
  const ends = new Map<WorkName, WorkChunk>([["title", head]]);
  let target: WorkChunk | undefined;
  for (const chunk of rest) {
    if (chunk === title) continue;
    const isOther = chunk.name === "title" && numberIn(chunk.title) !== numberIn(head.title);
    const first = chunk.name && !isOther ? ends.get(chunk.name) : undefined;
    if (isOther) delete chunk.name;
    if (first === head && !["", wordsIn(head.title)].includes(wordsIn(chunk.title))) titles.push(chunk.heading!);
    if (first) {
      const added = apart(chunk.lines);
      if (added.length > 0) first.lines = [...trimmedEnd(first.lines), BLANK, ...added];
      target = lastInside(result, first);
    } else if (target && !chunk.name && chunk.depth > 2) {
      result.splice(result.indexOf(target) + 1, 0, chunk);
      target = chunk;
    } else {
      target = undefined;
      result.push(chunk);
      if (chunk.name) ends.set(chunk.name, chunk);
    }
  }
  return { chunks: result, titles };
}

/** The last of the subsections that follow a section, or itself. */
function lastInside(chunks: readonly WorkChunk[], section: WorkChunk): WorkChunk {
  const start = chunks.indexOf(section) + 1;
  const end = chunks.findIndex(({ name, depth }, at) => at >= start && (name !== undefined || depth <= 2));
  return chunks.slice(0, end === -1 ? undefined : end).at(-1)!;
}

function wordsIn(title: string): string {
  return TITLE.exec(title)?.[2] ?? "";
}

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
  const rest = own.lines.filter((line) => keyOf(line) === undefined);
  const isEnded = facts.has("Completed") || before.has("Completed");
  const isCompleted = isEnded && /^complete/i.test((facts.get("Status") ?? before.get("Status"))?.value ?? "");
  const fallback = formatTime(modified ?? now);
  const lines = WORK_FIELDS.flatMap((name) => {
    const line = (facts.get(name) ?? before.get(name))?.line;
    if (line !== undefined) return [line];
    if (name === "Status") return ["**Status:** in_progress"];
    return name === "Started" || (name === "Last Updated" && !isCompleted) ? [`**${name}:** ${fallback}`] : [];
  });
  const same =
    own.lines.length - rest.length === lines.length &&
    lines.every((line) => own.lines.some(({ text }) => text === line));
  const [number, title] = [numberIn(own.title), wordsIn(own.title)];
  const olderTitle = older && wordsIn(older.title);
  const isWhole = number === issue && own.depth === 1 && headingOf(own.heading ?? "", () => false) !== undefined;
  if (number !== undefined && number !== issue) orphans.push(own.heading!);
  const named = number === issue && title !== "" ? title : (olderTitle ?? "");
  return {
    ...own,
    heading: isWhole ? own.heading! : `# Issue #${issue}${named === "" ? "" : `: ${named}`}`,
    depth: 1,
    lines: same ? own.lines : [BLANK, ...lines.map(lineOf), BLANK, ...apart(rest)],
  };
}

const LABELS: readonly string[] = [...WORK_FIELDS, "PR"];

/** The field that a line is; a line in code is none. */
function keyOf({ text, inert }: Line): WorkFieldName | undefined {
  const fact = inert ? undefined : fieldFactOf(text, LABELS);
  if (!fact?.bold) return undefined;
  return fact.key === "PR" ? "Pull Request" : (fact.key as WorkFieldName);
}

/** The first readable line of each field, of Last Updated the newest; other values are set aside. */
function factsIn(lines: readonly Line[], now: number, orphans: string[]): Map<WorkFieldName, FieldFact> {
  const facts = new Map<WorkFieldName, FieldFact>();
  for (const line of lines) {
    const name = keyOf(line);
    if (name === undefined) continue;
    const fact = fieldFactOf(line.text, LABELS)!;
    const known = facts.get(name);
    const newer = name === "Last Updated" && known && instantIn(fact) > instantIn(known);
    const isReadable = fact.value !== "" && (!TIMES.has(name) || hasCome(timeIn(fact), now));
    if (isReadable && (!known || newer)) {
      if (known) orphans.push(known.line);
      facts.set(name, fact);
    } else if (fact.value !== "" && fact.value !== known?.value) orphans.push(line.text);
  }
  return facts;
}

const TIMES: ReadonlySet<WorkFieldName> = new Set(["Started", "Last Updated", "Completed"]);

function instantIn(fact: FieldFact): number {
  return instantOf(timeIn(fact)) ?? 0;
}

/** The text, with less and less in its place until the rules agree. */
function compose(draft: WorkDraft, issue: number, { now, readYaml }: SalvageOptions): string {
  const facts = { readYaml, factsOf: () => ({ now, fileIssue: issue }) };
  const isSound = (text: string) => !hasErrors(readDocument("work", sourceOf(text), facts).messages);
  const [head, ...rest] = draft.chunks;
  const stays: readonly ((chunk: WorkChunk) => boolean)[] = [
    () => true,
    // A second heading of an issue makes two files of one.
    ({ name, title }) => name !== undefined || !TITLE.test(title),
    ({ name }) => name !== undefined,
  ];
  const bare = { ...head!, lines: head!.lines.filter((line) => line.text === "" || keyOf(line)) };
  const words = head!.lines.filter((line) => !bare.lines.includes(line)).map(({ text }) => text);
  // What stands between the fields may hide them; then they stand alone.
  for (const [own, aside] of [[head!, []] as const, [bare, words] as const]) {
    for (const test of stays) {
      const kept = rest.filter(test);
      const others = rest.filter((chunk) => !kept.includes(chunk)).flatMap(textsOf);
      const text = textOf(draft, [own, ...kept], [...aside, ...others]);
      if (isSound(text)) return text;
    }
  }
  const sections = NAMES.slice(1).map((name) => makeChunk(name, WORK_HEADINGS));
  return textOf({ ...draft, frontmatter: NEW_BODY }, [bare, ...sections], [...words, ...rest.flatMap(textsOf)]);
}

/** The chunks as a text; what else there is stands in code behind them. */
function textOf({ frontmatter, orphans }: WorkDraft, chunks: readonly WorkChunk[], others: readonly string[]): string {
  const lines: string[] = frontmatter ? ["---", ...frontmatter, "---"] : [];
  for (const chunk of chunks) {
    const { name, heading, title, made } = chunk;
    if (made && lines.at(-1)?.trim() !== "") lines.push("");
    const wanted =
      name && name !== "title" && !isRegular(chunk) ? `## ${WORK_HEADINGS.titleOf(name)}` : (heading ?? title);
    lines.push(...wanted.split("\n"));
    for (const { text } of chunk.lines) lines.push(text);
  }
  return recoveredLines(lines, [...orphans, ...others]).join("\n");
}

/** Whether the heading of a section stands as it should, underlined or not. */
function isRegular(chunk: WorkChunk): boolean {
  return chunk.depth === 2 && WORK_HEADINGS.named(chunk.title) === chunk.name && hasRegularHeading(chunk);
}
