/**
 * `.claude/state.md` as a typed document.
 *
 * Parsing is total: every text has a reading, damaged ones too. What is missing is
 * absent, what is there twice is listed, and nothing is judged here: whether the
 * document may be written is for the rules to say.
 */
import { groupBy } from "../base/group.ts";
import { parseTime } from "../base/time.ts";
import { type Field, fieldsIn, isKey, plainFieldsIn } from "../syntax/fields.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import type { Section } from "../syntax/outline.ts";
import type { Span } from "../text/edit.ts";
import type { Source } from "../text/source.ts";
import {
  type Document,
  findField,
  findSpelled,
  normalTitle,
  type Part,
  parseDocument,
  preferDepth,
  type Reading,
  type TimeField,
  timeFieldOf,
} from "./document.ts";
import { type Item, itemsIn, linesOf, textOfItem } from "./items.ts";
import { parseQuestion, type QuestionReading } from "./question.ts";
import {
  type IssueReading,
  type IssueReference,
  type ProgressReading,
  parseIssue,
  parseProgress,
  parseRecent,
  type RecentReading,
} from "./values.ts";

/** The headings of the format, with their depth, in the order in which they are written. */
export const STATE_SECTIONS = {
  active: { title: "Active Work", depth: 2 },
  progress: { title: "Progress", depth: 3 },
  nextSteps: { title: "Next Steps", depth: 3 },
  openQuestions: { title: "Open Questions", depth: 3 },
  recentWork: { title: "Recent Work", depth: 2 },
  blockers: { title: "Blockers", depth: 2 },
  context: { title: "Context", depth: 2 },
} as const;

export type StateSectionName = keyof typeof STATE_SECTIONS;

/** The sections without which the document cannot be trusted. */
export const REQUIRED_SECTIONS = ["active", "recentWork", "blockers", "context"] as const satisfies StateSectionName[];

/** A state file, read: each part has its span, and what is not there is absent. Nothing is judged. */
export interface StateDocument extends Document {
  readonly kind: "state";
  readonly lastUpdated?: TimeField;
  /** The known sections that are there. */
  readonly known: { readonly [Name in StateSectionName]?: Part<Section> };
  readonly active: ActiveWork;
  readonly progress: readonly ProgressItem[];
  readonly nextSteps: readonly Item[];
  readonly openQuestions: readonly QuestionItem[];
  readonly recentWork: readonly RecentEntry[];
}

/** The part of a state document that is compared with the facts. */
export type StateHead = Pick<StateDocument, "kind" | "text" | "lastUpdated" | "active">;

/** The fields of Active Work, each with its span. */
export interface ActiveWork {
  readonly issueField?: Part<Field>;
  /** What the field names; `undefined` without the field. */
  readonly issue?: IssueReading;
  readonly branch?: Part<Field>;
  readonly started?: TimeField;
}

/** An item of Progress, where it stands and how it reads. */
export interface ProgressItem {
  readonly item: Item;
  readonly reading: ProgressReading;
}

/** An item of Open Questions, where it stands and how it reads. */
export interface QuestionItem {
  readonly item: Item;
  readonly reading: QuestionReading;
}

/** A field of Recent Work, where it stands and how it reads. */
export interface RecentEntry {
  readonly field: Field;
  readonly reading: RecentReading;
}

/**
 * Reads the text of a state file. Every text has a reading, nothing is judged. YAML beyond
 * plain `key: value` lines needs the `YamlReader`.
 *
 * ```ts
 * const document = parseState(decode(await readFile(".claude/state.md")));
 * document.active.issue; // { kind: "issue", issue: { number: 1234, … } }
 * ```
 */
export function parseState(source: Source, readYaml?: YamlReader): StateDocument {
  return stateFrom(source, { readYaml });
}

/** Reads a state file from its tree. */
export function stateFrom(source: Source, reading: Reading): StateDocument {
  const document = parseDocument(source, reading);
  const { text, sections } = document;
  const known = knownSections(sections);
  const active = known.active ? [known.active.value] : [];
  const issueField = findIssue(active, text);
  const branch = findSpelled([active], text, "Branch", (raw) => /^[^\s`]+$/.test(raw));
  const started = timeFieldOf(findSpelled([active], text, "Started", isTime));
  const lastUpdated = timeFieldOf(findLastUpdated(sections, active, text));
  return {
    ...document,
    kind: "state",
    known,
    active: {
      ...(issueField && { issueField, issue: parseIssue(issueField.value.raw) }),
      ...(branch && { branch }),
      ...(started && { started }),
    },
    progress: itemsOf(document, known.progress).map((item) => ({ item, reading: parseProgress(item.raw) })),
    nextSteps: itemsOf(document, known.nextSteps),
    openQuestions: itemsOf(document, known.openQuestions).map((item) => ({ item, reading: parseQuestion(item, text) })),
    recentWork: recentEntries(known.recentWork, text),
    ...(lastUpdated && { lastUpdated }),
  };
}

/** The items of the lists that belong to the active work, by their sections. */
export function activeLists({ progress, nextSteps, openQuestions }: StateDocument) {
  return {
    progress: progress.map(({ item }) => item),
    nextSteps,
    openQuestions: openQuestions.map(({ item }) => item),
  };
}

/** Whether a line says that there is nothing. */
export function saysNothing(text: string): boolean {
  return NOTHING.test(text);
}

const NOTHING = /^(?:none|nothing|n\/a|tbd|-|–|—|…|\.{3})(?:[ \t]+(?:yet|currently|at the moment))?[.!]?$/i;

/** The items of Progress and Next Steps that belong to no issue, because none is named. */
export function orphansOf(document: StateDocument): readonly Item[] {
  if (!isIdle(document)) return [];
  const { progress, nextSteps } = document;
  const said = [
    ...progress.map(({ item, reading }) => ({ item, text: reading.text })),
    ...nextSteps.map((item) => ({ item, text: textOfItem(item) })),
  ];
  return said.filter(({ text }) => text !== "" && !saysNothing(text)).map(({ item }) => item);
}

/** Whether no issue is named; a field that cannot be read is not idle. */
export function isIdle(document: StateDocument): boolean {
  const { issue } = document.active;
  return issue === undefined || issue.kind === "none" || issue.kind === "placeholder";
}

/** The active issue; `undefined` when idle, and when the document names several, of which none may be chosen. */
export function activeIssue(document: StateDocument): IssueReference | undefined {
  const { issue, issueField } = document.active;
  const several = (document.known.active?.others.length ?? 0) > 0 || (issueField?.others.length ?? 0) > 0;
  return !several && issue?.kind === "issue" ? issue.issue : undefined;
}

/** The free text of Blockers or Context, one line each. */
export function freeLines(document: StateDocument, name: "blockers" | "context"): readonly string[] {
  const part = document.known[name];
  return part ? linesOf(blocksBelow(document, part.value), document.text) : [];
}

/**
 * The span of a section with the unknown sections below it, without its heading
 * line. A known heading ends it even when it stands at a deeper level.
 */
export function bodyOf(document: Document, section: Section): Span {
  const isNext = (other: Section) => other.depth <= section.depth || nameOf(other) !== undefined;
  const next = document.sections.find((other) => other.start > section.start && isNext(other));
  return { start: section.bodyStart, end: next?.start ?? document.text.length };
}

/**
 * A heading at its own depth is preferred: `### Blockers` below Context is the
 * user's as long as there is a `## Blockers`. Progress, Next Steps and Open
 * Questions count inside Active Work only.
 */
function knownSections(sections: readonly Section[]): StateDocument["known"] {
  const byName = groupBy(sections, nameOf);
  const active = preferDepth(byName.get("active") ?? [], STATE_SECTIONS.active.depth);
  const inside = active ? groupBy(sectionsInside(sections, active.value), nameOf) : byName;
  const known: { [Name in StateSectionName]?: Part<Section> } = {};
  for (const name of Object.keys(STATE_SECTIONS) as StateSectionName[]) {
    const found = (isSubsection(name) ? inside : byName).get(name) ?? [];
    const part = preferDepth(found, STATE_SECTIONS[name].depth);
    if (part) known[name] = part;
  }
  return known;
}

/** Where the active work ends: at the next section that belongs neither to it nor below it. */
export function activeEnd(document: StateDocument): number {
  const active = document.known.active?.value;
  if (!active) return document.text.length;
  return sectionsInside(document.sections, active).at(-1)?.end ?? active.end;
}

function isSubsection(name: StateSectionName | undefined): boolean {
  return name !== undefined && STATE_SECTIONS[name].depth === 3;
}

function sectionsInside(sections: readonly Section[], active: Section): readonly Section[] {
  const after = sections.slice(sections.indexOf(active) + 1);
  const end = after.findIndex((section) => {
    const name = nameOf(section);
    return isSubsection(name) ? false : name !== undefined || section.depth <= active.depth;
  });
  return end === -1 ? after : after.slice(0, end);
}

const NAMES: ReadonlyMap<string, StateSectionName> = new Map(
  (Object.keys(STATE_SECTIONS) as StateSectionName[]).map((name) => [normalTitle(STATE_SECTIONS[name].title), name]),
);

/** Which of the known sections this is. */
export function nameOf(section: Section): StateSectionName | undefined {
  return section.heading && sectionNamed(section.heading.words ?? section.title);
}

/** The known section that a heading names. */
export function sectionNamed(title: string): StateSectionName | undefined {
  return title.length < 99 ? NAMES.get(normalTitle(title)) : undefined;
}

/** The field that names the issue: people also write `Issue`, and leave the asterisks away. */
function findIssue(active: readonly Section[], text: string): Part<Field> | undefined {
  const found = findSpelled([active], text, "Current Issue", isReference);
  if (found) return found;
  const named = findSpelled([active], text, "Issue", isReference);
  return named && isReference(named.value.raw) ? named : undefined;
}

function isReference(raw: string): boolean {
  return /^\[?#\d/.test(raw);
}

function isTime(raw: string): boolean {
  return parseTime(raw) !== undefined;
}

/**
 * The field belongs to the head of the file. Real files have it elsewhere too, and an
 * unknown section may have its own; a second one in a section of the format is one too many.
 */
function findLastUpdated(
  sections: readonly Section[],
  active: readonly Section[],
  text: string,
): Part<Field> | undefined {
  const isKnown = (section: Section) => nameOf(section) !== undefined;
  const end = sections.findIndex(isKnown);
  const head = sections.slice(0, end === -1 ? undefined : end);
  const top = head.filter((section) => section.depth <= 1);
  const known = sections.filter(isKnown);
  const first = findField([top, head], text, "Last Updated");
  const all = [active, known, sections];
  if (!first) return findField(all, text, "Last Updated") ?? findSpelled([top, head], text, "Last Updated", isTime);
  const further = findField([known], text, "Last Updated");
  return further ? { value: first.value, others: [...first.others, further.value, ...further.others] } : first;
}

function itemsOf(document: Omit<Document, "kind">, part: Part<Section> | undefined): readonly Item[] {
  if (!part) return [];
  return [part.value, ...part.others].flatMap((section) => itemsIn(section.blocks, document.text));
}

/** The blocks of a section and of the unknown ones below it. */
export function blocksBelow(document: Document, section: Section): Section["blocks"] {
  const { end } = bodyOf(document, section);
  return document.sections.filter(({ start }) => start >= section.start && start < end).flatMap(({ blocks }) => blocks);
}

function recentEntries(part: Part<Section> | undefined, text: string): readonly RecentEntry[] {
  if (!part) return [];
  const { blocks } = part.value;
  const keys = ["Previous Issue", "Completed", "Paused"];
  const plain = keys.flatMap((key) => plainFieldsIn(blocks, text, key)).filter(({ raw }) => isReference(raw));
  return [...fieldsIn(blocks, text).filter((field) => keys.some((key) => isKey(field, key))), ...plain]
    .sort((one, other) => one.start - other.start)
    .map((field) => ({ field, reading: parseRecent(field.raw, field.key) }));
}
