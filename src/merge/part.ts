/**
 * A document cut into parts, as they are matched with those of the other versions:
 * mostly sections, each under a name that says where it belongs.
 *
 * The blank lines at the end of a section are kept apart from it, because they
 * depend on what follows it. At the end of the file they are unknown.
 */
import { instantOf, parseTime } from "../base/time.ts";
import { type Document, normalTitle } from "../document/document.ts";
import { activeEnd, nameOf as stateName } from "../document/state.ts";
import { nameOf as workName } from "../document/work.ts";
import type { AnyDocument } from "../rules/rule.ts";
import type { Section } from "../syntax/outline.ts";
import type { Lines } from "../text/diff/three-way.ts";
import { type Content, type Entry, entriesOf, withoutBlankEnd } from "./entry.ts";

/** A text in nobody's format: its sections go by their titles, and what they hold by how it looks. */
export interface PlainDocument extends Omit<Document, "kind"> {
  readonly kind: "plain";
}

/** What is merged part by part. */
export type Mergeable = AnyDocument | PlainDocument;

export interface Part {
  readonly key: string;
  readonly content: Content | "whole";
  readonly heading: Lines;
  readonly body: Lines;
  /** The blank lines behind it; `undefined` where the file ends. */
  readonly blank: Lines | undefined;
  /** When a section of the progress log was written, in milliseconds since the epoch. */
  readonly logged?: number;
  entries(): readonly Entry[];
}

/** The parts of a text whose line endings are `\n`. With `activeWhole` the active work is one part. */
export function partsOf(document: Mergeable, activeWhole: boolean): readonly Part[] {
  const { text, sections } = document;
  const active = document.kind === "state" && activeWhole ? document.known.active?.value : undefined;
  const end = active && document.kind === "state" ? activeEnd(document) : 0;
  const log = new Set(document.kind === "work" ? document.log.map(({ section }) => section) : []);
  const contents = contentsOf(document);
  const path: string[] = [];
  const counts = new Map<string, number>();
  return sections.flatMap((section, at): readonly Part[] => {
    if (section === sections[0] && section.end === 0) return [];
    const isInside = active && section !== active && section.start >= active.start && section.start < end;
    if (isInside) return [];
    const level = Math.max(1, section.depth);
    path.length = Math.min(path.length, level - 1);
    path[level - 1] = nameOf(document, section);
    // The title of the file is above all others, and says nothing about where they belong.
    const name = path.slice(level > 1 ? 1 : 0).join(" / ");
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const last = section === active ? end : section.end;
    const heading = section.heading ? linesOf(text.slice(section.start, section.bodyStart)) : [];
    const all = linesOf(text.slice(section.bodyStart, last));
    const body = withoutBlankEnd(all);
    const isLog = log.has(section);
    const logged = isLog ? instantOf(parseTime(section.title)) : undefined;
    const content = section === active ? "whole" : isLog ? "list" : (contents.get(section) ?? "text");
    return [
      {
        key: at === 0 ? "" : `${name} ${count}`,
        content,
        heading,
        body,
        blank: last === text.length ? undefined : all.slice(body.length),
        ...(logged !== undefined && { logged }),
        entries: () => (content === "whole" ? [] : entriesOf(content, body, document, section)),
      },
    ];
  });
}

/** A known section goes by its name, the header of a work file by being it, any other by its title. */
function nameOf(document: Mergeable, section: Section): string {
  if (document.kind === "plain") return `# ${normalTitle(section.title)}`;
  if (document.kind === "work" && document.header?.value.section === section) return "header";
  return (document.kind === "state" ? stateName(section) : workName(section)) ?? `# ${normalTitle(section.title)}`;
}

const STATE_CONTENT = {
  active: "fields",
  progress: "progress",
  nextSteps: "list",
  openQuestions: "list",
  recentWork: "recent",
  blockers: "list",
  context: "list",
} as const;

const WORK_CONTENT = {
  description: "text",
  approach: "text",
  progressLog: "list",
  decisions: "list",
  files: "files",
  learnings: "list",
  tests: "progress",
  nextActions: "progress",
  related: "list",
} as const;

/** What the known sections hold, and those before them, where the fields of the file stand. */
function contentsOf(document: Mergeable): ReadonlyMap<Section, Content> {
  const contents = new Map<Section, Content>();
  if (document.kind === "plain") {
    for (const section of document.sections) {
      if (section.blocks.some(({ type }) => type === "list")) contents.set(section, "boxes");
    }
    return contents;
  }
  const names: Readonly<Record<string, Content>> = document.kind === "state" ? STATE_CONTENT : WORK_CONTENT;
  const known: Readonly<Record<string, { readonly value: Section } | undefined>> = document.known;
  for (const [name, content] of Object.entries(names)) {
    const section = known[name]?.value;
    if (section) contents.set(section, content);
  }
  for (const section of document.sections) {
    if (contents.has(section)) break;
    contents.set(section, "fields");
  }
  return contents;
}

/** The lines of a text; a line break at its end ends the last one. */
export function linesOf(text: string): Lines {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
