/**
 * What a list of issues says of a work file: enough to put ten thousand of them in a
 * list without parsing them.
 *
 * Invariant: what `glanceAt` reads of a text is what `glanceOf` says of its document. A
 * text is read by its lines where each line that matters is as the program writes it;
 * any other, and one with a paused plan, is parsed.
 */
import { formatTime, parseTime, type TimeReading } from "../base/time.ts";
import { detached } from "../text/lines.ts";
import { sourceOf } from "../text/source.ts";
import { isUnresolved } from "./conflict.ts";
import { timeOf } from "./content.ts";
import { GLYPHS } from "./glyphs.ts";
import { pausedPlan } from "./paused.ts";
import { issueOf, sectionNamed, updateTimeOf, type WorkDocument, workFrom } from "./work.ts";
import { countOf, type Progress, progressIn, statusWord } from "./work-content.ts";
import { readPlain } from "./work-head.ts";

export interface WorkGlance {
  readonly number: number;
  readonly title: string;
  readonly status: string | undefined;
  readonly isPaused: boolean;
  readonly progress: Progress | undefined;
  readonly branch: string | undefined;
  readonly started: string | undefined;
  readonly lastUpdated: string | undefined;
  /** The time that says when the work was last updated, or else completed. */
  readonly updated: TimeReading | undefined;
}

/** What the text of a work file says; `undefined` where it names no issue by its number. */
export function glanceAt(text: string): WorkGlance | undefined {
  return glanceAtLines(text) ?? glanceOf(workFrom(sourceOf(text), {}));
}

/** What a work file says; `undefined` where it names no issue by its number. */
export function glanceOf(document: WorkDocument): WorkGlance | undefined {
  const issue = issueOf(document);
  if (issue === undefined) return undefined;
  const plan = pausedPlan(document);
  const updated = updateTimeOf(document) ?? document.completed;
  // The items of both sides of a conflict are no list.
  const items = isUnresolved(document) ? [] : (plan?.progress.map(({ reading }) => reading) ?? progressIn(document));
  return {
    ...issue,
    status: statusWord(document),
    isPaused: plan !== undefined,
    progress: countOf(items),
    branch: plan?.active.branch?.value.value || undefined,
    started: timeOf(plan?.active.started ?? document.started),
    lastUpdated: timeOf(updated),
    updated: updated?.reading,
  };
}

/** Lines that can make something else of those around them than what they are by themselves. */
const UNSURE = /^(?: {0,3}(?:```|~~~|<|(?:=+|-+)[ \t]*$)| {1,3}#|\t|#{1,6}(?!#| \S)|#.*[&\\*_`[\]<])/m;
const NAMES = /progress\s+log|paused\s+plan/gi;
const LOG = "\n## Progress Log\n";

/** What the lines of a text say; `undefined` where they may say something else together. */
export function glanceAtLines(text: string): WorkGlance | undefined {
  const head = readPlain(text);
  if (head?.updated?.kind !== "exact") return undefined;
  const { number, updated } = head;
  const began = head.started === undefined ? undefined : parseTime(head.started);
  if (head.started !== undefined && began?.kind !== "exact") return undefined;
  const body = text.slice(head.end - 1);
  const log = body.indexOf(LOG);
  // A mention in words can be a heading that is spelled otherwise.
  if ((body.match(NAMES)?.length ?? 0) !== (log === -1 ? 0 : 1) || UNSURE.test(body)) return undefined;
  const progress = log === -1 ? undefined : progressInLines(body, log + LOG.length);
  if (progress === "unsure") return undefined;
  const title = detached(head.title);
  const status = head.status === "completed" ? "completed" : "in_progress";
  const started = began?.kind === "exact" ? formatTime(began.instant) : undefined;
  const lastUpdated = formatTime(updated.instant);
  return { number, title, status, isPaused: false, progress, branch: undefined, started, lastUpdated, updated };
}

const HEADING = /^(#{1,6}) (.*)$/gm;
const ENTRY = /^\d{4}-\d\d-\d\d[\w: ]*$/;

/** The progress of the first entry that has any, of those that follow `start`. */
function progressInLines(body: string, start: number): Progress | undefined | "unsure" {
  HEADING.lastIndex = start;
  let entry: number | undefined;
  for (let heading = HEADING.exec(body); ; heading = HEADING.exec(body)) {
    const found = entry === undefined ? undefined : countInLines(body.slice(entry, heading?.index));
    if (found !== undefined || heading === null) return found;
    const [, marks = "", title = ""] = heading;
    if (marks.length < 3 || sectionNamed(title)) return undefined;
    if (marks.length > 3 || !ENTRY.test(title)) return "unsure";
    entry = HEADING.lastIndex;
  }
}

/** Signs of progress, and brackets, in which the others stand. */
const SIGNS = /[✅✔✓☑🔄⏳🚧🟡⏸⬜☐❌✗⛔[]/u;
const ITEM = new RegExp(`^- (?:(${Object.values(GLYPHS).join("|")}) [^\\s(]|[A-Za-z(→])`, "u");

function countInLines(lines: string): Progress | undefined | "unsure" {
  if (!SIGNS.test(lines)) return undefined;
  let [completed, total] = [0, 0];
  for (const line of lines.split("\n")) {
    if (line === "") continue;
    const item = ITEM.exec(line);
    if (item === null) return "unsure";
    if (item[1] === undefined) continue;
    total++;
    if (item[1] === GLYPHS.completed) completed++;
  }
  return total === 0 ? undefined : { completed, total };
}
