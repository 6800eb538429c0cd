/**
 * Is it ours? `.claude/state.md` is a contested name: other tools and people keep
 * notes of their own there, and those must never be "repaired".
 *
 * A document is ours by one sure sign: the schema key in its frontmatter, the
 * heading Active Work, or a Current or Previous Issue field with a number. The
 * signs are looked for through damage, because a damaged file of ours is corrupt,
 * which can be recovered, and not foreign, which is left alone.
 */
import type { Block } from "../syntax/block.ts";
import type { Document } from "./document.ts";

const HEADING = /^#{1,6}[ \t]{0,9}active[ \t]{0,9}work[ \t]{0,9}:?[ \t]{0,9}#{0,9}[ \t]{0,9}$/im;
const SETEXT = /^active work {0,9}\n {0,3}(?:-+|=+) {0,9}$/im;
const FIELD = /^\*\* {0,9}(?:current|previous) {0,9}issue {0,9}(?:: {0,9}\*\*|\*\* {0,9}:) {0,9}[`[]?#?\d/im;
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
  return !(HEADING.test(plain) || SETEXT.test(own.replace(/\r\n?/g, "\n")) || FIELD.test(plain) || SCHEMA.test(head));
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
