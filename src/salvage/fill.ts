/**
 * What the damaged bytes do not say any more, from where it is still known: the
 * newest state that was in order, then the work files, then the archive.
 *
 * What stands in the damaged file counts first. A list is completed only where the
 * file was cut off in it or a byte of it cannot be read: an item that is not there
 * otherwise was taken out by somebody.
 */
import { formatTime, instantOf, parseTime, type TimeReading } from "../base/time.ts";
import { issueValue } from "../changes/set-active.ts";
import { REQUIRED_SECTIONS } from "../document/state.ts";
import { type IssueReference, parseIssue } from "../document/values.ts";
import { makeField } from "../syntax/fields.ts";
import { matchesDamaged } from "./chunk.ts";
import { completeList } from "./complete.ts";
import { chunkNamed, type Draft, ensureChunk, rankOf, type StateChunk, type StateName, SUBSECTIONS } from "./draft.ts";
import { type FieldFact, fieldFactOf, isDamaged, isNone, STATE_LABELS, stateFieldIn } from "./fact.ts";
import { lineOf } from "./line.ts";
import { type KnownWork, PART_OF, PARTS, type PartName, type PartSource, type Sources } from "./source.ts";
import { apart, BLANK, isBlank, trimmed } from "./trim.ts";

/** Completes the draft and says where each of its parts is from. */
export function fill(draft: Draft, older: Draft | undefined, sources: Sources, now: number): PartSource[] {
  const origins = new Map<PartName, PartSource>();
  const from: From = (part, source, path) => origins.set(part, { part, source, ...(path !== undefined && { path }) });
  const old = older && { draft: older, id: sources.older!.id };
  const torn = { cut: isCut(draft), last: lastKnown(draft) };
  const filling = { draft, old, sources, torn, from };
  const work = fillIssue(filling);
  const number = issueOf(draft)?.number;
  const same = old !== undefined && number !== undefined && issueOf(old.draft)?.number === number;
  if (number !== undefined) fillFields(filling, same ? old : undefined, work);
  for (const name of SUBSECTIONS) {
    const own = chunkNamed(draft, name);
    const isTorn = own ? isTornAt(own, torn) : torn.cut && rankOf(name) > torn.last;
    if (!isTorn || number === undefined) continue;
    if (same) completeFrom(old, name, filling);
    const known = name === "progress" ? work?.progress : name === "nextSteps" ? work?.nextSteps : undefined;
    if (!(chunkNamed(draft, name)?.lines ?? []).every(isBlank) || !known?.length) continue;
    const items = known.map((line, at) => lineOf(`${name === "nextSteps" ? `${at + 1}.` : "-"} ${line}`));
    ensureChunk(draft, name).lines = [BLANK, ...items, BLANK];
    from(PART_OF[name], "work", work!.path);
  }
  for (const name of ["recentWork", "blockers", "context"] as const) {
    const own = chunkNamed(draft, name);
    if (own && !isTornAt(own, torn)) continue;
    if (old) completeFrom(old, name, filling);
  }
  fillRecent(filling);
  if (torn.cut && old) fillSections(draft, old.draft, () => from("sections", "history", old.id));
  fillTime(filling, work, now);
  for (const part of partsIn(draft)) if (!origins.has(part)) from(part, "salvage");
  return PARTS.flatMap((part) => origins.get(part) ?? []);
}

type From = (part: PartName, source: PartSource["source"], path?: string | undefined) => unknown;

interface Old {
  readonly draft: Draft;
  readonly id: string;
}

interface Torn {
  /** Whether the end of the file is gone. */
  readonly cut: boolean;
  /** The rank of the last section that is left. */
  readonly last: number;
}

/** The draft that is filled, and from what. */
interface Filling {
  readonly draft: Draft;
  readonly old: Old | undefined;
  readonly sources: Sources;
  readonly torn: Torn;
  readonly from: From;
}

function lastKnown({ chunks }: Draft): number {
  return chunks.reduce((last, { name }) => (name ? Math.max(last, rankOf(name)) : last), 0);
}

/** A file without its last sections was cut off, also where the cut is at the end of a line. */
function isCut(draft: Draft): boolean {
  const last = lastKnown(draft);
  return draft.cut || REQUIRED_SECTIONS.some((name) => rankOf(name) > last);
}

function isTornAt(chunk: StateChunk, { cut, last }: Torn): boolean {
  return (cut && rankOf(chunk.name!) === last) || chunk.lines.some(({ text }) => isDamaged(text));
}

function fieldIn(draft: Draft, name: StateName, key: string): FieldFact | undefined {
  const line = chunkNamed(draft, name)?.lines.find((each) => stateFieldIn(each)?.key === key);
  return line && stateFieldIn(line);
}

/** The issue that the draft names as the active one. */
export function issueOf(draft: Draft): IssueReference | undefined {
  return issueIn(fieldIn(draft, "active", "Current Issue"));
}

function issueIn(fact: FieldFact | undefined): IssueReference | undefined {
  const reading = fact && parseIssue(fact.value);
  return reading?.kind === "issue" ? reading.issue : undefined;
}

/** Branch and Started, from an older state of the issue (`old`) or from its work file. */
function fillFields({ draft, from }: Filling, old: Old | undefined, work: KnownWork | undefined): void {
  for (const [key, part] of [
    ["Branch", "branch"],
    ["Started", "started"],
  ] as const) {
    if (fieldIn(draft, "active", key)) continue;
    const fact = old && fieldIn(old.draft, "active", key);
    if (fact) {
      addField(draft, fact.line);
      from(part, "history", old.id);
    } else if (key === "Started" && work?.started) {
      addField(draft, makeField("Started", work.started));
      from(part, "work", work.path);
    }
  }
}

/** A field of the active work, behind those that are there. */
function addField(draft: Draft, line: string): void {
  const { lines } = ensureChunk(draft, "active");
  lines.splice(lines.findLastIndex(stateFieldIn) + 1, 0, lineOf(line));
}

/** Finds the issue, or the title that was cut short, and returns the work file that goes with it. */
function fillIssue(filling: Filling): KnownWork | undefined {
  const { draft, old, from } = filling;
  const { work } = filling.sources;
  const own = fieldIn(draft, "active", "Current Issue");
  if (own) {
    const issue = issueOf(draft);
    const known = work.find(({ number }) => number === issue?.number);
    if (issue) mendTitle(own, issue, known, filling);
    return known;
  }
  if (isIdle(draft)) return undefined;
  const before = old && issueOf(old.draft);
  const fact = before && fieldIn(old.draft, "active", "Current Issue");
  if (fact && !isElsewhere(draft, before)) {
    putIssue(draft, fact.line);
    from("issue", "history", old!.id);
    return work.find(({ number }) => number === before.number);
  }
  const newest = work.find((one) => !one.completed && !isElsewhere(draft, one));
  if (!newest) return undefined;
  putIssue(draft, makeField("Current Issue", issueValue(newest)));
  from("issue", "work", newest.path);
  return newest;
}

/** Nothing is active where the file says so, and where Active Work is there, whole and empty. */
function isIdle(draft: Draft): boolean {
  const active = chunkNamed(draft, "active");
  if (!active) return false;
  if (active.lines.some(({ text }) => isNone(text))) return true;
  const empty = active.lines.every(isBlank) && !SUBSECTIONS.some((name) => chunkNamed(draft, name));
  return empty && lastKnown(draft) > rankOf("openQuestions") && !draft.orphans.some((line) => /issue/i.test(line));
}

/** Whether Recent Work names the issue: then it is not the active one. */
function isElsewhere(draft: Draft, { number }: { readonly number?: number }): boolean {
  return (chunkNamed(draft, "recentWork")?.lines ?? []).some(({ text }) => recentNumber(text) === number);
}

function recentNumber(text: string): number | undefined {
  return issueIn(fieldFactOf(text, STATE_LABELS))?.number;
}

function putIssue(draft: Draft, line: string): void {
  const chunk = ensureChunk(draft, "active");
  const first = chunk.lines.findIndex(stateFieldIn);
  if (first !== -1) chunk.lines.splice(first, 0, lineOf(line));
  else chunk.lines = [BLANK, lineOf(line), BLANK, ...trimmed(chunk.lines)];
}

/** A title with unreadable letters, or one at the very end of a file that was cut off, as it is known elsewhere. */
function mendTitle(
  own: FieldFact,
  issue: IssueReference,
  work: KnownWork | undefined,
  { draft, old, from }: Filling,
): void {
  const chunk = chunkNamed(draft, "active")!;
  const at = chunk.lines.findIndex(({ text }) => text === own.line);
  const isLast = draft.cut && draft.chunks.at(-1) === chunk && at === chunk.lines.length - 1;
  const fits = (title: string) =>
    title !== issue.title && (matchesDamaged(issue.title, title) || (isLast && title.startsWith(issue.title)));
  const before = old && issueOf(old.draft);
  if (before?.number === issue.number && before && fits(before.title)) {
    chunk.lines[at] = lineOf(fieldIn(old!.draft, "active", "Current Issue")!.line);
    from("issue", "history", old!.id);
  } else if (work && fits(work.title)) {
    chunk.lines[at] = lineOf(makeField("Current Issue", issueValue(work)));
    from("issue", "work", work.path);
  }
}

/** Completes a section from what it was. */
function completeFrom(old: Old, name: keyof typeof PART_OF, { draft, torn: { cut, last }, from }: Filling): void {
  const [known, own] = [chunkNamed(old.draft, name), chunkNamed(draft, name)];
  if (!known || known.lines.every(isBlank)) return;
  const target = ensureChunk(draft, name);
  const before = target.lines.map(({ text }) => text).join("\n");
  const isEnd = !own || (cut && rankOf(name) === last);
  target.lines = own
    ? completeList(name, own.lines, known.lines, { isEnd, isOpen: draft.cut && isEnd })
    : [...known.lines];
  if (target.lines.map(({ text }) => text).join("\n") !== before) from(PART_OF[name], "history", old.id);
}

/** The newest three of the archive, where nothing is left of Recent Work. */
function fillRecent({ draft, sources: { archived }, torn, from }: Filling): void {
  const own = chunkNamed(draft, "recentWork");
  if (own && !isTornAt(own, torn)) return;
  if (own?.lines.some(({ text }) => recentNumber(text) !== undefined)) return;
  const active = issueOf(draft)?.number;
  const lines = archived.filter(({ line }) => recentNumber(line) !== active).slice(0, 3);
  if (lines.length === 0) return;
  const chunk = ensureChunk(draft, "recentWork");
  chunk.lines = [BLANK, ...lines.map(({ line }) => lineOf(line)), ...chunk.lines];
  from("recent_work", "archive", lines[0]!.path);
}

/** The user's sections that stood behind what is left. */
function fillSections(draft: Draft, older: Draft, from: () => unknown): void {
  const has = (chunk: StateChunk) => draft.chunks.some(({ name, title }) => !name && title === chunk.title);
  for (const [at, chunk] of older.chunks.entries()) {
    if (chunk.name || has(chunk)) continue;
    const before = older.chunks.slice(0, at).findLast(({ name }) => name);
    const anchor = before?.name && chunkNamed(draft, before.name);
    const start = anchor ? draft.chunks.indexOf(anchor) + 1 : draft.chunks.length;
    let end = start;
    while (end < draft.chunks.length && !draft.chunks[end]!.name) end++;
    draft.chunks.splice(end, 0, { ...chunk });
    from();
  }
}

function fillTime(
  { draft, old, sources: { modified }, from }: Filling,
  work: KnownWork | undefined,
  now: number,
): void {
  if (fieldIn(draft, "title", "Last Updated")) return;
  const before = old && fieldIn(old.draft, "title", "Last Updated");
  const known: readonly (readonly [number | undefined, PartSource["source"], path?: string | undefined])[] = [
    // A time without a zone names no moment, and must not be given one.
    [before && withZone(parseTime(before.value)), "history", old?.id],
    [work?.updated, "work", work?.path],
    [modified, "file"],
    [now, "new"],
  ];
  const [instant, source, path] = known.find(([time]) => time !== undefined && time <= now)!;
  const chunk = ensureChunk(draft, "title");
  chunk.lines = [BLANK, lineOf(makeField("Last Updated", formatTime(instant!))), BLANK, ...apart(chunk.lines)];
  from("last_updated", source, path);
}

function withZone(reading: TimeReading | undefined): number | undefined {
  return reading && "isLocal" in reading ? undefined : instantOf(reading);
}

/** The parts that the draft has anything of. */
function partsIn(draft: Draft): readonly PartName[] {
  const filled = (name: StateName) => !(chunkNamed(draft, name)?.lines ?? []).every(isBlank);
  const names = Object.keys(PART_OF) as (keyof typeof PART_OF)[];
  return [
    ...(issueOf(draft) ? (["issue"] as const) : []),
    ...(fieldIn(draft, "active", "Branch") ? (["branch"] as const) : []),
    ...(fieldIn(draft, "active", "Started") ? (["started"] as const) : []),
    "last_updated",
    ...names.filter(filled).map((name) => PART_OF[name]),
    ...(draft.chunks.some(({ name }) => !name) ? (["sections"] as const) : []),
  ];
}
