/** `.claude/work/<issue>.md` and its archived form as a typed document. Parsing is total, as for the state document. */
import { groupBy } from "../base/group.ts";
import { type Field, withoutRemark } from "../syntax/fields.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import type { Section } from "../syntax/outline.ts";
import type { Span } from "../text/edit.ts";
import type { Source } from "../text/source.ts";
import {
  type Document,
  findField,
  normalTitle,
  type Part,
  parseDocument,
  partOf,
  preferDepth,
  type Reading,
  type TimeField,
  timeFieldOf,
} from "./document.ts";
import { type IssueReading, parseIssue } from "./values.ts";

/** The sections of the format in the order in which they are written. */
export const WORK_SECTIONS = {
  description: "Issue Description",
  approach: "Approach",
  progressLog: "Progress Log",
  decisions: "Decisions Made",
  files: "Files Modified",
  learnings: "Learnings",
  tests: "Tests",
  nextActions: "Next Actions",
  related: "Related Issues",
} as const;

export type WorkSectionName = keyof typeof WORK_SECTIONS;

/** What old files call the section of tests. */
export const OLD_TESTS_TITLE = "Tests Status";

/** The header fields in the order in which they are written. */
export const WORK_FIELDS = ["GitHub", "Pull Request", "Status", "Started", "Last Updated", "Completed"] as const;

export type WorkFieldName = (typeof WORK_FIELDS)[number];

export type WorkStatus = "in_progress" | "completed";

/** A work file, read: each part has its span, and what is not there is absent. Nothing is judged. */
export interface WorkDocument extends Document {
  readonly kind: "work";
  /** The headings that name an issue, `# Issue #N: title`; the first at the right level counts. */
  readonly header?: Part<{ readonly section: Section; readonly issue: IssueReading }>;
  readonly fields: { readonly [Name in WorkFieldName]?: Part<Field> };
  readonly status?: WorkStatus;
  readonly started?: TimeField;
  readonly lastUpdated?: TimeField;
  readonly completed?: TimeField;
  readonly known: { readonly [Name in WorkSectionName]?: Part<Section> };
  /** The entries of the progress log, as they stand: newest first. */
  readonly log: readonly LogEntry[];
}

/** A `### <timestamp>` heading of the progress log with what is below it. */
export interface LogEntry extends Span {
  readonly section: Section;
  readonly title: string;
}

const HEADER = /^issue[ \t]{0,9}:?[ \t]{0,9}(?=\[?#?\d)/i;

/** Reads the text of a work file, in the work folder or archived, as `parseState` reads a state file. */
export function parseWork(source: Source, readYaml?: YamlReader): WorkDocument {
  return workFrom(source, { readYaml });
}

/** Reads a work file from its tree. */
export function workFrom(source: Source, reading: Reading): WorkDocument {
  const document = parseDocument(source, reading);
  const { text, sections } = document;
  const headers = sections.flatMap((section) => headerOf(section) ?? []);
  const header = partOf(headers.filter(({ section }) => section.depth === 1)) ?? partOf(headers);
  const places = placesOfFields(sections, header?.value.section);
  const fields = Object.fromEntries(
    WORK_FIELDS.flatMap((name) => {
      const part = findField(places, text, ...(name === "Pull Request" ? ["Pull Request", "PR"] : [name]));
      return part ? [[name, part]] : [];
    }),
  ) as WorkDocument["fields"];
  const status = statusOf(fields["Status"]?.value.value);
  const [started, lastUpdated, completed] = (["Started", "Last Updated", "Completed"] as const).map((name) =>
    timeFieldOf(fields[name]),
  );
  const known = knownSections(sections);
  return {
    ...document,
    kind: "work",
    fields,
    known,
    log: known.progressLog ? entriesOf(sections, known.progressLog.value) : [],
    ...(header && { header }),
    ...(status && { status }),
    ...(started && { started }),
    ...(lastUpdated && { lastUpdated }),
    ...(completed && { completed }),
  };
}

/** The time that says how fresh the work is: Last Updated, or Completed for finished work without it. */
export function updateTimeOf(document: WorkDocument): TimeField | undefined {
  return document.lastUpdated ?? (document.status === "completed" ? document.completed : undefined);
}

/** The Markdown of a section with what is below it, without its heading; empty where it is not there. */
export function bodyOfSection({ known, sections, text }: WorkDocument, name: WorkSectionName): string {
  const section = known[name]?.value;
  if (!section) return "";
  const isNext = (other: Section) => other.depth <= section.depth || nameOf(other) !== undefined;
  const next = sections.find((other) => other.start > section.start && isNext(other));
  return text.slice(section.bodyStart, next?.start);
}

/** The issue of the header, when it names one by number. */
export function issueOf(document: WorkDocument): { readonly number: number; readonly title: string } | undefined {
  const issue = document.header?.value.issue;
  if (issue?.kind !== "issue" || issue.issue.number === undefined) return undefined;
  return { number: issue.issue.number, title: issue.issue.title };
}

/** The status a word means; real files also say `In Progress`, `done`, `complete`. */
function statusOf(value: string | undefined): WorkStatus | undefined {
  const word =
    value &&
    withoutRemark(value)
      .toLowerCase()
      .replace(/[\s-]+/g, "_");
  return word === "in_progress" || word === "completed" ? word : undefined;
}

function headerOf(section: Section): { section: Section; issue: IssueReading } | undefined {
  if (!section.heading || section.depth > 2 || !HEADER.test(section.title)) return undefined;
  return { section, issue: parseIssue(section.title.replace(HEADER, "")) };
}

/** Header fields stand below the header; a section such as Issue Description may quote others of the same name. */
function placesOfFields(sections: readonly Section[], header: Section | undefined): readonly (readonly Section[])[] {
  const first = sections.findIndex((section) => nameOf(section) !== undefined);
  const head = sections.slice(0, first === -1 ? undefined : first);
  return header ? [[header], head] : [head];
}

function knownSections(sections: readonly Section[]): WorkDocument["known"] {
  const byName = groupBy(sections, nameOf);
  const known: { [Name in WorkSectionName]?: Part<Section> } = {};
  for (const name of Object.keys(WORK_SECTIONS) as WorkSectionName[]) {
    const part = preferDepth(byName.get(name) ?? [], 2);
    if (part) known[name] = part;
  }
  return known;
}

const NAMES: ReadonlyMap<string, WorkSectionName> = new Map([
  ...(Object.keys(WORK_SECTIONS) as WorkSectionName[]).map((name) => [normalTitle(WORK_SECTIONS[name]), name] as const),
  [normalTitle(OLD_TESTS_TITLE), "tests"] as const,
]);

/** Which of the known sections this is. */
export function nameOf(section: Section): WorkSectionName | undefined {
  return section.heading && sectionNamed(section.heading.words ?? section.title);
}

/** The known section that a heading names. */
export function sectionNamed(title: string): WorkSectionName | undefined {
  return title.length < 99 ? NAMES.get(normalTitle(title)) : undefined;
}

function entriesOf(sections: readonly Section[], log: Section): readonly LogEntry[] {
  const after = sections.slice(sections.indexOf(log) + 1);
  const end = after.findIndex((other) => other.depth <= log.depth || nameOf(other) !== undefined);
  return after
    .slice(0, end === -1 ? undefined : end)
    .filter((section) => section.depth === log.depth + 1)
    .map((section) => ({ section, title: section.title, start: section.start, end: section.end }));
}
