/**
 * Two versions of a file made one, as git asks for it: bytes in, bytes out.
 *
 * State and work files in order are merged field by field and section by section, and text
 * in nobody's format, which git is told of where it is guarded, section by section and item
 * by item. Anything else is merged line by line, as git itself would: a damaged file says
 * nothing reliable about where its fields are, and a merge must not spread damage.
 * Invariants:
 *
 * - A line that a side added stands in the result, in a conflict at the worst.
 * - A side that equals the base yields, to the byte.
 * - Byte order mark and line endings are those of ours.
 */
import { isSameBytes } from "../base/same.ts";
import { parseDocument } from "../document/document.ts";
import { STATE_SECTIONS } from "../document/state.ts";
import { parseWork } from "../document/work.ts";
import { type ReadDocument, readDocument } from "../pipeline/processor.ts";
import { checkGuarded } from "../rules/guarded.ts";
import type { AnyDocument, Diagnostic } from "../rules/rule.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { type Lines, matchLines } from "../text/diff/three-way.ts";
import { decode, encode, type Source, sourceOf } from "../text/source.ts";
import { withoutBlankEnd } from "./entry.ts";
import { choose, type Hunk, MARKER_SIZE, mergeAsLines, printHunks } from "./hunk.ts";
import { linesOf } from "./part.ts";
import { mergeDocuments } from "./structure.ts";

const MAX_LINES = 5000;

/** What a file is: one of the gate's documents, or a text in nobody's format. */
type Kind = "state" | "work" | "plain";

export interface MergeInput {
  /** What both sides come from; `undefined` where both made the file. */
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** Which kind of document it is, where its place in the project says. */
  readonly kind?: Kind | undefined;
  /** How long a conflict marker is; 7 by default. */
  readonly markerSize?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly readYaml?: YamlReader | undefined;
}

export interface Merge {
  readonly bytes: Uint8Array;
  /** Places where a person has to choose. */
  readonly conflicts: number;
  /** By what it was merged: `sections` of documents in order, `lines` of anything else, `nothing` where a side is no text. */
  readonly by: "sections" | "lines" | "nothing";
  /** The errors in a result without conflicts. */
  readonly problems: readonly Diagnostic[];
}

/** Merges two versions of a file. Never throws, whatever the bytes. */
export function mergeFiles(input: MergeInput): Merge {
  const { base, ours, theirs } = input;
  const same = choose(base, ours, theirs, isSameBytes);
  if (same) return finish(input, same.chosen, 0, "sections");
  const all = [base, ours, theirs].filter((bytes) => bytes !== undefined);
  // As git has it for what is no text: ours stays, and a person chooses.
  if (all.some((bytes) => bytes.includes(0))) return { bytes: ours, conflicts: 1, by: "nothing", problems: [] };
  const sources = [base, ours, theirs].map((bytes) => bytes && decode(bytes));
  if (sources.some((source) => source?.invalidAt !== undefined)) {
    // One character a byte, so that bytes that are no UTF-8 come through.
    const [b, o, t] = [base, ours, theirs].map((bytes) => bytes && Buffer.from(bytes).toString("latin1"));
    const { text, conflicts } = mergeTexts(input, { base: b, ours: o!, theirs: t! }, () => undefined);
    return finish(input, Buffer.from(text, "latin1"), conflicts, "lines");
  }
  const [b, o, t] = sources as [Source | undefined, Source, Source];
  const texts = { base: b?.text, ours: o.text, theirs: t.text };
  const { text, conflicts, by } = mergeTexts(input, texts, () => documentsOf(input, texts));
  return finish(input, encode(o, text), conflicts, by);
}

interface Texts {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
}

type Merged = { readonly text: string; readonly conflicts: number; readonly by: "sections" | "lines" };

function mergeTexts(
  { markerSize = MARKER_SIZE }: MergeInput,
  { base, ours, theirs }: Texts,
  structure: () => readonly Hunk[] | undefined,
): Merged {
  const [b, o, t] = [base === undefined ? undefined : plain(base), plain(ours), plain(theirs)];
  const same = choose(b, o, t);
  if (same) return { text: withEndings(same.chosen, ours), conflicts: 0, by: "sections" };
  const contentOf = (text: string) => withoutBlankEnd(linesOf(text));
  const endOf = (text: string) => text.slice(contentOf(text).join("\n").length);
  const hunks = structure();
  const { lines, conflicts } = printHunks(
    hunks ?? mergeAsLines(b === undefined ? undefined : contentOf(b), contentOf(o), contentOf(t)),
    markerSize,
  );
  const [baseEnd, oursEnd, theirsEnd] = [b === undefined ? undefined : endOf(b), endOf(o), endOf(t)];
  const end = choose(baseEnd, oursEnd, theirsEnd)?.chosen ?? oursEnd;
  const text = lines.join("\n") + (end === "" && conflicts > 0 ? "\n" : end);
  return { text: withEndings(text, ours), conflicts, by: hunks ? "sections" : "lines" };
}

/** The documents merged as documents; `undefined` unless all of them are in order. */
function documentsOf(input: MergeInput, { base, ours, theirs }: Texts): readonly Hunk[] | undefined {
  const texts = [base, ours, theirs].filter((text) => text !== undefined).map(plain);
  // Markdown breaks lines at a lone carriage return too, git does not.
  if (texts.some((text) => text.includes("\r") || isTooLong(text))) return undefined;
  // One that is a document of ours is damaged by a side that is none, whichever that is.
  const kind = input.kind ?? texts.map(kindOf).find((each) => each !== "plain") ?? "plain";
  if (kind === "plain") {
    const [t, o, b] = texts.map((text) => ({ kind, ...parseDocument(sourceOf(text)) }) as const).toReversed();
    return mergeDocuments({ base: b, ours: o!, theirs: t! });
  }
  const read = texts.map((text) => readAs(kind, sourceOf(text), input));
  if (read.some(({ messages }) => errorsAmong(messages).length > 0)) return undefined;
  const [t, o, b] = read.map(({ document }) => document).toReversed();
  return mergeDocuments({ base: b, ours: o!, theirs: t! });
}

/** Names are compared with names; beyond what anybody writes by hand that would take too long. */
function isTooLong(text: string): boolean {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1 && lines <= MAX_LINES; at = text.indexOf("\n", at + 1)) lines++;
  return lines > MAX_LINES;
}

function readAs(kind: "state" | "work", source: Source, { readYaml, now }: MergeInput): ReadDocument<AnyDocument> {
  return readDocument(kind, source, { readYaml, factsOf: () => ({ now }) });
}

/** Where its place says nothing, a file with the header of a work file is one, and one with active work a state file. */
function kindOf(text: string): Kind {
  if (text.includes(`## ${STATE_SECTIONS.active.title}`)) return "state";
  return parseWork(sourceOf(text)).header ? "work" : "plain";
}

/** A time that another machine wrote may lie in the future of this one; that is no damage. */
const OF_THE_CLOCK = new Set(["future-timestamp"]);
/** What is not for this program to read is not for it to judge. */
const OF_OTHERS = new Set(["foreign-format", "unsupported-version"]);

function errorsAmong(found: readonly Diagnostic[]): readonly Diagnostic[] {
  return found.filter(({ severity, rule }) => severity === "error" && !OF_THE_CLOCK.has(rule));
}

function finish(input: MergeInput, bytes: Uint8Array, conflicts: number, by: Merge["by"]): Merge {
  if (conflicts > 0) return { bytes, conflicts, by, problems: [] };
  const source = decode(bytes);
  const kind = input.kind ?? kindOf(source.text);
  const messages = kind === "plain" ? checkGuarded(source, { now: input.now }) : readAs(kind, source, input).messages;
  const problems = errorsAmong(messages).filter(({ rule }) => !OF_OTHERS.has(rule));
  return { bytes, conflicts, by, problems };
}

function plain(text: string): string {
  return text.replace(/\r\n/g, "\n");
}

/** The text with the line endings of ours; where those are mixed, each line has its own. */
function withEndings(text: string, ours: string): string {
  if (!ours.includes("\r\n")) return text;
  if (!/(?<!\r)\n/.test(ours)) return text.replaceAll("\n", "\r\n");
  const old = ours.split("\n");
  const lines = text.split("\n");
  const matches = matchLines(lines, old.map((line) => line.replace(/\r$/, "")) satisfies Lines);
  const { eol } = sourceOf(ours);
  return lines
    .map((line, at) => {
      const match = matches[at];
      const isOwn = match !== undefined && match < old.length - 1;
      const ending = isOwn ? (old[match]!.endsWith("\r") ? "\r\n" : "\n") : eol;
      return at === lines.length - 1 ? line : line + ending;
    })
    .join("");
}
