/**
 * From the draft to a text that reads as what was found.
 *
 * Lines stand as they stood wherever that reads well. Whether it does is not
 * assumed but tried: the text is parsed, checked, and compared with the draft. If it
 * reads differently, less and less is kept in its place, and what is not goes,
 * verbatim, into code under `## Recovered`, where nothing can be taken for structure.
 */
import { IDLE_TEXT } from "../changes/clear-active.ts";
import { activeLists, isIdle, REQUIRED_SECTIONS, type StateDocument } from "../document/state.ts";
import { newState } from "../pipeline/new-documents.ts";
import { readDocument } from "../pipeline/processor.ts";
import { hasErrors } from "../rules/check.ts";
import { sourceOf } from "../text/source.ts";
import { hasRegularHeading, textsOf } from "./chunk.ts";
import {
  chunkNamed,
  type Draft,
  divide,
  ensureChunk,
  groupsOf,
  isFree,
  linesOfGroup,
  STATE_HEADINGS,
  type StateChunk,
  type StateName,
  SUBSECTIONS,
} from "./draft.ts";
import { fieldFactOf, isArrow, isNone, itemFactOf, STATE_LABELS, stateFieldIn } from "./fact.ts";
import { issueOf } from "./fill.ts";
import { type Line, lineOf } from "./line.ts";
import { recoveredLines } from "./recovered.ts";
import type { SalvageOptions } from "./source.ts";
import { apart, BLANK, isBlank } from "./trim.ts";

interface Composition {
  /** With `\n` line endings. */
  readonly text: string;
  readonly document: StateDocument;
}

/** In characters: a text with room to be written on. */
const MAX_LENGTH = 786_432;

interface Frontmatter {
  readonly frontmatter: readonly string[] | undefined;
  /** The blank lines that stood below it. */
  readonly gap: number;
}

export function compose(draft: Draft, head: Frontmatter, options: SalvageOptions): Composition {
  for (const name of REQUIRED_SECTIONS) ensureChunk(draft, name);
  let before: Reading | undefined;
  for (const reduce of REDUCTIONS) {
    reduce(draft, before);
    const text = textOf(draft, head);
    const { document, messages } = read(text, options);
    const isFit = text.length < MAX_LENGTH && !hasErrors(messages) && readsAs(draft, document);
    if (isFit) return { text, document };
    before = { document, misread: misreadIn(draft, document) };
  }
  // Nothing of it can stand in its place: an idle state with all of it in code.
  const pairs = (head.frontmatter ?? []).filter((line) => !/^schema_version\b/.test(line));
  const all = [...pairs, ...draft.chunks.flatMap(textsOf), ...draft.orphans];
  const text = recoveredLines(newState(options.now).text.split("\n"), all).join("\n");
  return { text, document: read(text, options).document };
}

function read(text: string, { now, readYaml }: SalvageOptions) {
  return readDocument("state", sourceOf(text), { readYaml, factsOf: () => ({ now }) });
}

/** What was read of the text before. */
interface Reading {
  readonly document: StateDocument;
  /** The lists that read differently from the draft. */
  readonly misread: ReadonlySet<StateName>;
}

type Reduce = (draft: Draft, before?: Reading) => void;

const REDUCTIONS: readonly Reduce[] = [
  () => {},
  keepItems,
  keepRead,
  // Only facts stay in the sections that hold lists and fields.
  (draft) => keepFacts(draft, ({ name }) => name !== undefined && !isFree(name)),
  (draft) => keepFacts(draft, ({ name }) => isFree(name)),
  (draft) => {
    for (const text of draft.chunks.filter(({ name }) => !name).flatMap(textsOf)) draft.orphans.push(text);
    draft.chunks = draft.chunks.filter(({ name }) => name);
  },
  (draft, before) => keepRead(draft, before, 0),
  (draft) => {
    // A field that the rules refuse is no fact after all.
    for (const name of ["title", "active"] as const) {
      const chunk = chunkNamed(draft, name)!;
      const isTime = (text: string) => fieldFactOf(text, STATE_LABELS)?.key === "Last Updated";
      const division = chunk.lines.map((line) => [line, isTime(line.text)] as const);
      divide(draft, chunk, division);
    }
  },
];

/** Whatever stands between the items of a list goes; what belongs to them stays. */
function keepItems(draft: Draft, before?: Reading): void {
  for (const chunk of draft.chunks.filter(({ name }) => name && before?.misread.has(name))) {
    const division = groupsOf(chunk.lines).flatMap((group) => {
      const stays = group.item !== undefined || isBlank(group.head);
      return linesOfGroup(group).map((line) => [line, stays] as const);
    });
    divide(draft, chunk, division);
  }
}

/**
 * An item that is read as something else goes: a rule, a list, a heading or code behind a bullet.
 * A list of which fewer than `least` items are read may stand where it is not looked for.
 */
function keepRead(draft: Draft, before?: Reading, least = 1): void {
  const lists = before && activeLists(before.document);
  for (const name of SUBSECTIONS.filter((one) => before?.misread.has(one))) {
    const found = lists![name].map(({ raw }) => raw);
    const chunk = chunkNamed(draft, name);
    if (!chunk || found.length < least) continue;
    const division = groupsOf(chunk.lines).flatMap((group) => {
      const text = group.item?.text.trimEnd() ?? "";
      const at = group.item ? found.findIndex((raw) => raw.startsWith(text)) : 0;
      const isRead = group.item ? at !== -1 : isBlank(group.head);
      if (isRead && group.item) found.splice(0, at + 1);
      const [first, ...below] = linesOfGroup(group);
      // What is nested only because it is an answer must not be an item of its own.
      return [[first!, isRead] as const, ...below.map((line) => [line, isRead && !isOwnItem(line)] as const)];
    });
    divide(draft, chunk, division);
  }
}

function isOwnItem({ text, inert }: Line): boolean {
  const item = inert ? undefined : itemFactOf(text);
  return item !== undefined && item.indent < 2;
}

function keepFacts(draft: Draft, concerns: (chunk: StateChunk) => boolean): void {
  for (const chunk of draft.chunks.filter(concerns)) {
    const division = groupsOf(chunk.lines).flatMap((group) => {
      const [first, ...below] = linesOfGroup(group);
      const { head, item } = group;
      const isFact = item !== undefined || stateFieldIn(head) !== undefined || isNone(head.text) || isBlank(head);
      const answers = below.map((line) => [line, !line.inert && isArrow(line.text)] as const);
      return [[first!, isFact] as const, ...answers];
    });
    divide(draft, chunk, division);
  }
}

function textOf(draft: Draft, { frontmatter, gap }: Frontmatter): string {
  const lines: string[] = frontmatter ? ["---", ...frontmatter, "---"] : [];
  // Where the title stands as it stood, so do the blank lines above it.
  if (frontmatter && draft.chunks[0]?.heading !== undefined && !draft.chunks[0].made)
    for (let blank = 0; blank < gap; blank++) lines.push("");
  const head = lines.length;
  let wasMade = false;
  for (const chunk of draft.chunks) {
    const isApart = wasMade || chunk.made || draft.disordered;
    if (isApart && lines.length > head && lines.at(-1)!.trim() !== "") lines.push("");
    for (const line of [...headingLines(chunk), ...bodyOf(chunk)]) lines.push(line);
    wasMade = chunk.made === true;
  }
  return recoveredLines(lines, draft.orphans).join("\n");
}

function headingLines(chunk: StateChunk): string[] {
  const { name, heading, made } = chunk;
  if (!name) return heading === undefined ? [] : heading.split("\n");
  if (name === "title" && heading === undefined && !made) return [];
  return isRegular(chunk) ? heading!.split("\n") : [`${"#".repeat(STATE_HEADINGS.depthOf(name))} ${titleOf(chunk)}`];
}

/** Whether the heading stands as it should, underlined or not. */
function isRegular(chunk: StateChunk): boolean {
  const { name, title, depth } = chunk;
  const isOwn = name === "title" || STATE_HEADINGS.named(title) === name;
  return isOwn && depth === STATE_HEADINGS.depthOf(name!) && hasRegularHeading(chunk);
}

function titleOf(chunk: StateChunk): string {
  const { name, title } = chunk;
  return name === undefined || name === "title" || isRegular(chunk) ? title : STATE_HEADINGS.titleOf(name);
}

function bodyOf({ name, lines, made }: StateChunk): string[] {
  const isEmpty = name === "active" && lines.every(isBlank);
  const body = made ? [BLANK, ...apart(isEmpty ? [lineOf(IDLE_TEXT)] : lines)] : lines;
  return body.flatMap(({ text, inert }, at) => {
    // Dashes below a line would make a heading of it.
    const isMarked = name !== undefined && !isFree(name) && !inert && UNDERLINE.test(text);
    return isMarked && (body[at - 1]?.text.trim() ?? "") !== "" ? ["", text] : [text];
  });
}

const UNDERLINE = /^ {0,3}(?:-+|=+)[ \t]*$/;

/** The lists that do not have the items of the draft. */
function misreadIn(draft: Draft, document: StateDocument): ReadonlySet<StateName> {
  const lists = activeLists(document);
  const isSame = (name: keyof typeof lists) => {
    const wanted = groupsOf(chunkNamed(draft, name)?.lines ?? []).flatMap(({ item }) => (item ? [item.text] : []));
    const found = lists[name];
    return found.length === wanted.length && wanted.every((text, at) => found[at]!.raw.startsWith(text.trimEnd()));
  };
  return new Set(SUBSECTIONS.filter((name) => !isSame(name)));
}

/** Whether the document that was read has the sections, fields and items of the draft. */
function readsAs(draft: Draft, document: StateDocument): boolean {
  const recent = (chunkNamed(draft, "recentWork")?.lines ?? []).filter(({ text, inert }) => {
    const fact = inert ? undefined : fieldFactOf(text, RECENT);
    // Without asterisks such a label is a word, unless it names an issue.
    return fact && (fact.bold || /^\[?#\d/.test(fact.value));
  });
  const titles = draft.chunks.filter((chunk) => headingLines(chunk).length > 0).map(titleOf);
  const found = document.sections.flatMap(({ heading, title, depth }) => (heading && depth > 0 ? [title] : []));
  const wanted = issueOf(draft);
  const named = document.active.issue?.kind === "issue" ? document.active.issue.issue : undefined;
  return (
    titles.every((title, at) => found[at]?.trim() === title.trim()) &&
    (wanted ? named?.id === wanted.id : isIdle(document)) &&
    misreadIn(draft, document).size === 0 &&
    document.recentWork.length === recent.length
  );
}

const RECENT = ["Previous Issue", "Completed", "Paused"];
