/** Answers that need more than the document: the rules' fixes applied again and again, other files, the issues of a project. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type CompletionItem,
  type Location,
  type TextDocumentPositionParams,
} from "vscode-languageserver/node";
import { smallestEdit } from "../document/items.ts";
import { exists } from "../files/read/read.ts";
import { mended } from "../gate/documents/mend.ts";
import { search } from "../gate/documents/search.ts";
import { archivePath, workPath } from "../gate/gate.ts";
import { fixAll, isWanted, quickFixes } from "./capabilities/code-actions.ts";
import { completionsAt } from "./capabilities/completion.ts";
import { hoverAt } from "./capabilities/hover.ts";
import { type Mention, mentionAt, mentionsIn } from "./capabilities/mentions.ts";
import type { Reading } from "./documents.ts";
import { uriOf } from "./projects.ts";
import type { Session } from "./session.ts";

/** The fixes in a range, and the one that mends all of the document. */
export async function actionsFor(
  session: Session,
  { open, view, snapshot }: Reading,
  params: CodeActionParams,
): Promise<CodeAction[]> {
  const quick = quickFixes(view, params, session);
  if (!isWanted(CodeActionKind.SourceFixAll, params.context.only) || view.document === undefined) return quick;
  const all = await mended(open.gate, snapshot);
  const edit = all && smallestEdit(0, view.text, all.document.text);
  return [...quick, ...fixAll(view, edit ? [edit] : [], session)];
}

/** What is said of a place. */
export async function hoverFor({ issues }: Session, { open, view }: Reading, { position }: TextDocumentPositionParams) {
  const offset = view.offsetAt(position);
  const mention = mentionAt(view, offset);
  const known = mention && (await issues.of(open.gate)).get(mention.issue);
  return hoverAt(view, offset, mention && { ...mention, known });
}

/** What can stand at a place. */
export async function completionsFor(
  { issues }: Session,
  { open, view }: Reading,
  { position }: TextDocumentPositionParams,
): Promise<CompletionItem[]> {
  return await completionsAt(view, view.offsetAt(position), async () => (await issues.of(open.gate)).values());
}

/** The files of the issue that is named at a place: at work, archived, or both. */
export function definitionFor(
  _session: Session,
  { open: { gate }, view }: Reading,
  { position }: TextDocumentPositionParams,
): Location[] {
  const mention = mentionAt(view, view.offsetAt(position));
  if (mention === undefined) return [];
  const paths = [workPath(mention.issue), archivePath(mention.issue)].filter((path) => exists(gate.project, path));
  return paths.map((path) => ({ uri: uriOf(gate, path), range: FILE_RANGE }));
}

/** Places that anybody would look through. */
const MOST = 10_000;
const FILE_RANGE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Where else the issue is named that is named at a place; in open documents as they stand in the editor. */
export async function referencesFor(
  { documents }: Session,
  { open: { gate }, view }: Reading,
  { position }: TextDocumentPositionParams,
): Promise<Location[]> {
  const named = mentionAt(view, view.offsetAt(position));
  if (named === undefined) return [];
  const opened = documents.all().filter((each) => each.gate === gate);
  const { matches } = await search(gate, { words: [`#${named.issue}`] });
  const closed = matches.filter(({ path }) => !opened.some((each) => each.path === path));
  const ofDisk = closed.flatMap(({ path, line, text }) =>
    mentionsOf(named.issue, text).map(({ start, end }) => {
      const at = (character: number) => ({ line: line - 1, character });
      return { uri: uriOf(gate, path), range: { start: at(start), end: at(end) } };
    }),
  );
  const ofEditor: Location[] = [];
  for (const { uri } of opened) {
    const other = (await documents.read(uri))?.view;
    if (other?.document === undefined) continue;
    const spans = mentionsOf(named.issue, other.text);
    ofEditor.push(...spans.map((span) => ({ uri, range: other.rangeOf(span) })));
  }
  return [...ofEditor, ...ofDisk].slice(0, MOST);
}

function mentionsOf(issue: number, text: string): Mention[] {
  return mentionsIn(text).filter((mention) => mention.issue === issue);
}
