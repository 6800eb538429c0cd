/** Documents as mdast, for whoever prints or changes trees: all that the format knows of them, written anew. */
import type { Root, RootContent, Text } from "mdast";
import { arrowLine, progressLine } from "../changes/update-progress.ts";
import { contentOf, type RecentWorkItem, type StateContent } from "../document/content.ts";
import { SCHEMA_VERSION } from "../document/document.ts";
import { GLYPHS } from "../document/glyphs.ts";
import { arrowOf } from "../document/question.ts";
import { STATE_SECTIONS, type StateDocument } from "../document/state.ts";
import { hideRecentEnd } from "../document/values.ts";
import {
  bodyOfSection,
  issueOf,
  WORK_FIELDS,
  WORK_SECTIONS,
  type WorkDocument,
  type WorkFieldName,
  type WorkSectionName,
} from "../document/work.ts";
import { encodeLine, encodeText } from "../syntax/escape.ts";
import { fields, heading, lines, list, text } from "./nodes.ts";

/** The words of an idle state file. */
const IDLE_TEXT = "No active work currently.";

/** What a work file says: header fields as text, the bodies of sections as Markdown, which stays as it is. */
export interface WorkContent {
  readonly number: number;
  readonly title: string;
  readonly fields: { readonly [Name in WorkFieldName]?: string };
  readonly sections: { readonly [Name in WorkSectionName]?: string };
}

/** A state file as a tree: from a document, or from what `contentOf` and `status` give. */
export function stateToMdast(state: StateDocument | StateContent): Root {
  const content = "progressItems" in state ? state : contentOf(state);
  const { lastUpdated = "", recentWork, blockers, context } = content;
  return root([
    heading(1, "Session State"),
    fields([["Last Updated", lastUpdated]]),
    heading(2, STATE_SECTIONS.active.title),
    ...activeOf(content),
    heading(2, STATE_SECTIONS.recentWork.title),
    ...(recentWork.length > 0 ? [fields(recentWork.map(recentOf))] : []),
    heading(2, STATE_SECTIONS.blockers.title),
    ...(blockers ? [lines(blockers.split("\n"))] : []),
    heading(2, STATE_SECTIONS.context.title),
    ...listOf(context),
  ]);
}

/** A work file as a tree: from a document, or from plain data. Sections that the format does not know are left out. */
export function workToMdast(work: WorkDocument | WorkContent): Root {
  const content = "kind" in work ? contentOfWork(work) : work;
  const values = WORK_FIELDS.flatMap((name) => {
    const value = content.fields[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const sections = Object.entries(WORK_SECTIONS).flatMap(([name, title]) => {
    const body = content.sections[name as WorkSectionName] ?? "";
    return [heading(2, title), ...markdownOf(body)];
  });
  const title = content.title === "" ? "" : `: ${content.title}`;
  return root([heading(1, `Issue #${content.number}${title}`), fields(values), ...sections]);
}

function root(children: readonly RootContent[]): Root {
  return { type: "root", children: [{ type: "yaml", value: `schema_version: ${SCHEMA_VERSION}` }, ...children] };
}

function activeOf(content: StateContent): RootContent[] {
  const { issueNumber, issueTitle, branch, started, progressItems, nextSteps, openQuestions } = content;
  const number = issueNumber === undefined ? "" : `#${issueNumber}`;
  const issue = [number, issueTitle].filter((part) => part).join(" - ");
  const named = fields([
    ["Current Issue", issue, encodeText(issue)],
    ...(branch === undefined ? [] : [["Branch", branch] as const]),
    ...(started === undefined ? [] : [["Started", started] as const]),
  ]);
  return [
    issueTitle === undefined ? lines([IDLE_TEXT]) : named,
    ...subsection(STATE_SECTIONS.progress.title, progressItems.map(progressOf)),
    ...subsection(STATE_SECTIONS.nextSteps.title, nextSteps.map(lineOf), true),
    ...subsection(STATE_SECTIONS.openQuestions.title, openQuestions.map(questionOf)),
  ];
}

function subsection(title: string, items: readonly Text[], ordered = false): RootContent[] {
  return items.length === 0 ? [] : [heading(3, title), list(items, ordered)];
}

function progressOf(item: StateContent["progressItems"][number]): Text {
  const { status, text: words, percentage } = item;
  const value = `${GLYPHS[status]} ${words}${percentage === undefined ? "" : ` (${percentage}% done)`}`;
  return text(value.replace(/ $/, ""), progressLine(item).replace(/ $/, ""));
}

function lineOf(line: string): Text {
  return text(line, encodeLine(line));
}

function listOf(values: readonly string[]): RootContent[] {
  return values.length === 0 ? [] : [list(values.map(lineOf))];
}

function questionOf({ question, ...said }: StateContent["openQuestions"][number]): Text {
  const arrow = arrowOf(said);
  if (arrow === undefined) return lineOf(question);
  return text(`${question}\n→ ${arrow}`, `${encodeLine(question)}\n${arrowLine(arrow)}`);
}

function recentOf(item: RecentWorkItem): readonly [key: string, value: string, encoded: string] {
  const { issueNumber, issueTitle, status, date, reason } = item;
  const name = [issueNumber === undefined ? "" : `#${issueNumber}`, issueTitle ?? ""].filter((part) => part !== "");
  const word = status === undefined ? "" : status.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const end = [word, date ?? ""].filter((part) => part !== "").join(" ");
  const parts = [name.join(" - "), end === "" ? "" : ` (${end})`, reason === undefined ? "" : ` — ${reason}`];
  const encoded = [encodeText(parts[0]!), parts[1]!, hideRecentEnd(encodeText(parts[2]!))].join("");
  return ["Previous Issue", parts.join(""), encoded];
}

function contentOfWork(document: WorkDocument): WorkContent {
  const { number = Number.NaN, title = "" } = issueOf(document) ?? {};
  const values = Object.entries(document.fields).map(([name, part]) => [name, part.value.value]);
  const sections = Object.keys(document.known).map((name) => [name, bodyOfSection(document, name as WorkSectionName)]);
  return { number, title, fields: Object.fromEntries(values), sections: Object.fromEntries(sections) };
}

/** Markdown that is printed as it stands. */
function markdownOf(body: string): RootContent[] {
  const value = body.trim();
  return value === "" ? [] : [{ type: "html", value }];
}
