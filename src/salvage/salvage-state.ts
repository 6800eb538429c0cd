/**
 * From the bytes of a damaged state file, and from what else is known, to a state
 * file that is in order. Pure: the text follows from the bytes and the sources alone.
 */
import { newerVersion, parseDocument } from "../document/document.ts";
import { freeLines, parseState, type StateDocument } from "../document/state.ts";
import { parseProgress } from "../document/values.ts";
import type { YamlReader } from "../syntax/frontmatter.ts";
import { sourceOf } from "../text/source.ts";
import { arrange } from "./arrange.ts";
import { chunksOf, isOfFormat } from "./chunk.ts";
import { compose } from "./compose.ts";
import { findConflicts, resolveConflicts } from "./conflict.ts";
import { type Draft, STATE_HEADINGS } from "./draft.ts";
import { fieldFactOf, STATE_LABELS } from "./fact.ts";
import { fill } from "./fill.ts";
import { bodyOrNew, takeFrontmatter } from "./frontmatter.ts";
import { readLines } from "./line.ts";
import { lostLines } from "./lost.ts";
import { reconcile } from "./reconcile.ts";
import type { PartSource, SalvageOptions, Sources } from "./source.ts";
import { unwrap, withEndings } from "./unwrap.ts";

export interface Salvage {
  /** The rebuilt text, with the line ending of the damaged one. */
  readonly text: string;
  readonly parts: readonly PartSource[];
  readonly kept: Kept;
  /** Damaged lines whose content is nowhere in the rebuilt text, as they stood. */
  readonly lost: readonly string[];
}

/** How much of each part stands in the rebuilt text. */
export interface Kept {
  readonly issue: boolean;
  readonly progressItems: number;
  readonly nextSteps: number;
  readonly openQuestions: number;
  readonly recentWork: number;
  readonly blockers: number;
  readonly context: number;
  /** Sections that the format does not know, Recovered included. */
  readonly sections: number;
}

/** The schema version of a newer program, also behind another encoding: then nothing is to be rebuilt. */
export function newerIn(bytes: Uint8Array, readYaml: YamlReader): number | undefined {
  return newerVersion(parseDocument(sourceOf(unwrap(bytes).text), { readYaml }))?.version;
}

export function salvageState(bytes: Uint8Array, sources: Sources, options: SalvageOptions): Salvage {
  const { now, readYaml, sideOf = () => "both" as const } = options;
  const unwrapped = unwrap(bytes);
  const { text: damaged, cut } = unwrapped;
  const resolved = resolveConflicts(findConflicts(damaged), sideOf);
  const { draft, frontmatter, gap } = draftOf(resolved, cut, now, readYaml);
  const older =
    sources.older && draftOf(unwrap(new TextEncoder().encode(sources.older.text)).text, false, now, readYaml);
  const parts = fill(draft, older?.draft, sources, now);
  const isWhole = older ? older.frontmatter === undefined : /^\s*#/.test(resolved);
  const { text, document } = compose(draft, { frontmatter: bodyOrNew(frontmatter, isWhole), gap }, options);
  return {
    text: withEndings(text, unwrapped),
    parts,
    lost: lostLines(damaged, [text], isMended),
    kept: partsKept(document),
  };
}

/** How much of each part a state file has. */
export function keptIn(text: string, readYaml: YamlReader): Kept {
  return partsKept(parseState(sourceOf(text), readYaml));
}

function partsKept(document: StateDocument): Kept {
  const { active, progress, nextSteps, openQuestions, recentWork, sections } = document;
  return {
    issue: active.issue?.kind === "issue",
    progressItems: progress.length,
    nextSteps: nextSteps.length,
    openQuestions: openQuestions.length,
    recentWork: recentWork.length,
    blockers: freeLines(document, "blockers").length,
    context: freeLines(document, "context").length,
    sections: sections.filter(({ depth, title }) => depth > 1 && !STATE_HEADINGS.named(title)).length,
  };
}

function draftOf(text: string, cut: boolean, now: number, readYaml: YamlReader) {
  const isKnown = (title: string) => STATE_HEADINGS.named(title) !== undefined;
  const { body, gap, rest, orphans } = takeFrontmatter(readLines(text, isKnown), readYaml);
  const draft: Draft = { chunks: chunksOf(rest, STATE_HEADINGS, cut), orphans: [...orphans], cut, disordered: false };
  arrange(draft);
  reconcile(draft, now);
  return { draft, frontmatter: body, gap };
}

/** Whether a line is a heading, label or marker alone, which stands in the new text in its regular form. */
export function isMended(line: string): boolean {
  if (isOfFormat(line, STATE_HEADINGS)) return true;
  return fieldFactOf(line, STATE_LABELS)?.value === "" || parseProgress(line.trim()).text === "";
}
