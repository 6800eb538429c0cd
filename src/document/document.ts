/** What state and work documents have in common: the text, its sections, its frontmatter. */
import type { Root } from "mdast";
import { parseTime, type TimeReading } from "../base/time.ts";
import type { Block } from "../syntax/block.ts";
import { type Field, fieldsIn, isKey, plainFieldsIn } from "../syntax/fields.ts";
import { type Frontmatter, readFrontmatter, type YamlReader } from "../syntax/frontmatter.ts";
import { outline, type Section } from "../syntax/outline.ts";
import { blocksIn } from "../syntax/read-tree.ts";
import { scanBlocks } from "../syntax/scan.ts";
import type { Span } from "../text/edit.ts";
import type { Source } from "../text/source.ts";

/** The schema version this program writes and the highest it understands. */
export const SCHEMA_VERSION = 1;

/** What state and work files have in common: blocks, and sections with their spans in UTF-16 units. */
export interface Document {
  readonly kind: "state" | "work";
  readonly source: Source;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
  readonly frontmatter?: Frontmatter;
}

/** How a document is read. */
export interface Reading {
  /** Reads frontmatter beyond plain `key: value` lines; without it that is a fault. */
  readonly readYaml?: YamlReader | undefined;
  /** The tree of the text, by whatever parser; made by the scanner where it is absent. */
  readonly tree?: Root | undefined;
}

/** Reads what every document has from its tree. Never throws, whatever the text. */
export function parseDocument(source: Source, { readYaml, tree }: Reading = {}): Omit<Document, "kind"> {
  const { text } = source;
  const blocks = tree ? blocksIn(tree, text) : scanBlocks(text);
  const frontmatter = readFrontmatter(blocks, text, readYaml);
  return { source, text, blocks, sections: outline(blocks, text), ...(frontmatter && { frontmatter }) };
}

/** So many blocks at the beginning can be what editors and people have made of frontmatter. */
const HEAD_BLOCKS = 8;
const MISPLACED = /^ {0,3}(?:#{1,6}[ \t]{1,9})?schema_version[ \t]{0,9}:[ \t]{0,9}(\d{1,9})?(?=[ \t#]{0,9}$)/m;

/**
 * The schema version of a newer program, where the document has one. Frontmatter that is
 * none any more counts for this all the same: below the first line, or as a heading, which
 * is what editors make of it that know no frontmatter.
 */
export function newerVersion(document: Pick<Document, "text" | "blocks" | "frontmatter">): NewerVersion | undefined {
  const { frontmatter } = document;
  const version = frontmatter?.schemaVersion;
  if (typeof version === "number" && version > SCHEMA_VERSION) return { version, span: frontmatter!.body };
  const misplaced = misplacedVersion(document);
  return misplaced && misplaced.version > SCHEMA_VERSION ? misplaced : undefined;
}

/** The schema version that stands in no frontmatter, 0 where it is no number. */
export function misplacedVersion({ text, blocks }: Pick<Document, "text" | "blocks">): NewerVersion | undefined {
  for (const { type, start, end } of blocks.slice(0, HEAD_BLOCKS)) {
    if (type !== "heading" && type !== "paragraph") continue;
    const match = MISPLACED.exec(text.slice(start, end));
    if (!match) continue;
    const at = start + match.index;
    return { version: Number(match[1] ?? 0), span: { start: at, end: at + match[0].length } };
  }
  return undefined;
}

export interface NewerVersion {
  readonly version: number;
  readonly span: Span;
}

/** A heading as it is compared with the known ones: case, white space and a colon at the end do not count. */
export function normalTitle(title: string): string {
  return title.trim().replace(/\s+/g, " ").replace(/:$/, "").toLowerCase();
}

/** A part of the document that may be there once; `others` are its repetitions, which no write may choose from. */
export interface Part<T> {
  readonly value: T;
  readonly others: readonly T[];
}

export function partOf<T>(found: readonly T[]): Part<T> | undefined {
  const [value, ...others] = found;
  return value === undefined ? undefined : { value, others };
}

/** The sections at the depth the format gives them, or all where none stands there. */
export function preferDepth(sections: readonly Section[], depth: number): Part<Section> | undefined {
  return partOf(sections.filter((section) => section.depth === depth)) ?? partOf(sections);
}

/** The first of several groups of sections that holds a field, and the fields of that name there. */
export function findField(
  groups: readonly (readonly Section[])[],
  text: string,
  ...keys: readonly string[]
): Part<Field> | undefined {
  for (const sections of groups) {
    const found = sections
      .flatMap((section) => fieldsIn(section.blocks, text))
      .filter((field) => keys.some((key) => isKey(field, key)));
    const part = partOf(found);
    if (part) return part;
  }
  return undefined;
}

/**
 * As `findField`, and where there is none, a line `key: value` without asterisks whose value is
 * one. In prose such a line means something else, so what it must be is asked.
 */
export function findSpelled(
  groups: readonly (readonly Section[])[],
  text: string,
  key: string,
  isValue: (raw: string) => boolean,
): Part<Field> | undefined {
  const found = findField(groups, text, key);
  if (found) return found;
  for (const sections of groups) {
    const plain = sections.flatMap((section) => plainFieldsIn(section.blocks, text, key));
    const part = partOf(plain.filter(({ raw }) => isValue(raw)));
    if (part) return part;
  }
  return undefined;
}

/** A field that holds a time. */
export interface TimeField {
  readonly field: Field;
  readonly others: readonly Field[];
  /** `undefined` where the value has no form of a time. */
  readonly reading?: TimeReading;
}

export function timeFieldOf(part: Part<Field> | undefined): TimeField | undefined {
  if (!part) return undefined;
  const reading = parseTime(part.value.value);
  return { field: part.value, others: part.others, ...(reading && { reading }) };
}
