/** What can stand at a place: issues behind `#`, sections behind `##`, glyphs, statuses, the time. */
import { type CompletionItem, CompletionItemKind } from "vscode-languageserver/node";
import { printable } from "../../base/line.ts";
import { formatTime } from "../../base/time.ts";
import { GLYPHS } from "../../document/glyphs.ts";
import type { ListedIssue } from "../../gate/documents/list.ts";
import { sectionsOf } from "../../rules/known.ts";
import type { AnyDocument } from "../../rules/rule.ts";
import type { Span } from "../../text/edit.ts";
import { isVerbatim, lineAround, type View } from "../view.ts";

/** The issues of the project; asked for only where one is to be named. */
export type FindIssues = () => Promise<Iterable<ListedIssue>>;

/** Characters behind which an editor asks by itself. */
export const TRIGGERS = ["#", " "];

const ISSUE = /(?<![\w#&/])#(\d*)$/;
const HEADING = /^ {0,3}#{1,3}(?:[ \t]|$)/;
const FIELD = /^[ \t]*(?:[-*+][ \t]+)?\*\*(Status|Last Updated|Started|Completed)(?::\*\*|\*\*:)[ \t]*/i;
const BULLET = /^[ \t]*[-*+][ \t]+$/;

export async function completionsAt(view: View, offset: number, findIssues: FindIssues): Promise<CompletionItem[]> {
  const { document, text } = view;
  if (document === undefined || isVerbatim(view, offset)) return [];
  const { start } = lineAround(view, offset);
  const before = text.slice(start, offset);
  if (HEADING.test(before)) return sections(view, document, { start, end: offset });
  const issue = ISSUE.exec(before);
  if (issue) return issuesFor(view, { start: start + issue.index, end: offset }, await findIssues());
  const field = FIELD.exec(before);
  if (field) return values(view, document, field[1]!, { start: start + field[0].length, end: offset });
  if (!BULLET.test(before) || !takesGlyphs(document, offset)) return [];
  return Object.entries(GLYPHS).map(([status, glyph]) =>
    itemOf(
      view,
      { label: `${glyph} ${status.replaceAll("_", " ")}`, text: `${glyph} ` },
      { start: offset, end: offset },
    ),
  );
}

interface Choice {
  readonly label: string;
  readonly text: string;
  readonly detail?: string;
  /** What is typed to find it; the label by default. */
  readonly filter?: string;
}

function itemOf(view: View, { label, text, detail, filter }: Choice, span: Span, at?: number): CompletionItem {
  return {
    label,
    kind: CompletionItemKind.Value,
    textEdit: { range: view.rangeOf(span), newText: text },
    ...(detail !== undefined && { detail }),
    ...(filter !== undefined && { filterText: filter }),
    ...(at !== undefined && { sortText: String(at).padStart(6, "0") }),
  };
}

/** In the order in which issues are listed: the active one, then the newest. */
function issuesFor(view: View, span: Span, issues: Iterable<ListedIssue>): CompletionItem[] {
  return [...issues].map(({ issueNumber, title, status, active }, at) => {
    const label = printable(`#${issueNumber} ${title}`);
    const detail = active ? "active" : (status?.replaceAll("_", " ") ?? "");
    return itemOf(view, { label, text: `#${issueNumber}`, detail, filter: label }, span, at);
  });
}

/** The sections that are not there yet and, in the log, the moment. */
function sections(view: View, document: AnyDocument, span: Span): CompletionItem[] {
  const missing = sectionsOf(document).filter(({ part }) => part === undefined);
  const headings = missing.map(({ title, depth }) => `${"#".repeat(depth)} ${title}`);
  const log = document.kind === "work" ? document.known.progressLog?.value : undefined;
  const isInLog = log !== undefined && span.start >= log.bodyStart;
  return [...(isInLog ? [`### ${formatTime(view.now)}`] : []), ...headings].map((heading, at) =>
    itemOf(view, { label: heading, text: heading }, span, at),
  );
}

function values(view: View, { kind }: AnyDocument, key: string, span: Span): CompletionItem[] {
  if (key.toLowerCase() !== "status") {
    const now = formatTime(view.now);
    return [itemOf(view, { label: now, text: now, detail: "now" }, span)];
  }
  return kind === "work" ? ["in_progress", "completed"].map((text) => itemOf(view, { label: text, text }, span)) : [];
}

/** Work files list what is done in many places, the state file in Progress alone. */
function takesGlyphs(document: AnyDocument, offset: number): boolean {
  if (document.kind === "work") return true;
  const progress = document.known.progress?.value;
  return progress !== undefined && progress.bodyStart <= offset && offset <= progress.end;
}
