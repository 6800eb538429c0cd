/**
 * The list of guarded files in the form in which `gate guard` and most people write it,
 * read without a YAML parser: an agent's hooks ask for it at every call. Whatever is not
 * fully understood here is left to the parser.
 */
import type { Span } from "../text/edit.ts";
import { linesIn } from "../text/lines.ts";

/** A path or glob of the list, and where it stands. */
export interface GuardEntry extends Span {
  readonly pattern: string;
}

/** What is wrong with the text, and where. */
export interface GuardFault extends Span {
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** The list as it is read. */
export interface GuardText {
  readonly entries: readonly GuardEntry[];
  readonly faults: readonly GuardFault[];
}

const BLANK = /^ *(?:#[^\t]*)?$/;
const KEY = /^(?:schema_version: 1|guard:) *(?: #[^\t]*)?$/;
/** Words that begin with a letter and end like the name of a file are text in YAML, whatever they are. */
const ITEM = /^( *)- (?:([A-Za-z_][\w./*?-]*\.[A-Za-z]\w*)|"([ !#-[\]-~]*)") *(?: #[^\t]*)?$/;

/** Reads a list in plain form; `undefined` for any other. */
export function scanGuardText(text: string): GuardText | undefined {
  const entries: GuardEntry[] = [];
  const keys = new Set<string>();
  let indent: string | undefined;
  let isList = false;
  for (const { start, end } of linesIn(text, { start: 0, end: text.length })) {
    const line = text.slice(start, end);
    if (BLANK.test(line)) continue;
    if (KEY.test(line)) {
      const key = line.slice(0, line.indexOf(":"));
      if (keys.has(key)) return undefined;
      keys.add(key);
      isList = key === "guard";
      continue;
    }
    const [, before, plain, quoted] = ITEM.exec(line) ?? [];
    const pattern = plain ?? quoted;
    if (!isList || before === undefined || pattern === undefined || (indent ?? before) !== before) return undefined;
    indent = before;
    const at = start + before.length + 2;
    entries.push({ pattern, start: at, end: at + pattern.length + (plain === undefined ? 2 : 0) });
  }
  return { entries, faults: [] };
}
