/**
 * Is it ours? `.claude/state.md` is a contested name: other tools and people keep
 * notes of their own there, and those must never be "repaired".
 *
 * One weak sign proves nothing. A document is ours by the schema key in its frontmatter,
 * or by the heading Active Work or a Current Issue with a number together with another
 * part of the format. The signs are looked for through damage, because a damaged file of
 * ours is corrupt, which can be recovered, and not foreign, which is left alone.
 */
import type { Block } from "../syntax/block.ts";
import type { Document } from "./document.ts";
import type { WorkDocument } from "./work.ts";

const GAP = "[ \\t]{0,9}";
const ACTIVE = headingOf(["active", "work"]);
const ISSUE =
  /^(?:[-*+] )?(?:\*\* {0,9}current {0,9}issue {0,9}(?:: {0,9}\*\*|\*\* {0,9}:) {0,9}[`[]?#?\d|current {0,9}issue {0,9}: {0,9}\[?#\d)/im;
/** Parts that many documents have, and that count only beside one of these two. */
const OTHERS = [
  /^\*\* {0,9}last {0,9}updated {0,9}(?:: {0,9}\*\*|\*\* {0,9}:)/im,
  headingOf(["recent", "work"]),
  headingOf(["blockers"]),
  headingOf(["context"]),
];
const SCHEMA = /^schema_version[ \t]{0,9}:/im;
const FRONTMATTER_LINES = 40;

/** Whether a document that is not empty belongs to somebody else. */
export function isForeign(document: Pick<Document, "text" | "blocks" | "frontmatter">): boolean {
  const { text, blocks, frontmatter } = document;
  if (text.trim() === "" || frontmatter?.schemaVersion !== undefined) return false;
  const own = withoutExamples(text, blocks);
  const plain = undamaged(own);
  if (plain.trim() === "" && text.includes("\0")) return false;
  const head = text.trimStart().startsWith("---") ? plain.split("\n", FRONTMATTER_LINES).join("\n") : "";
  if (SCHEMA.test(head)) return false;
  const lines = own.replace(/\r\n?/g, "\n");
  const has = ({ atx, setext }: Heading) => atx.test(plain) || setext.test(lines);
  const signs = [has(ACTIVE), ISSUE.test(plain)].filter(Boolean).length;
  const others = OTHERS.some((sign) => (sign instanceof RegExp ? sign.test(plain) : has(sign)));
  return signs < 2 && !(signs === 1 && others);
}

/** Of which tool a text looks to be; `undefined` where it looks like none that is known. */
export function looksLike(text: string): string | undefined {
  return LOOKS.find(([, ...signs]) => signs.every((sign) => sign.test(text)))?.[0];
}

const LOOKS: readonly (readonly [tool: string, ...signs: RegExp[]])[] = [
  ["GSD", /^#{1,3} current position/im, /^[-* ]*(?:\*\*)?(?:phase|plan|status)(?:\*\*)?:/im],
  ["a memory bank", /^#{1,3} .{0,40}\b(?:active context|current (?:work )?focus)\b/im],
  ["a task plan", /^# task plan\b/im],
  ["a task plan", /^#{2,3} goal/im, /^(?:#{2,4} |- \[.\] )phase \d/im],
  ["a list of tasks", /^- \[[ x]\] (?:\*\*)?T\d{3}/im],
];

/** Whether a work file belongs to somebody else: no heading that names an issue, and not two parts of the format. */
export function isForeignWork({ text, frontmatter, header, fields, known }: WorkDocument): boolean {
  if (text.trim() === "" || /[\0\ufffd]/.test(text)) return false;
  if (header !== undefined || frontmatter?.schemaVersion !== undefined) return false;
  return Object.keys(fields).length + Object.keys(known).length < 2;
}

interface Heading {
  readonly atx: RegExp;
  readonly setext: RegExp;
}

/** A heading of these words, at any level, by marks or underlined. */
function headingOf(words: readonly string[]): Heading {
  const title = words.join(GAP);
  return {
    atx: new RegExp(`^#{1,6}${GAP}${title}${GAP}:?${GAP}#{0,9}${GAP}$`, "im"),
    setext: new RegExp(`^${words.join(" ")} {0,9}\\n {0,3}(?:-+|=+) {0,9}$`, "im"),
  };
}

/** A document about the format shows it in fenced code; a fence that never closes may have swallowed the real thing. */
function withoutExamples(text: string, blocks: readonly Block[]): string {
  let result = "";
  let position = 0;
  for (const block of blocks) {
    if ((block.type !== "code" && block.type !== "html") || block.closed !== true) continue;
    result += text.slice(position, block.start);
    position = block.end;
  }
  return result + text.slice(position);
}

/** Takes away what damage adds: NUL bytes of UTF-16, escapes, literal line breaks, quote marks, indentation. */
function undamaged(text: string): string {
  return text
    .replace(/[\0\ufffd\ufeff]/g, "")
    .replace(/\\r\\n|\\n|\\r|\r\n|\r/g, "\n")
    .replace(/\\(?=[#*"\\])/g, "")
    .replace(/^[ \t>"'|+-]+/gm, "");
}
