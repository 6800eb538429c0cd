/** Recent Work: a line is added at the top, the list stays at three, an issue stands in it once. */
import { formatDate } from "../base/time.ts";
import type { RecentEntry, StateDocument } from "../document/state.ts";
import { hideRecentEnd, type IssueReference } from "../document/values.ts";
import { encodeText } from "../syntax/escape.ts";
import { type Field, makeField } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import { nextLine, startOfLine } from "../text/lines.ts";
import { insertLines, removeLines, startOfBody } from "./place.ts";

/** How many issues Recent Work holds. */
export const MAX_RECENT = 3;

export interface RecentInput {
  /** The issue's number, or the id that stood there. */
  readonly id: string;
  readonly title: string;
  /** The issue as it stood in its field, where number and title do not say all of it. */
  readonly raw?: string;
  readonly status: "Completed" | "Paused";
  /** When, in milliseconds since the epoch; its day is written. */
  readonly instant: number;
  readonly reason?: string;
}

/** The value of a Previous Issue field, encoded. */
export function recentValue(input: RecentInput): string {
  const title = input.title === "" ? "" : ` - ${encodeText(input.title)}`;
  const reason = input.reason === undefined ? "" : ` — ${hideRecentEnd(encodeText(input.reason))}`;
  const issue = input.raw ?? `${/^\d+$/.test(input.id) ? "#" : ""}${input.id}${title}`;
  return `${issue} (${input.status} ${formatDate(input.instant)})${reason}`;
}

/** The active issue as Recent Work shall name it: several numbers and links stay as they stand. */
export function recentOf(field: Field, issue: IssueReference): Pick<RecentInput, "id" | "title" | "raw"> {
  const id = String(issue.number ?? issue.id);
  const isMore = issue.number === undefined || issue.others.length > 0 || field.raw.includes("](");
  return { id, title: issue.title, ...(isMore && { raw: field.raw }) };
}

export function addRecent(document: StateDocument, input: RecentInput): readonly Edit[] {
  const { text } = document;
  const section = document.known.recentWork!.value;
  const same = document.recentWork.filter(({ reading }) => isIssue(reading.issue, input.id));
  const others = document.recentWork.filter((entry) => !same.includes(entry));
  const dropped = [...same, ...others.slice(MAX_RECENT - 1)];
  const line = makeField("Previous Issue", recentValue(input));
  const [first] = document.recentWork;
  const offset = first ? startOfLine(text, first.field.start) : startOfBody(text, section);
  const bullet = first ? (/^[ \t]*[-*+][ \t]+/.exec(text.slice(offset, first.field.start))?.[0] ?? "") : "";
  const insertion = insertLines(document, offset, [bullet + line], { before: !first, after: !first });
  return [insertion, ...dropped.map((entry) => removeEntry(document, entry))];
}

/** How many issues stand in Recent Work once `input` is added. */
export function countRecent(document: StateDocument, id: string): number {
  const others = document.recentWork.filter(({ reading }) => !isIssue(reading.issue, id));
  return Math.min(MAX_RECENT, others.length + 1);
}

export function isIssue(issue: RecentEntry["reading"]["issue"], id: string): boolean {
  return issue.kind === "issue" && String(issue.issue.number ?? issue.issue.id) === id;
}

/** The line of an entry goes; the new line takes the place of the first, so the blank lines around that one stay. */
function removeEntry({ text, recentWork }: StateDocument, entry: RecentEntry): Edit {
  const { start, end } = entry.field;
  if (entry === recentWork[0]) return { start: startOfLine(text, start), end: nextLine(text, end), text: "" };
  return removeLines(text, entry.field);
}
