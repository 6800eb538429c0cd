/**
 * YAML frontmatter, read but never rewritten: its other keys and comments are the
 * user's. A scan answers for the plain `key: value` lines that nearly every file
 * has; whatever it does not fully understand it leaves to a YAML parser, which is
 * given by the caller because loading one costs more than reading the file.
 */
import type { Span } from "../text/edit.ts";
import { linesIn, nextLine } from "../text/lines.ts";
import type { Block } from "./block.ts";
import { frontmatterEnd } from "./scan-frontmatter.ts";

/** The YAML that a document begins with, where it stands and what it says. */
export interface Frontmatter {
  /** From the opening fence to the end of the closing one. */
  readonly span: Span;
  /** The YAML between the fences. */
  readonly body: Span;
  /** `undefined` where the key is absent. */
  readonly schemaVersion?: unknown;
  /** What `done` asks for; `undefined` where the key is absent. */
  readonly doneRequires?: unknown;
  /** Why the YAML cannot be read, and where. */
  readonly fault?: { readonly message: string; readonly offset: number };
}

/** Parses YAML to a plain value, or says why not; `offset` counts from the start of `yaml`. */
export type YamlReader = (
  yaml: string,
) => { readonly value: unknown } | { readonly message: string; readonly offset: number };

/** Reads the frontmatter among `blocks`. Without `readYaml`, YAML that the scan does not understand is a fault. */
export function readFrontmatter(
  blocks: readonly Block[],
  text: string,
  readYaml?: YamlReader,
): Frontmatter | undefined {
  const [block] = blocks;
  if (block?.type !== "yaml") return undefined;
  const span = { start: block.start, end: block.end };
  const bodyStart = nextLine(text, span.start);
  const bodyEnd = Math.max(bodyStart, lastLineStart(text, span));
  const body = { start: bodyStart, end: bodyEnd };
  const scanned = scanPlain(text, body);
  if (scanned) return { span, body, ...scanned };
  const read = readYaml?.(text.slice(body.start, body.end)) ?? { message: "it could not be read", offset: 0 };
  if ("message" in read) return { span, body, fault: { message: read.message, offset: body.start + read.offset } };
  if (read.value === null) return { span, body };
  if (typeof read.value !== "object" || Array.isArray(read.value)) {
    return { span, body, fault: { message: "it is not a list of `key: value` lines", offset: body.start } };
  }
  const said = (key: string) => Object.getOwnPropertyDescriptor(read.value, key)?.value as unknown;
  return { span, body, ...known(said("schema_version"), said("done_requires")) };
}

function known(schemaVersion: unknown, doneRequires: unknown): Pick<Frontmatter, "schemaVersion" | "doneRequires"> {
  return {
    ...(schemaVersion !== undefined && { schemaVersion }),
    ...(doneRequires !== undefined && { doneRequires }),
  };
}

/** Whether a text has frontmatter that only a YAML parser understands. */
export function needsYaml(text: string): boolean {
  const end = frontmatterEnd(text, 0);
  return end > 0 && readFrontmatter([{ type: "yaml", start: 0, end }], text)?.fault !== undefined;
}

function lastLineStart(text: string, span: Span): number {
  let last = span.start;
  for (const line of linesIn(text, span)) last = line.start;
  return last;
}

const PLAIN = /^([A-Za-z_][\w-]*):[ \t]+([A-Za-z0-9][\w./ -]*)$/;

/** Understands blank lines, comment lines and `key: word` lines with distinct keys; `undefined` for anything else. */
function scanPlain(text: string, body: Span): Pick<Frontmatter, "schemaVersion" | "doneRequires"> | undefined {
  const values = new Map<string, string>();
  for (const { start, end } of linesIn(text, body)) {
    const line = text.slice(start, end).trimEnd();
    if (/^[ \t]*(?:#.*)?$/.test(line) && !line.includes("\t")) continue;
    const match = PLAIN.exec(line);
    if (!match || values.has(match[1]!)) return undefined;
    values.set(match[1]!, match[2]!);
  }
  const version = values.get("schema_version");
  const required = values.get("done_requires");
  // YAML has other types for words such as `yes` and `1`.
  if (required !== undefined && required !== "items" && required !== "proof") return undefined;
  if (version === undefined) return known(undefined, required);
  return /^(?:0|[1-9]\d{0,8})$/.test(version) ? known(Number(version), required) : undefined;
}
