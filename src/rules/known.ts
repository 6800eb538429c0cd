/** The headings and fields of the format, for both kinds of documents. */
import { normalTitle, type Part } from "../document/document.ts";
import { REQUIRED_SECTIONS, STATE_SECTIONS, type StateSectionName } from "../document/state.ts";
import { OLD_TESTS_TITLE, WORK_FIELDS, WORK_SECTIONS } from "../document/work.ts";
import type { Section } from "../syntax/outline.ts";
import type { AnyDocument } from "./rule.ts";

/** A known section: what the format calls it, and where the document has it. */
export interface KnownSection {
  readonly name: string;
  readonly title: string;
  readonly depth: number;
  /** Whether the document cannot be trusted without it. */
  readonly required: boolean;
  /** Whether it belongs into Active Work. */
  readonly inActive: boolean;
  readonly part?: Part<Section>;
}

/** The sections of the format in their order. */
export function sectionsOf(document: AnyDocument): readonly KnownSection[] {
  const parts: { readonly [name: string]: Part<Section> | undefined } = document.known;
  const titles = Object.entries(document.kind === "state" ? STATE_SECTIONS : WORK_SECTIONS);
  return titles.map(([name, shape]: [string, string | { title: string; depth: number }]) => {
    const { title, depth } = typeof shape === "string" ? { title: shape, depth: 2 } : shape;
    const required = document.kind === "state" && REQUIRED.has(name);
    const part = parts[name];
    return { name, title, depth, required, inActive: depth === 3, ...(part && { part }) };
  });
}

const REQUIRED: ReadonlySet<string> = new Set<StateSectionName>(REQUIRED_SECTIONS);

const STATE_FIELDS = ["Last Updated", "Current Issue", "Branch", "Started", "Previous Issue"];
const KEYS = {
  state: new Set(STATE_FIELDS.map((key) => key.toLowerCase())),
  work: new Set(WORK_FIELDS.map((key) => key.toLowerCase())),
};

/** Whether the format gives this field a meaning. */
export function isKnownKey(kind: AnyDocument["kind"], key: string): boolean {
  return KEYS[kind].has(key.toLowerCase());
}

const TITLES = {
  state: new Set(Object.values(STATE_SECTIONS).map(({ title }) => title.toLowerCase())),
  work: new Set([...Object.values(WORK_SECTIONS), OLD_TESTS_TITLE].map((title) => title.toLowerCase())),
};

/** Whether a heading's text is one of the format's. */
export function isKnownTitle(kind: AnyDocument["kind"], title: string): boolean {
  return TITLES[kind].has(normalTitle(title));
}
