/** Save: what was done goes into the work file. Everything is added, nothing is replaced. */
import { formatTime } from "../base/time.ts";
import { type Item, itemsIn, textOfItem } from "../document/items.ts";
import { WORK_SECTIONS, type WorkDocument, type WorkSectionName } from "../document/work.ts";
import { decodeText, encodeLine, encodeText } from "../syntax/escape.ts";
import { setValue } from "../syntax/fields.ts";
import type { Edit } from "../text/edit.ts";
import type { DecisionInput, FileInput, TestInput } from "./inputs.ts";
import { appendItems, type Entry, endOfItem, makeItem } from "./list.ts";
import { endOfContent, insertLines, startOfBody } from "./place.ts";

export interface WorkUpdate {
  /** Encoded lines of a new log entry, one bullet each; empty for no entry. */
  readonly log: readonly string[];
  readonly decisions: readonly DecisionInput[];
  readonly learnings: readonly string[];
  readonly files: readonly FileInput[];
  readonly tests: readonly TestInput[];
  readonly nextActions: readonly string[];
  /** Whether an entry that says the same as the newest one is left away, for operations that are repeated. */
  readonly once?: boolean;
}

/** An update that adds nothing but moves Last Updated. */
export const EMPTY_UPDATE: WorkUpdate = {
  log: [],
  decisions: [],
  learnings: [],
  files: [],
  tests: [],
  nextActions: [],
};

export function updateWork(document: WorkDocument, update: WorkUpdate, now: number): readonly Edit[] {
  const { lastUpdated } = document;
  const additions = [
    logEntry(document, update, now),
    append(document, "decisions", newDecisions(document, update.decisions), true),
    append(document, "files", ...filesOf(document, update.files)),
    append(document, "learnings", withoutKnown(document, "learnings", update.learnings).map(lineEntry)),
    append(document, "tests", ...testsOf(document, update.tests)),
    append(document, "nextActions", withoutKnown(document, "nextActions", update.nextActions).map(lineEntry)),
  ];
  const missing = additions.flatMap((addition) => addition.missing ?? []);
  return [
    ...(lastUpdated ? [setValue(lastUpdated.field, formatTime(now))] : []),
    ...additions.flatMap((addition) => addition.edits ?? []),
    ...insertSections(document, missing),
  ];
}

interface Addition {
  readonly edits?: readonly Edit[];
  /** What a section that is not there would hold. */
  readonly missing?: readonly MissingSection[];
}

interface MissingSection {
  readonly name: WorkSectionName;
  readonly lines: readonly string[];
}

function logEntry(document: WorkDocument, { log, once = false }: WorkUpdate, now: number): Addition {
  if (log.length === 0) return {};
  const lines = [`### ${formatTime(now)}`, ...log.map((line) => `- ${line}`)];
  const section = document.known.progressLog?.value;
  if (!section) return { missing: [{ name: "progressLog", lines: ["", ...lines] }] };
  const first = document.log[0];
  const newest = first ? linesOfText(document.text.slice(first.start, first.end)) : [];
  if (newest.slice(once ? 1 : 0).join("\n") === lines.slice(once ? 1 : 0).join("\n")) return {};
  if (first) return { edits: [insertLines(document, first.start, [...lines, ""], { before: true })] };
  // Text of the user may stand below the heading; entries follow it.
  const end = endOfContent(document.text, { start: section.bodyStart, end: section.end });
  const offset = end === section.bodyStart ? startOfBody(document.text, section) : end;
  return { edits: [insertLines(document, offset, lines, { before: true, after: true })] };
}

function linesOfText(text: string): string[] {
  return text.trimEnd().split(/\r\n|\n|\r/);
}

function append(
  document: WorkDocument,
  name: WorkSectionName,
  entries: readonly Entry[],
  ordered: boolean | readonly Edit[] = false,
): Addition {
  const isOrdered = ordered === true;
  const edits = typeof ordered === "boolean" ? [] : ordered;
  if (entries.length === 0) return { edits };
  const section = document.known[name]?.value;
  if (!section) {
    const lines = entries.flatMap((entry, index) => makeItem(entry, isOrdered ? `${index + 1}.` : "-"));
    return { missing: [{ name, lines: ["", ...lines] }] };
  }
  const items = sectionItems(document, name);
  return { edits: [...edits, ...appendItems(document, section, items, entries, isOrdered)] };
}

function sectionItems(document: WorkDocument, name: WorkSectionName): readonly Item[] {
  const section = document.known[name]?.value;
  return section ? itemsIn(section.blocks, document.text) : [];
}

function lineEntry(text: string): Entry {
  return { key: text, line: encodeLine(text) };
}

/** A decision that is there already is not decided again. */
function newDecisions(document: WorkDocument, decisions: readonly DecisionInput[]): readonly Entry[] {
  const known = new Set(sectionItems(document, "decisions").map((item) => textOfItem(item)));
  return decisions.map(decisionEntry).filter(({ line }) => !known.has(decodeText(line)));
}

function decisionEntry(input: DecisionInput): Entry {
  const rationale = input.rationale === undefined ? "" : ` ${encodeText(input.rationale)}`;
  // The colon of the label must stay the first one that ends a bold text.
  const decision = encodeText(input.decision).replace(/\*\*/g, "\\*\\*");
  const below = (input.notes ?? []).map((note) => `- ${encodeLine(note)}`);
  return { key: input.decision, line: `**${decision}:**${rationale}`, below };
}

function filesOf(document: WorkDocument, files: readonly FileInput[]): [Entry[], Edit[]] {
  const items = sectionItems(document, "files");
  const entries: Entry[] = [];
  const edits: Edit[] = [];
  for (const file of files) {
    const item = items.find((each) => pathOf(textOfItem(each)) === file.path);
    const known = new Set(item?.below.map(({ start, end }) => document.text.slice(start, end)));
    const changes = (file.changes ?? []).map((change) => `- ${encodeLine(change)}`).filter((line) => !known.has(line));
    if (!item) entries.push({ key: file.path, line: `${encodeLine(file.path)} (${file.status})`, below: changes });
    else if (changes.length > 0) edits.push(linesBelow(document, item, changes));
  }
  return [entries, edits];
}

function pathOf(text: string): string {
  return text.replace(/\s+\([^()]*\)$/, "").replace(/^`(.*)`$/, "$1");
}

function linesBelow(document: WorkDocument, item: Item, lines: readonly string[]): Edit {
  const { text } = document;
  const indent = " ".repeat(item.textSpan.start - item.start);
  return insertLines(
    document,
    endOfItem(text, item),
    lines.map((line) => indent + line),
  );
}

const CHECKBOX = /^\[([ xX])\](?=\s|$)\s*/;

function testsOf(document: WorkDocument, tests: readonly TestInput[]): [Entry[], Edit[]] {
  const items = sectionItems(document, "tests");
  const entries: Entry[] = [];
  const edits: Edit[] = [];
  for (const test of tests) {
    const item = items.find((each) => textOfItem(each).replace(CHECKBOX, "") === test.text);
    const mark = test.done ? "x" : " ";
    if (!item) entries.push({ key: test.text, line: `[${mark}] ${encodeText(test.text)}` });
    else {
      const box = CHECKBOX.exec(item.raw);
      const { start } = item.textSpan;
      if (!box) edits.push({ start, end: start, text: `[${mark}] ` });
      else if ((box[1] !== " ") !== test.done) edits.push({ start: start + 1, end: start + 2, text: mark });
    }
  }
  return [entries, edits];
}

function withoutKnown(document: WorkDocument, name: WorkSectionName, texts: readonly string[]): readonly string[] {
  const known = new Set(sectionItems(document, name).map((item) => textOfItem(item).replace(CHECKBOX, "")));
  return texts.filter((text) => !known.has(text));
}

const ORDER = Object.keys(WORK_SECTIONS) as WorkSectionName[];

/** Sections that are not there stand before the next one of the format's order, or at the end. */
function insertSections(document: WorkDocument, missing: readonly MissingSection[]): readonly Edit[] {
  const byOffset = new Map<number, string[]>();
  for (const { name, lines } of [...missing].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name))) {
    const next = ORDER.slice(ORDER.indexOf(name)).find((other) => document.known[other]);
    const offset = next ? document.known[next]!.value.start : document.text.length;
    const before = byOffset.get(offset) ?? [];
    byOffset.set(offset, [...before, ...(before.length > 0 ? [""] : []), `## ${WORK_SECTIONS[name]}`, ...lines]);
  }
  return [...byOffset].map(([offset, lines]) => insertLines(document, offset, lines, { before: true, after: true }));
}
