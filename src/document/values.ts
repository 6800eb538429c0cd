/**
 * What the values of the format mean: issue references, glyphs, questions, recent
 * work. Reading is generous, as real files are; each reading says what it was
 * generous about, and the rules turn that into diagnostics.
 */
import { parseTime, type TimeReading } from "../base/time.ts";
import { decodeText } from "../syntax/escape.ts";
import type { ProgressStatus } from "./glyphs.ts";

export { GLYPHS, type ProgressStatus } from "./glyphs.ts";

/** Whom `**Current Issue:**` names. */
export type IssueReading =
  | { readonly kind: "issue"; readonly issue: IssueReference }
  | { readonly kind: "none" | "empty" | "placeholder" | "unreadable" };

/** An issue as it is named in a text. */
export interface IssueReference {
  /** The issue number, where the id is one. */
  readonly number?: number;
  /** The id as typed, without `#`. */
  readonly id: string;
  /** Everything after the separator; may be empty. */
  readonly title: string;
  /** Whether the number was written with leading zeros. */
  readonly padded: boolean;
  /** Further issue numbers named beside the first. */
  readonly others: readonly number[];
}

const NONE = /^(?:no|none|nothing|n\/a|nil|null|idle|—|–|-|~)(?:$|[\s.,;:(])/i;
const WRAPPING = /^[("'*_`]{1,3}|[)"'*_`]{1,3}$/g;
const PLACEHOLDER =
  /^(?:\[[^\]\n]*\]|\{\{?[^}\n]*\}?\}|\$\(.*\)|<(?!https?:)[^>\n]*>|tbd|todo|never|unknown|yyyy-mm-dd.*)$/i;
const PLACEHOLDER_ISSUE = /^(?:#?(?:\[#?[a-z][^\]\n]*\]|\{[^}\n]*\}|<(?!https?:)[^>\n]*>)|#(?:N{1,6}|X{1,6}))(?!\w)/i;
// Every piece is bounded: a value may be a megabyte of anything.
const FIRST_NUMBER =
  /^(?:issues?[ \t]{1,9})?(?:[\w.-]{1,80}\/[\w.-]{1,80})?[`*]{0,2}(?:\[#?(\d{1,20})\](?:\([^)\s]{0,300}\))?|#?[ \t]?(\d{1,20}))(?![\w.]*\w)[`*]{0,2}/i;
const FURTHER_NUMBER = /^[ \t]{0,9}(?:[,;&+/(]|\(?and\b)?[ \t]{0,9}#(\d{1,16})(?!\w)\)?/i;
const NAMED_ISSUE =
  /^(?:#([A-Za-z][\w.-]{0,80})|#?([A-Za-z][\w.]{0,80}-\d{1,20}|[A-Za-z]{1,10}\d{1,20}|\d{1,20}[A-Za-z][\w-]{0,80}))(?=[\s:–—]|$)/;

/** Whether a value is a stand-in that somebody forgot to fill: `[Timestamp]`, `{…}`, `$(date)`, `TBD`, `never`. */
export function isPlaceholder(raw: string): boolean {
  return PLACEHOLDER.test(raw);
}

/** Reads `#N - title` and its relatives. */
export function parseIssue(raw: string): IssueReading {
  if (raw === "") return { kind: "empty" };
  const first = FIRST_NUMBER.exec(raw);
  const id = first?.[1] ?? first?.[2] ?? "";
  const number = Number(id);
  if (first && number > 0 && Number.isSafeInteger(number)) {
    let rest = raw.slice(first[0].length);
    const others: number[] = [];
    for (let next = FURTHER_NUMBER.exec(rest); next; next = FURTHER_NUMBER.exec(rest)) {
      others.push(Number(next[1]));
      rest = rest.slice(next[0].length);
    }
    return { kind: "issue", issue: { number, id, title: titleIn(rest), padded: id.startsWith("0"), others } };
  }
  if (isPlaceholder(raw) || PLACEHOLDER_ISSUE.test(raw)) return { kind: "placeholder" };
  if (NONE.test(raw.slice(0, 99).replace(WRAPPING, ""))) return { kind: "none" };
  const named = NAMED_ISSUE.exec(raw);
  if (!named) return { kind: "unreadable" };
  const title = titleIn(raw.slice(named[0].length));
  return { kind: "issue", issue: { id: (named[1] ?? named[2])!, title, padded: false, others: [] } };
}

/** What stands behind the number: the title without the first separator. */
function titleIn(rest: string): string {
  return decodeText(
    rest
      .trimStart()
      .replace(/^[-–—:]{1,3}(?:\s|$)|^:/, "")
      .trimStart(),
  );
}

const READ_GLYPHS: Readonly<Record<ProgressStatus, RegExp>> = {
  completed: /^(?:✅|✔️?|✓|☑️?|\[[xX]\](?=\s|$))\s*/,
  in_progress: /^(?:🔄|⏳|🚧|🟡|\[~\](?=\s|$))\s*/u,
  pending: /^(?:⏸️?|⬜️?|☐|\[ \](?=\s|$))\s*/,
  blocked: /^(?:❌|✗|⛔️?)\s*/,
};
const GLYPH_PATTERNS = Object.entries(READ_GLYPHS) as [ProgressStatus, RegExp][];
const PERCENT = /\s*(?<!\\)\((\d{1,3})%(?:\s+(?:done|complete|completed))?\)$/;
// Long enough for any percentage; searching only there keeps a long line cheap.
const PERCENT_TAIL = 40;

/** What one progress line says; offsets are in the raw text of the line. */
export interface ProgressReading {
  readonly status: ProgressStatus;
  /** Whether a marker was there; without one the item reads as pending. */
  readonly marked: boolean;
  readonly text: string;
  /** 0 to 100. */
  readonly percentage?: number;
  /** Where the text itself stands in the line, between the marker and the percentage. */
  readonly textStart: number;
  readonly textEnd: number;
}

/** Reads `✅ text`, `🔄 text (80% done)`, `[x] text` and their relatives. */
export function parseProgress(raw: string): ProgressReading {
  let status: ProgressStatus = "pending";
  let textStart = 0;
  for (const [candidate, pattern] of GLYPH_PATTERNS) {
    const match = pattern.exec(raw);
    if (!match) continue;
    status = candidate;
    textStart = match[0].length;
    break;
  }
  const percent = PERCENT.exec(raw.slice(Math.max(textStart, raw.length - PERCENT_TAIL)));
  const percentage = percent ? Number(percent[1]) : undefined;
  const counts = percentage !== undefined && percentage <= 100;
  const textEnd = counts ? raw.length - percent![0].length : raw.length;
  const reading = {
    status,
    marked: textStart > 0,
    text: decodeText(raw.slice(textStart, textEnd)),
    textStart,
    textEnd,
  };
  return counts ? { ...reading, percentage } : reading;
}

/** Encoded text whose end can no longer be taken for a percentage. */
export function hidePercentage(encoded: string): string {
  return encoded.replace(/\((?=\d{1,3}%(?:\s+(?:done|complete|completed))?\)$)/, "\\(");
}

const ARROW = /^(?:[-*+]\s+)?(?:→|->|=>)\s*/;

/** Reads an arrow line below a question: the decision, or `TBD…` as it stands. `undefined` for any other line. */
export function parseArrow(raw: string): string | undefined {
  const match = ARROW.exec(raw);
  if (!match) return undefined;
  return decodeText(raw.slice(match[0].length).replace(/^decision:\s*/i, ""));
}

/** One line of Recent Work. */
export interface RecentReading {
  readonly issue: IssueReading;
  /** The word in the parenthesis: `completed`, `paused`, or another as typed. */
  readonly status?: string;
  readonly date?: string;
  readonly dateReading?: TimeReading;
  readonly reason?: string;
}

const RECENT_END = /(?<!\\)\((?:(Completed|Paused)\s+)?(\d{4}-\d{1,2}-\d{1,2}[^()\n]{0,40})\)/gi;
const REASON = /^\s+—\s+(\S.*)$/s;

/** Reads `#N - title (Completed DATE) — reason`. `key` is the field's, because `**Completed:**` says the status by itself. */
export function parseRecent(raw: string, key: string): RecentReading {
  const implied = key.toLowerCase() === "completed" ? "completed" : undefined;
  // A title may hold a parenthesis like the one at the end, so the last one that fits counts.
  const end = [...raw.matchAll(RECENT_END)].findLast((match) => {
    const rest = raw.slice(match.index + match[0].length);
    return rest === "" || REASON.test(rest);
  });
  if (end) {
    const [whole, word, date = ""] = end;
    const reason = REASON.exec(raw.slice(end.index + whole.length))?.[1];
    const status = word?.toLowerCase() ?? implied;
    const dateReading = parseTime(date);
    return {
      issue: parseIssue(raw.slice(0, end.index).trimEnd()),
      date: date.trim(),
      ...(status && { status }),
      ...(dateReading && { dateReading }),
      ...(reason !== undefined && { reason: decodeText(reason) }),
    };
  }
  const open = raw.lastIndexOf("(");
  const inner = raw.slice(open + 1, -1);
  if (open > 0 && raw.endsWith(")") && raw[open - 1] === " " && inner !== "" && !inner.includes(")")) {
    return { issue: parseIssue(raw.slice(0, open).trimEnd()), status: decodeText(inner) };
  }
  return { issue: parseIssue(raw), ...(implied && { status: implied }) };
}

/** Encoded text in which no parenthesis can be taken for the one that ends a line of Recent Work. */
export function hideRecentEnd(encoded: string): string {
  return encoded.replace(/\((?=(?:(?:Completed|Paused)\s+)?\d{4}-\d{1,2}-\d{1,2}[^()]*\))/gi, "\\(");
}
