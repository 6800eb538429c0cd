/**
 * From the draft to a text that reads as what was found.
 *
 * Lines stand as they stood wherever that reads well. Whether it does is not
 * assumed but tried: the text is parsed, checked, and compared with the draft. If it
 * reads differently, less and less is kept in its place, and what is not goes,
 * verbatim, into code under `## Recovered`, where nothing can be taken for structure.
 */
import { IDLE_TEXT } from "../changes/clear-active.ts";
import { SCHEMA_VERSION } from "../document/document.ts";
import { isIdle, parseState, type StateDocument } from "../document/state.ts";
import { newState } from "../pipeline/new-documents.ts";
import { checkState, hasErrors } from "../rules/check.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { sourceOf } from "../text/source.ts";
import {
  chunkNamed,
  type Draft,
  ensureChunk,
  groupsOf,
  linesOfGroup,
  STATE_HEADINGS,
  type StateChunk,
  type StateName,
} from "./draft.ts";
import { fieldFactOf, isArrow, isNone, STATE_LABELS } from "./fact.ts";
import { issueOf } from "./fill.ts";
import { headingOf, type Line } from "./line.ts";
import { recoveredLines } from "./recovered.ts";
import { BLANK, trimmed } from "./trim.ts";

export interface Composition {
  /** With `\n` line endings. */
  readonly text: string;
  readonly document: StateDocument;
}

/** In characters: a text with room to be written on. */
const MAX_LENGTH = 786_432;

export interface ComposeOptions {
  readonly frontmatter: readonly string[] | undefined;
  /** The blank lines that stood below it. */
  readonly gap: number;
  readonly now: number;
  readonly readYaml: YamlReader;
}

export function compose(draft: Draft, options: ComposeOptions): Composition {
  for (const name of ["active", "recentWork", "blockers", "context"] as const) ensureChunk(draft, name);
  let misread: ReadonlySet<StateName> = new Set();
  for (const reduce of REDUCTIONS) {
    reduce(draft, misread);
    const composition = read(textOf(draft, options), options);
    const diagnostics = checkState(composition.document, { now: options.now });
    const fits = composition.text.length < MAX_LENGTH;
    if (fits && !hasErrors(diagnostics) && readsAs(draft, composition.document)) return composition;
    misread = misreadIn(draft, composition.document);
  }
  // Nothing of it can stand in its place: an idle state with all of it in code.
  const all = draft.chunks.flatMap(({ heading, lines }) => [heading ?? "", ...lines.map(({ text }) => text)]);
  const pairs = (options.frontmatter ?? []).filter((line) => !/^schema_version\b/.test(line));
  const lines = recoveredLines(newState(options.now).text.split("\n"), [...pairs, ...all, ...draft.orphans]);
  return read(lines.join("\n"), options);
}

function read(text: string, { readYaml }: ComposeOptions): Composition {
  return { text, document: parseState(sourceOf(text), readYaml) };
}

/** `misread` names the lists that read differently from the draft. */
type Reduce = (draft: Draft, misread: ReadonlySet<StateName>) => void;

const REDUCTIONS: readonly Reduce[] = [
  () => {},
  (draft, misread) => keepItems(draft, misread),
  // Only facts stay in the sections that hold lists and fields.
  (draft) => keepOnly(draft, ({ name }) => name !== undefined && name !== "context" && name !== "blockers"),
  (draft) => keepOnly(draft, ({ name }) => name === "context" || name === "blockers"),
  (draft) => {
    for (const chunk of draft.chunks.filter(({ name }) => !name)) {
      draft.orphans.push(chunk.heading!);
      for (const { text } of trimmed(chunk.lines)) draft.orphans.push(text);
    }
    draft.chunks = draft.chunks.filter(({ name }) => name);
  },
  (draft) => {
    // A field that the rules refuse is no fact after all.
    for (const name of ["title", "active"] as const) {
      const chunk = chunkNamed(draft, name)!;
      const [kept, rest] = partition(
        chunk.lines,
        ({ text }) => fieldFactOf(text, STATE_LABELS)?.key === "Last Updated",
      );
      chunk.lines = kept;
      for (const { text } of trimmed(rest)) draft.orphans.push(text);
    }
  },
];

/** Whatever stands between the items of a list goes; what belongs to them stays. */
function keepItems(draft: Draft, names: ReadonlySet<StateName>): void {
  for (const chunk of draft.chunks.filter(({ name }) => name && names.has(name))) {
    const [kept, rest] = partition(
      groupsOf(chunk.lines),
      ({ head, item }) => item !== undefined || head.text.trim() === "",
    );
    chunk.lines = kept.flatMap(linesOfGroup);
    for (const { text } of trimmed(rest.flatMap(linesOfGroup))) draft.orphans.push(text);
  }
}

function keepOnly(draft: Draft, concerns: (chunk: StateChunk) => boolean): void {
  for (const chunk of draft.chunks.filter(concerns)) {
    const kept: Line[] = [];
    for (const { head, item, below } of groupsOf(chunk.lines)) {
      const isFact = item !== undefined || (!head.inert && fieldFactOf(head.text, STATE_LABELS)) || isNone(head.text);
      if (isFact || head.text.trim() === "") kept.push(item ? { text: item.line, inert: false } : head);
      else draft.orphans.push(head.text);
      for (const line of below) {
        if (!line.inert && isArrow(line.text)) kept.push(line);
        else draft.orphans.push(line.text);
      }
    }
    chunk.lines = kept;
  }
}

function partition<T>(list: readonly T[], test: (value: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((value) => !test(value))];
}

function textOf(draft: Draft, { frontmatter, gap }: ComposeOptions): string {
  const lines: string[] = frontmatter ? ["---", ...frontmatter, "---"] : [];
  // Where the title stands as it stood, so do the blank lines above it.
  if (frontmatter && draft.chunks[0]?.heading !== undefined && !draft.chunks[0].made)
    lines.push(...Array.from({ length: gap }, () => ""));
  const head = lines.length;
  let wasMade = false;
  for (const chunk of draft.chunks) {
    const apart = (wasMade || chunk.made || draft.disordered) && lines.length > head && lines.at(-1)!.trim() !== "";
    if (apart) lines.push("");
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
function isRegular({ name, heading, title, depth }: StateChunk): boolean {
  if (heading === undefined || depth !== STATE_HEADINGS.depthOf(name!)) return false;
  const isOwn = name === "title" || STATE_HEADINGS.named(title) === name;
  return isOwn && (heading.includes("\n") || headingOf(heading, () => false) !== undefined);
}

function titleOf(chunk: StateChunk): string {
  const { name, title } = chunk;
  return name === undefined || name === "title" || isRegular(chunk) ? title : STATE_HEADINGS.titleOf(name);
}

function bodyOf(chunk: StateChunk): string[] {
  const { name, lines } = chunk;
  const own = [...lines];
  if (name === "active" && chunk.made && trimmed(own).length === 0)
    own.splice(0, own.length, BLANK, { text: IDLE_TEXT, inert: false }, BLANK);
  const isMarked = name !== undefined && name !== "context" && name !== "blockers";
  const inside = trimmed(own);
  return (chunk.made ? [BLANK, ...inside, ...(inside.length > 0 ? [BLANK] : [])] : own).flatMap(
    ({ text, inert }, at, all) => {
      // Dashes below a line would make a heading of it.
      const underlines = isMarked && !inert && UNDERLINE.test(text) && (all[at - 1]?.text.trim() ?? "") !== "";
      return underlines ? ["", text] : [text];
    },
  );
}

const UNDERLINE = /^ {0,3}(?:-+|=+)[ \t]*$/;

/** The lists that do not have the items of the draft. */
function misreadIn(draft: Draft, document: StateDocument): ReadonlySet<StateName> {
  const lists = {
    progress: document.progress.map(({ item }) => item),
    nextSteps: document.nextSteps,
    openQuestions: document.openQuestions.map(({ item }) => item),
  };
  const isSame = (name: keyof typeof lists) => {
    const wanted = groupsOf(chunkNamed(draft, name)?.lines ?? []).flatMap(({ item }) => (item ? [item.text] : []));
    const found = lists[name];
    return found.length === wanted.length && wanted.every((text, at) => found[at]!.raw.startsWith(text.trimEnd()));
  };
  return new Set((["progress", "nextSteps", "openQuestions"] as const).filter((name) => !isSame(name)));
}

/** Whether the text says what the draft says: the same sections, fields and items. */
function readsAs(draft: Draft, document: StateDocument): boolean {
  const recent = (chunkNamed(draft, "recentWork")?.lines ?? []).filter(
    ({ text, inert }) => !inert && /^(?:Previous Issue|Completed|Paused)$/.test(fieldFactOf(text, RECENT)?.key ?? ""),
  );
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

export function legacyOrNew(body: readonly string[] | undefined, isWhole: boolean): readonly string[] | undefined {
  return body ?? (isWhole ? undefined : [`schema_version: ${SCHEMA_VERSION}`]);
}
