/**
 * The brief: what an agent has to know of the active work at the start of a
 * session, in few bytes, the most important first.
 *
 * `makeBrief` is a pure function of facts: the same facts give the same text. A
 * line is there or not; what found no room is counted in the last line, so that
 * nobody takes the brief for the whole. Text from the file is shown with what
 * hides or steers made visible.
 */
import { bytesOf, cutToBytes } from "../../base/fit.ts";
import { printable } from "../../base/line.ts";
import { parseTime, recencyOf } from "../../base/time.ts";
import { GLYPHS } from "../../document/values.ts";
import { listFolder } from "../../files/read/read.ts";
import { LACKING_BRANCH } from "../../rules/active-work.ts";
import { type BatchGlance, type DamagedGlance, glanceAtBatch, type SharedGlance } from "../batch/glance.ts";
import { requireCall } from "../call.ts";
import { type Gate, WORK_FOLDER } from "../gate.ts";
import { status as readStatus, type Status } from "../view/status.ts";

/** Bytes of a brief, unless said otherwise. */
export const BRIEF_BYTES = 1500;
/** The fewest bytes in which there is anything worth reading. */
export const LEAST_BYTES = 200;

/** A brief for an agent. */
export interface Brief {
  /** Empty where there is nothing to say. */
  readonly text: string;
  /** How many lines found no room. */
  readonly leftOut: number;
}

/** What a brief is made of. */
export interface BriefFacts {
  readonly status: Status;
  readonly batch: BatchGlance | SharedGlance | DamagedGlance | undefined;
  /** How many work files could be taken up again; counted while no issue is active. */
  readonly workFiles: number;
  readonly now: number;
}

/**
 * What an agent has to know of the active work, in at most `budget` bytes of UTF-8, the
 * most important first; `leftOut` lines found no room. Reads only, starts no process.
 *
 * ```ts
 * const { text } = await brief(gate, { budget: 4000 });
 * ```
 */
export async function brief(gate: Gate, input: { readonly budget?: number } = {}): Promise<Brief> {
  requireCall("brief", { gate, input }, { budget: "number?" });
  const { budget = BRIEF_BYTES } = input;
  const status = await readStatus(gate, { counts: "cheap" });
  const workFiles = status.issueTitle === undefined ? countWorkFiles(gate) : 0;
  return makeBrief({ status, batch: glanceAtBatch(gate), workFiles, now: gate.clock() }, budget);
}

/** Bytes from which on it is said of what there was more. */
const ROOMY = 600;

/** A part of the brief. Of its lines the first ones are the most important. */
interface Part {
  /** What its lines are, in the note about those that were left out; absent for those that are never. */
  readonly unit?: string;
  readonly heading?: string;
  readonly lines: readonly string[];
}

/** Composes a brief from facts: the same facts give the same text. */
export function makeBrief(facts: BriefFacts, budget: number = BRIEF_BYTES): Brief {
  const { status } = facts;
  if (status.problems.some(({ rule }) => rule === "foreign-format")) return compose(batchOnly(facts), budget);
  if (status.exists && !status.valid) return compose([damage(status), batchPart(facts)], budget);
  if (status.issueTitle === undefined) return compose([idle(facts), batchPart(facts)], budget);
  return compose([head(facts), ...itemParts(status), batchPart(facts), ...lastParts(status)], budget);
}

function head({ status, now }: BriefFacts): Part {
  const { issueNumber, issueTitle, branch, freshness, workFile } = status;
  const name = [issueNumber === undefined ? "" : `#${issueNumber}`, issueTitle].filter(Boolean).join(" ");
  const saved = [ageOf(status, now), freshness && `(${freshness})`].filter(Boolean).join(" ");
  return {
    lines: [
      `Active work: ${shown(name)}`,
      ...(branch === undefined ? [] : [`Branch: ${shown(branch, 100)}${branchNote(status)}`]),
      ...(saved === "" ? [] : [`Last saved: ${saved}${sinceNote(status)}`]),
      ...(freshness === "stale"
        ? ["This is stale: compare it with the branch and the issue before you rely on it, then run `gate save`."]
        : []),
      ...(workFile === "missing" ? ["Its work file is missing: `gate save --log TEXT` makes it again."] : []),
      ...(workFile === "archived"
        ? [`Its work file is archived: \`gate done\` finishes, \`gate start ${issueNumber}\` resumes.`]
        : []),
      ...warnings(status).map((message) => message.replace(/^Unexpected unfinished operation: /, "Unfinished: ")),
    ],
  };
}

/** What is wrong with a state file that can be trusted, and does not mend itself at the next save. */
function warnings({ problems, path }: Status): string[] {
  return problems.flatMap(({ rule, message }) => {
    if (rule === "rolled-back") return [`${path}: ${shown(message)}`];
    return rule === "unfinished-operation" ? [shown(message)] : [];
  });
}

function branchNote({ git }: Status): string {
  if (git?.recordedBranch === undefined) return "";
  const here = git.branch === undefined ? "no branch" : shown(git.branch, 100);
  const lacking = LACKING_BRANCH[git.recordedBranch];
  if (lacking !== undefined) return ` (${lacking}; ${here} is checked out)`;
  return git.recordedBranch === "elsewhere" ? ` (not checked out; ${here} is)` : "";
}

function sinceNote({ git }: Status): string {
  const parts = [
    ...(git?.commits ? [plural(git.commits, "commit")] : []),
    ...(git?.changedFiles ? [plural(git.changedFiles, "changed file")] : []),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(" and ")} since`;
}

function itemParts({ progressItems, nextSteps, openQuestions, blockers }: Status): Part[] {
  const completed = progressItems.filter(({ status }) => status === "completed").length;
  const undecided = openQuestions.filter(({ decision }) => decision === undefined);
  return [
    {
      unit: "progress item",
      heading: `Progress (${completed} of ${progressItems.length} done):`,
      lines: progressItems.filter(({ status }) => status !== "completed").map(progressLine),
    },
    {
      unit: "next step",
      heading: "Next steps:",
      lines: nextSteps.map((step, index) => `${index + 1}. ${shown(step)}`),
    },
    {
      unit: "open question",
      heading: "Open questions:",
      lines: undecided.map(
        ({ question, note }) => `- ${shown(question)}${note === undefined ? "" : ` → TBD: ${shown(note)}`}`,
      ),
    },
    { unit: "blocker line", heading: "Blockers:", lines: blockerLines(blockers) },
  ];
}

/** What is done and decided comes last: it is needed least to go on. */
function lastParts({ progressItems, openQuestions }: Status): Part[] {
  const done = progressItems.filter(({ status }) => status === "completed");
  const decided = openQuestions.flatMap(({ question, decision }) =>
    decision === undefined ? [] : [`- ${shown(question)} → ${shown(decision)}`],
  );
  return [
    { unit: "decision", heading: "Decided:", lines: decided },
    // The newest work stands at the end of the list.
    { unit: "completed item", heading: "Done, newest first:", lines: done.map(progressLine).reverse() },
    {
      lines: [
        "Record progress with `gate save` (see `gate help save`) or the tool update_progress; never edit .claude/state.md itself.",
      ],
    },
  ];
}

function batchPart({ batch }: BriefFacts): Part {
  if (!batch) return { lines: [] };
  if (batch.kind === "damaged") {
    return { unit: "batch", lines: ["The record of the batch is damaged: run `gate batch recover` before going on."] };
  }
  if (batch.kind === "shared") {
    const where = `Batch ${shown(batch.id, 80)} is shared in ${shown(batch.backend, 20)}`;
    return { unit: "batch", lines: [`${where}: \`gate batch status\` says where it stands.`] };
  }
  const { id, paused, completed, failed, total, next } = batch;
  const counts = `${completed} of ${total} done${failed > 0 ? `, ${failed} failed` : ""}`;
  const what = `Batch ${shown(id, 80)} is ${paused ? "paused" : "running"}: ${counts}`;
  const step = paused ? `; \`gate batch resume ${shown(id, 80)}\` goes on` : nextNote(next);
  const mode = batch.mode
    ? `Mode ${shown(batch.mode, 80)}${batch.reminder ? `: ${shown(batch.reminder, 300)}` : ""}`
    : "";
  return { unit: "batch", lines: [`${what}${step}.`, ...(mode === "" ? [] : [mode])] };
}

function nextNote(next: BatchGlance["next"]): string {
  return next === undefined ? "" : `; feature ${next.index} is next: ${shown(next.feature)}`;
}

function batchOnly(facts: BriefFacts): Part[] {
  return [batchPart(facts)];
}

function idle({ workFiles, status }: BriefFacts): Part {
  return {
    lines: [
      ...(workFiles === 0
        ? []
        : [
            `No issue is active; ${plural(workFiles, "work file")} to resume: \`gate reconstruct\` lists ${workFiles === 1 ? "it" : "them"}.`,
          ]),
      ...warnings(status),
    ],
  };
}

function damage({ problems, path }: Status): Part {
  const newer = problems.find(({ rule }) => rule === "unsupported-version");
  if (newer) return { lines: [`${path} was written by a newer gate: ${shown(newer.message)}. Use that one here.`] };
  const errors = problems.filter(({ severity }) => severity === "error");
  return {
    lines: [
      `${path} is damaged, so what is recorded of the active work cannot be trusted:`,
      ...errors.slice(0, 5).map(({ rule, message, line }) => `- line ${line}: ${rule}: ${shown(message)}`),
      ...(errors.length > 5 ? [`- and ${errors.length - 5} more`] : []),
      "Run `gate check` to see all of it and `gate recover` to rebuild the file; do not edit it by hand.",
    ],
  };
}

/** Lines in the order of the parts, chosen so that no part takes the room of all others. */
function compose(parts: readonly Part[], budget: number): Brief {
  const filled = parts.filter(({ lines, unit }) => lines.length > 0 && unit !== undefined);
  const fixed = parts.filter(({ lines, unit }) => lines.length > 0 && unit === undefined);
  const taken = new Map(parts.map((part) => [part, 0]));
  const total = filled.reduce((sum, { lines }) => sum + lines.length, 0);
  const sizes = [...fixed, ...filled].flatMap(({ heading, lines }) => [
    ...(heading === undefined ? [] : [heading]),
    ...lines,
  ]);
  const isWhole = sizes.reduce((sum, line) => sum + bytesOf(line) + 1, 0) <= budget + 1;
  const note = isWhole ? 0 : bytesOf(noteOf(filled, taken, budget)) + 1;
  let used = 0;
  for (const part of fixed) {
    for (const line of part.lines) {
      const needed = bytesOf(line) + 1;
      if (used + needed > budget - note && used > 0) break;
      taken.set(part, taken.get(part)! + 1);
      used += needed;
    }
  }
  // Twice: first each part gets a share, then whoever comes first what is left.
  for (const share of [Math.floor(budget / 4), budget]) {
    for (const part of filled) {
      let own = 0;
      while (taken.get(part)! < part.lines.length) {
        const at = taken.get(part)!;
        const heading = at === 0 && part.heading !== undefined ? bytesOf(part.heading) + 1 : 0;
        const needed = heading + bytesOf(part.lines[at]!) + 1;
        if (used + needed > budget - note || own + needed > share) break;
        taken.set(part, at + 1);
        own += needed;
        used += needed;
      }
    }
  }
  const shownLines = filled.reduce((sum, part) => sum + taken.get(part)!, 0);
  const lines = parts.flatMap((part) => {
    const count = taken.get(part) ?? 0;
    return [...(count > 0 && part.heading !== undefined ? [part.heading] : []), ...part.lines.slice(0, count)];
  });
  const leftOut = total - shownLines;
  if (leftOut > 0) lines.push(noteOf(filled, taken, budget));
  return { text: cutToBytes(lines.join("\n"), budget), leftOut };
}

/** What is left out, part by part where there is room for that. */
function noteOf(parts: readonly Part[], taken: ReadonlyMap<Part, number>, budget: number): string {
  const missing = parts.flatMap((part) => {
    const count = part.lines.length - taken.get(part)!;
    return count > 0 ? [{ count, unit: part.unit! }] : [];
  });
  const units = missing.map(({ count, unit }) => plural(count, unit)).join(", ");
  const all = missing.reduce((sum, { count }) => sum + count, 0);
  return `Left out: ${budget < ROOMY ? plural(all, "line") : units}; \`gate status\` shows all.`;
}

function progressLine({ status, text, percentage }: Status["progressItems"][number]): string {
  return `- ${GLYPHS[status]} ${shown(text)}${percentage === undefined ? "" : ` (${percentage}% done)`}`;
}

function blockerLines(blockers: string | undefined): string[] {
  if (blockers === undefined || /^none(?: currently)?\.?$/i.test(blockers.trim())) return [];
  return blockers.split("\n").map((line) => `- ${shown(line)}`);
}

function ageOf({ lastUpdated, hoursSinceUpdate }: Status, now: number): string | undefined {
  if (lastUpdated === undefined || hoursSinceUpdate === undefined) return undefined;
  const reading = parseTime(lastUpdated);
  return reading?.kind === "exact" ? recencyOf(reading.instant, now) : `${plural(hoursSinceUpdate, "hour")} ago`;
}

/** No single line takes more than a part of the room. */
export function shown(text: string, most = 240): string {
  return cutToBytes(printable(text.slice(0, 8 * most)), most);
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function countWorkFiles({ project }: Gate): number {
  return listFolder(project, WORK_FOLDER).filter(({ name, kind }) => kind === "file" && /^[1-9]\d*\.md$/.test(name))
    .length;
}
