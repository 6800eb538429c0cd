/**
 * What the beginning of a work file says about the whole: enough to put ten
 * thousand of them in order without reading them.
 *
 * Invariant: what is read here is what `parseWork` reads from the whole file, or
 * nothing is. Blocks are read line by line, so a prefix that ends with a line has
 * the blocks of the whole up to there, but for frontmatter that is not closed yet.
 * The header and its fields are settled once they are followed by the heading of a
 * known section: the first header of the first level counts, and no field is
 * looked for behind such a heading. A head as the program writes it is read by its
 * lines, because there are many of them; any other by the parser.
 */
import { parseTime, type TimeReading } from "../base/time.ts";
import { sourceOf } from "../text/source.ts";
import { issueOf, nameOf, parseWork, sectionNamed, updateTimeOf, type WorkStatus } from "./work.ts";

export interface WorkHead {
  readonly number: number;
  readonly title: string;
  readonly status: WorkStatus | undefined;
  /** The time that says when the work was last updated, or else completed. */
  readonly updated: TimeReading | undefined;
}

/**
 * Reads the head of a work file. `text` is its beginning, without a byte order mark
 * and up to the end of a line. `undefined` where it does not settle what the whole says.
 */
export function readWorkHead(text: string): WorkHead | undefined {
  const plain = readPlain(text);
  if (plain === undefined) return readParsed(text);
  const { started: _, end: __, ...head } = plain;
  return head;
}

function readParsed(text: string): WorkHead | undefined {
  const document = parseWork(sourceOf(text));
  const { blocks, sections, header } = document;
  if (text.startsWith("---") && blocks[0]?.type !== "yaml") return undefined;
  const issue = issueOf(document);
  const section = header?.value.section;
  const isSettled = section?.depth === 1 && section !== sections.at(-1) && sections.some((each) => nameOf(each));
  if (!issue || !isSettled) return undefined;
  return { ...issue, status: document.status, updated: updatedIn(document) };
}

function updatedIn(document: ReturnType<typeof parseWork>): TimeReading | undefined {
  return updateTimeOf(document)?.reading ?? document.completed?.reading;
}

const FRONTMATTER = /^---\n(?:[A-Za-z_][\w-]*: [A-Za-z0-9][\w./ -]*\n)*---\n/;
const HEADER = /^# Issue #([1-9]\d{0,14}): ([^\s#\\&`*_[<-](?:[^\r\n\\&]*[^\s#\\&])?)$/;
const FIELD = /^\*\*([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)?):\*\* ([^\s\\&`](?:[^\r\\&`]*[^\s\\&`])?)$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** Fields with these names in any other case are fields all the same. */
const NAMED = new Map(
  ["Status", "Started", "Last Updated", "Completed"].flatMap((name) => [
    [name, name] as const,
    [name.toLowerCase(), ""] as const,
  ]),
);

/** A head as the program writes it. */
export interface PlainHead extends WorkHead {
  /** The value of Started. */
  readonly started: string | undefined;
  /** Where the heading of the first known section stands. */
  readonly end: number;
}

/** Reads a head as the program writes it: the header, fields, a known section. Whatever else there is, it does not understand. */
export function readPlain(text: string): PlainHead | undefined {
  if (text.includes("\r")) return undefined;
  const start = FRONTMATTER.exec(text)?.[0].length ?? 0;
  let header: RegExpExecArray | undefined;
  const values = new Map<string, string>();
  let end = start;
  for (let at = start; ; ) {
    const eol = text.indexOf("\n", at);
    if (eol === -1) return undefined;
    const line = text.slice(at, eol);
    end = at;
    at = eol + 1;
    if (line === "") continue;
    if (!header) {
      header = HEADER.exec(line) ?? undefined;
      if (!header) return undefined;
      continue;
    }
    if (line.startsWith("## ") && sectionNamed(line.slice(3))) break;
    const field = FIELD.exec(line);
    if (!field) return undefined;
    const [, key = "", value = ""] = field;
    const name = NAMED.get(key) ?? NAMED.get(key.toLowerCase());
    if (name === "") return undefined;
    if (name !== undefined && !values.has(name)) values.set(name, value);
  }
  const status = values.get("Status");
  if (status !== "in_progress" && status !== "completed") return undefined;
  const updated = values.get("Last Updated") ?? values.get("Completed");
  if (updated === undefined || !TIME.test(updated)) return undefined;
  const started = values.get("Started");
  return { number: Number(header[1]), title: header[2]!, status, updated: parseTime(updated), started, end };
}
