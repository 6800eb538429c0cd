/** Save: what was done goes into the work file. All but the texts of description and approach is added. */
import { formatTime, instantOf, parseTime } from "../base/time.ts";
import { type Item, itemsIn, smallestEdit, textOfItem } from "../document/items.ts";
import { type ProofRun, printRun, readRun } from "../document/tests.ts";
import { bodyOfSection, WORK_SECTIONS, type WorkDocument, type WorkSectionName } from "../document/work.ts";
import { decodeText, encodeLine, encodeText } from "../syntax/escape.ts";
import { setUnderstood } from "../syntax/fields.ts";
import { makeText } from "../syntax/make.ts";
import type { Edit } from "../text/edit.ts";
import { nextLine, startOfLine } from "../text/lines.ts";
import type { DecisionInput, FileInput, TestInput } from "./inputs.ts";
import { appendItems, type Entry, endOfItem, makeItems } from "./list.ts";
import { endOfContent, insertLines, insertSections, type NewSection, startOfBody } from "./place.ts";
import { plainEntry } from "./update-progress.ts";

export interface WorkUpdate {
  /** Encoded lines of a new log entry, one bullet each; empty for no entry. */
  readonly log: readonly string[];
  readonly decisions: readonly DecisionInput[];
  readonly learnings: readonly string[];
  readonly files: readonly FileInput[];
  readonly tests: readonly TestInput[];
  readonly nextActions: readonly string[];
  /** Markdown that takes the place of the one that is there. Headings in it become text. */
  readonly description?: string;
  readonly approach?: string;
  /** Whether an entry whose lines are those of the newest one is left out, for operations that are repeated. */
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
    setText(document, "description", update.description),
    setText(document, "approach", update.approach),
    logEntry(document, update, now),
    append(document, "decisions", newDecisions(document, update.decisions), true),
    ...addFiles(document, update.files),
    appendTexts(document, "learnings", update.learnings),
    ...addTests(document, update.tests),
    appendTexts(document, "nextActions", update.nextActions),
  ];
  const missing = additions.flatMap((addition) => addition.missing ?? []);
  return [
    ...(lastUpdated ? [setUnderstood(lastUpdated.field, formatTime(now))] : []),
    ...additions.flatMap((addition) => addition.edits ?? []),
    ...insertSections(document, missing, ORDER, document.text.length),
  ];
}

const ORDER = Object.keys(WORK_SECTIONS) as WorkSectionName[];

interface Addition {
  readonly edits?: readonly Edit[];
  /** A section that is not there, with what it would hold. */
  readonly missing?: NewSection<WorkSectionName>;
}

/** The text of a section, without what else stands below known headings. */
function setText(document: WorkDocument, name: "description" | "approach", markdown: string | undefined): Addition {
  if (markdown === undefined) return {};
  const made = makeText(markdown);
  const lines = made.split("\n");
  const section = document.known[name]?.value;
  if (!section) return made === "" ? {} : { missing: newSection(name, lines) };
  const { text, source } = document;
  const body = bodyOfSection(document, name);
  const content = body.trim();
  if (content === "") {
    if (made === "") return {};
    return { edits: [insertLines(document, startOfBody(text, section), lines, { before: true, after: true })] };
  }
  const start = section.bodyStart + body.indexOf(content);
  const edit = smallestEdit(start, content, lines.join(source.eol));
  return { edits: edit ? [edit] : [] };
}

function logEntry(document: WorkDocument, { log, once = false }: WorkUpdate, now: number): Addition {
  if (log.length === 0) return {};
  const lines = [`### ${formatTime(now)}`, ...log.map((line) => `- ${line}`)];
  const section = document.known.progressLog?.value;
  if (!section) return { missing: newSection("progressLog", lines) };
  const first = document.log[0];
  const newest = first ? linesOfText(document.text.slice(first.start, first.end)) : [];
  const isSame = newest.slice(1).join("\n") === lines.slice(1).join("\n");
  if (first && isSame && (once || isFresh(first.title, now))) return {};
  if (first) return { edits: [insertLines(document, first.start, [...lines, ""], { before: true })] };
  // Text of the user may stand below the heading; entries follow it.
  const end = endOfContent(document.text, { start: section.bodyStart, end: section.end });
  const offset = end === section.bodyStart ? startOfBody(document.text, section) : end;
  return { edits: [insertLines(document, offset, lines, { before: true, after: true })] };
}

/** Whoever tries a save again within a minute means the entry that is there. */
function isFresh(title: string, now: number): boolean {
  const instant = instantOf(parseTime(title));
  return instant !== undefined && Math.abs(now - instant) < 60_000;
}

function newSection(name: WorkSectionName, lines: readonly string[]): NewSection<WorkSectionName> {
  return { name, lines: [`## ${WORK_SECTIONS[name]}`, "", ...lines] };
}

function linesOfText(text: string): string[] {
  return text.trimEnd().split(/\r\n|\n|\r/);
}

function append(document: WorkDocument, name: WorkSectionName, entries: readonly Entry[], ordered = false): Addition {
  if (entries.length === 0) return {};
  const section = document.known[name]?.value;
  if (!section) return { missing: newSection(name, makeItems(entries, ordered)) };
  return { edits: appendItems(document, { section, items: sectionItems(document, name), entries, ordered }) };
}

/** Adds the texts that are not there yet, as an item or as a task. */
function appendTexts(document: WorkDocument, name: WorkSectionName, texts: readonly string[]): Addition {
  const known = new Set(sectionItems(document, name).map((item) => textOfItem(item).replace(CHECKBOX, "")));
  return append(document, name, texts.filter((text) => !known.has(text)).map(plainEntry));
}

function sectionItems(document: WorkDocument, name: WorkSectionName): readonly Item[] {
  const section = document.known[name]?.value;
  return section ? itemsIn(section.blocks, document.text) : [];
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

function addFiles(document: WorkDocument, files: readonly FileInput[]): readonly Addition[] {
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
  return [{ edits }, append(document, "files", entries)];
}

function pathOf(text: string): string {
  return text.replace(/\s+\([^()]*\)$/, "").replace(/^`(.*)`$/, "$1");
}

function linesBelow(document: WorkDocument, item: Item, lines: readonly string[]): Edit {
  const indent = " ".repeat(item.textSpan.start - item.start);
  const indented = lines.map((line) => indent + line);
  return insertLines(document, endOfItem(document.text, item), indented);
}

const CHECKBOX = /^\[([ xX])\](?=\s|$)\s*/;

function addTests(document: WorkDocument, tests: readonly TestInput[]): readonly Addition[] {
  const items = sectionItems(document, "tests");
  const entries: Entry[] = [];
  const edits: Edit[] = [];
  for (const test of tests) {
    const item = items.find((each) => textOfItem(each).replace(CHECKBOX, "") === test.text);
    const mark = test.done ? "x" : " ";
    const below = test.proof ? [`- ${printRun(test.proof)}`] : [];
    if (!item) entries.push({ key: test.text, line: `[${mark}] ${encodeText(test.text)}`, below });
    else {
      const box = CHECKBOX.exec(item.raw);
      const { start } = item.textSpan;
      if (!box) edits.push({ start, end: start, text: `[${mark}] ` });
      else if ((box[1] !== " ") !== test.done) edits.push({ start: start + 1, end: start + 2, text: mark });
      if (test.proof) edits.push(...replaceRun(document, item, test.proof));
    }
  }
  return [{ edits }, append(document, "tests", entries)];
}

/** The run takes the place of the last one that stands below the item, and of all others; whatever else stands there stays. */
function replaceRun(document: WorkDocument, item: Item, run: ProofRun): readonly Edit[] {
  const { text } = document;
  const runs = item.below.filter(({ start, end }) => readRun(text.slice(start, end)) !== undefined);
  const last = runs.pop();
  if (!last) return [linesBelow(document, item, [`- ${printRun(run)}`])];
  const [bullet = ""] = /^[-*+][ \t]+/.exec(text.slice(last.start, last.end)) ?? [];
  return [
    ...runs.map(({ start, end }) => ({ start: startOfLine(text, start), end: nextLine(text, end), text: "" })),
    { start: last.start + bullet.length, end: last.end, text: printRun(run) },
  ];
}
