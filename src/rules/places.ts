/** Where a document names times and issues: what many rules look at, listed once. */
import { parseTime, type TimeReading } from "../base/time.ts";
import type { TimeField } from "../document/document.ts";
import type { StateHead } from "../document/state.ts";
import type { IssueReading } from "../document/values.ts";
import type { WorkDocument } from "../document/work.ts";
import type { Field } from "../syntax/fields.ts";
import type { Span } from "../text/edit.ts";
import type { AnyDocument, Severity } from "./rule.ts";
import { meantStatus } from "./status.ts";

/** Where a file begins: the place of what concerns all of it. */
export const FILE_START: Span = { start: 0, end: 0 };

/** The place of the title; the start of the file where there is none. */
export function titlePlaceOf(document: AnyDocument): Span {
  const title =
    document.kind === "work" ? document.header?.value.section : document.sections.find(({ depth }) => depth === 1);
  return title?.heading ?? FILE_START;
}

/** A field that holds a time. */
export interface TimePlace {
  readonly time: TimeField;
  /** How bad a fault is: `error` where the freshness or the start of the work depends on it. */
  readonly severity: Severity;
  /** Whether the format asks for the field. */
  readonly required: boolean;
}

/** The time fields that are there. */
export function timesOf(document: StateHead | WorkDocument): readonly TimePlace[] {
  if (document.kind === "state") {
    return [...timePlace(document.lastUpdated, true, true), ...timePlace(document.active.started, true, false)];
  }
  const standsIn = document.lastUpdated === undefined && meantStatus(document) === "completed";
  return [
    ...timePlace(document.started, true, true),
    ...timePlace(document.lastUpdated, true, true),
    ...timePlace(document.completed, standsIn, standsIn),
  ];
}

function timePlace(time: TimeField | undefined, trusted: boolean, required: boolean): TimePlace[] {
  return time ? [{ time, severity: trusted ? "error" : "warning", required }] : [];
}

/** The times in the fields and in the headings of the progress log, which says what is past. */
export function* writtenTimes(document: StateHead | WorkDocument): Generator<[Span, string, TimeReading, Severity]> {
  for (const { time, severity } of timesOf(document)) {
    if (time.reading) yield [time.field.valueSpan, time.field.raw, time.reading, severity];
  }
  if (document.kind !== "work") return;
  for (const { section, title } of document.log) {
    const reading = parseTime(title);
    if (reading) yield [section.heading!.content, title, reading, "warning"];
  }
}

/** A place that names an issue; the span is that of `raw`. */
export interface IssuePlace extends Span {
  /** Recent Work tells what was; the other two decide what the document is about. */
  readonly role: "current" | "header" | "recent";
  readonly reading: IssueReading;
  /** What was typed, from the issue's id on. */
  readonly raw: string;
}

/** The places that name an issue. */
export function issuesOf(document: AnyDocument): readonly IssuePlace[] {
  if (document.kind === "work") {
    if (!document.header) return [];
    const { section, issue } = document.header.value;
    const [label] = /^issue\s*:?\s*/i.exec(section.title) ?? [""];
    const { start, end } = section.heading!.content;
    return [
      { role: "header", reading: issue, raw: section.title.slice(label.length), start: start + label.length, end },
    ];
  }
  const { issueField, issue } = document.active;
  return [
    ...(issueField && issue ? [issuePlace("current", issueField.value, issue)] : []),
    ...document.recentWork.map(({ field, reading }) => issuePlace("recent", field, reading.issue)),
  ];
}

function issuePlace(role: IssuePlace["role"], field: Field, reading: IssueReading): IssuePlace {
  return { role, reading, raw: field.raw, ...field.valueSpan };
}

/** Where the number of the active issue stands, if the document names one. */
export function activeIssueOf({
  active: { issueField, issue },
}: StateHead): { readonly number: number; readonly span: Span } | undefined {
  if (!issueField || issue?.kind !== "issue" || issue.issue.number === undefined) return undefined;
  return { number: issue.issue.number, span: issueField.value.valueSpan };
}
