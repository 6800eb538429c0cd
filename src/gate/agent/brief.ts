/**
 * The brief: what an agent has to know of the active work at the start of a
 * session, in few bytes, the most important first.
 *
 * `makeBrief` is a pure function of facts: the same facts give the same text. A
 * line is there or not; what found no room is counted in the last line, so that
 * nobody takes the brief for the whole. Text from the file is shown with what
 * hides or steers made visible, and what did not come through the gate is marked (`marked`).
 */
import { attempt } from "../../base/errors.ts";
import { cutToBytes } from "../../base/fit.ts";
import { printable } from "../../base/line.ts";
import { firstSince } from "../../base/stretch.ts";
import { parseTime, recencyOf } from "../../base/time.ts";
import { GLYPHS } from "../../document/values.ts";
import { listFolder, readRecord } from "../../files/read/read.ts";
import { WORKFLOW_MODE, WORKFLOW_REMINDER } from "../../records/batch-state.ts";
import { LACKING_BRANCH } from "../../rules/active-work.ts";
import { askOutside } from "../../text/outside.ts";
import { isSteering } from "../../text/steering.ts";
import { type BatchGlance, type DamagedGlance, glanceAtBatch, type SharedGlance } from "../batch/glance.ts";
import { requireCall } from "../call.ts";
import { BATCH_PATH, type Gate, SHARED_BATCH_PATH, STATE_PATH, WORK_FOLDER } from "../gate.ts";
import type { NoteList, Notes } from "../view/notes.ts";
import { type Status, statusOf, viewState } from "../view/status.ts";
import { type Brief, compose, plural } from "./compose.ts";
import { markParts, type Part, type Said } from "./marked.ts";

export type { Brief } from "./compose.ts";

/** Bytes of a brief, unless said otherwise. */
export const BRIEF_BYTES = 1500;
/** The fewest bytes in which there is anything worth reading. */
export const LEAST_BYTES = 200;

/** What a brief is made of. */
export interface BriefFacts {
  readonly status: Status;
  readonly batch: BatchGlance | SharedGlance | DamagedGlance | undefined;
  /** How many work files could be taken up again; counted while no issue is active. */
  readonly workFiles: number;
  readonly now: number;
  /** What the work file of the issue notes. */
  readonly notes?: Notes | undefined;
  /** Since when what the state file says is from outside, in milliseconds since the epoch; all came through the gate by default. */
  readonly outside?: (text: string) => number | undefined;
  /** Since when the record of the batch is. */
  readonly batchOutside?: number | undefined;
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
  const view = await viewState(gate);
  const status = await statusOf(gate, view, STATE_PATH, { counts: "cheap" });
  const workFiles = status.issueTitle === undefined ? countWorkFiles(gate) : 0;
  const traced = view.traced?.();
  const batch = glanceAtBatch(gate);
  const facts: BriefFacts = {
    ...{ status, batch, workFiles, now: gate.clock() },
    notes: view.notes?.(),
    ...(traced && { outside: askOutside(traced) }),
    ...(batch && { batchOutside: await batchOutside(gate, batch.kind) }),
  };
  return makeBrief(facts, budget);
}

/** Composes a brief from facts: the same facts give the same text. */
export function makeBrief(facts: BriefFacts, budget: number = BRIEF_BYTES): Brief {
  return compose(markParts(partsOf(facts), facts.now), budget);
}

function partsOf(facts: BriefFacts): Part[] {
  const { status } = facts;
  if (status.problems.some(({ rule }) => rule === "foreign-format")) return [batchPart(facts)];
  if (status.exists && !status.valid) return [damage(status), batchPart(facts)];
  if (status.issueTitle === undefined) return [idle(facts), batchPart(facts)];
  return [head(facts), ...itemParts(facts), batchPart(facts), ...lastParts(facts)];
}

/** Something that the state file says. */
function said({ outside }: BriefFacts, label: string, line: string, text: string): Said {
  return { line, text, label, since: outside?.(text) };
}

function head(facts: BriefFacts): Part {
  const { status, now } = facts;
  const { issueNumber, issueTitle = "", branch, freshness, workFile } = status;
  const name = [issueNumber === undefined ? "" : `#${issueNumber}`, issueTitle].filter(Boolean).join(" ");
  const saved = [ageOf(status, now), freshness && `(${freshness})`].filter(Boolean).join(" ");
  return {
    lines: [
      {
        ...said(facts, "Title", `Active work: ${shown(name)}`, issueTitle),
        otherwise: `Active work: ${issueNumber === undefined ? "an issue" : `#${issueNumber}`}`,
      },
      ...(branch === undefined ? [] : [branchLine(facts, branch)]),
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

/** Whoever makes a branch names it, and the gate records that name: one that reads like an instruction is nobody's word. */
function branchLine(facts: BriefFacts, branch: string): Said {
  const line = `Branch: ${shown(branch, 100)}${branchNote(facts.status)}`;
  const own = said(facts, "Branch", line, branch);
  return isSteering(branch) ? { ...own, since: own.since ?? facts.now } : own;
}

function branchNote({ git }: Status): string {
  if (git?.recordedBranch === undefined) return "";
  const here = git.branch === undefined ? "no branch" : isSteering(git.branch) ? "another" : shown(git.branch, 100);
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

function itemParts(facts: BriefFacts): Part[] {
  const { progressItems, nextSteps, openQuestions, blockers } = facts.status;
  const completed = progressItems.filter(({ status }) => status === "completed").length;
  const undecided = openQuestions.filter(({ decision }) => decision === undefined);
  return [
    {
      unit: "progress item",
      heading: `Progress (${completed} of ${progressItems.length} done):`,
      lines: progressItems.filter(({ status }) => status !== "completed").map((item) => progressLine(facts, item)),
    },
    {
      unit: "next step",
      heading: "Next steps:",
      lines: nextSteps.map((step, index) => said(facts, "Next", `${index + 1}. ${shown(step)}`, step)),
    },
    {
      unit: "open question",
      heading: "Open questions:",
      lines: undecided.map(({ question, note }) => {
        const line = `- ${shown(question)}${note === undefined ? "" : ` → TBD: ${shown(note)}`}`;
        return saidTwice(facts, "Question", line, [question, note]);
      }),
    },
    { unit: "blocker line", heading: "Blockers:", lines: blockerLines(facts, blockers) },
  ];
}

/** A line that has a text of its own on either side of an arrow. */
function saidTwice(facts: BriefFacts, label: string, line: string, texts: readonly (string | undefined)[]): Said {
  const sinces = texts.map((text) => text && facts.outside?.(text)).filter((since) => typeof since === "number");
  const since = sinces.length === 0 ? undefined : Math.min(...sinces);
  return { line, text: texts.join(" → "), label, since };
}

/** What is done and decided comes last: it is needed least to go on. */
function lastParts(facts: BriefFacts): Part[] {
  const { progressItems, openQuestions } = facts.status;
  const done = progressItems.filter(({ status }) => status === "completed");
  const decided = openQuestions.flatMap(({ question, decision }) =>
    decision === undefined
      ? []
      : [saidTwice(facts, "Decided", `- ${shown(question)} → ${shown(decision)}`, [question, decision])],
  );
  return [
    notesPart("failed attempt", "Did not work", facts.notes?.failed),
    notesPart("learning", "Learned", facts.notes?.learnings),
    notesPart("decision", "Decided", facts.notes?.decisions, decided),
    // The newest work stands at the end of the list.
    {
      unit: "completed item",
      heading: "Done, newest first:",
      lines: done.map((item) => progressLine(facts, item)).reverse(),
    },
    {
      lines: [
        "Record progress with `gate save` (see `gate help save`) or the tool update_progress; never edit .claude/state.md itself.",
      ],
    },
  ];
}

/** What the work file notes, the newest first, behind what the state file says of the same. */
function notesPart(unit: string, heading: string, list: NoteList | undefined, first: readonly Said[] = []): Part {
  const newest = [...(list?.newest ?? [])].reverse();
  const lines = newest.map(({ text, since }) => ({ line: `- ${shown(text)}`, text, label: heading, since }));
  return { unit, heading: `${heading}:`, lines: [...first, ...lines], more: (list?.count ?? 0) - newest.length };
}

function batchPart({ batch, batchOutside: since }: BriefFacts): Part {
  if (!batch) return { lines: [] };
  if (batch.kind === "damaged") {
    return { unit: "batch", lines: ["The record of the batch is damaged: run `gate batch recover` before going on."] };
  }
  if (batch.kind === "shared") {
    const where = `Batch ${shown(batch.id, 80)} is shared in ${shown(batch.backend, 20)}`;
    const line = `${where}: \`gate batch status\` says where it stands.`;
    return { unit: "batch", lines: [{ line, text: `${batch.id} ${batch.backend}`, since }] };
  }
  const { id, paused, completed, failed, total, next } = batch;
  const counts = `${completed} of ${total} done${failed > 0 ? `, ${failed} failed` : ""}`;
  const what = `Batch ${shown(id, 80)} is ${paused ? "paused" : "running"}: ${counts}`;
  const step = paused ? `; \`gate batch resume ${shown(id, 80)}\` goes on` : nextNote(next);
  const mode = batch.mode
    ? `Mode ${shown(batch.mode, 80)}${batch.reminder ? `: ${shown(batch.reminder, 300)}` : ""}`
    : "";
  const isUsual = batch.mode === WORKFLOW_MODE && batch.reminder === WORKFLOW_REMINDER;
  const how = isUsual ? mode : { line: mode, text: `${batch.mode} ${batch.reminder}`, since };
  const where = { line: `${what}${step}.`, text: `${id} ${next?.feature ?? ""}`, since };
  return { unit: "batch", lines: [where, ...(mode === "" ? [] : [how])] };
}

function nextNote(next: BatchGlance["next"]): string {
  return next === undefined ? "" : `; feature ${next.index} is next: ${shown(next.feature)}`;
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
      ...errors
        .slice(0, 5)
        .map(({ rule, message, line }) => `- line ${line}: ${rule}${isQuoting(message) ? "" : `: ${shown(message)}`}`),
      ...(errors.length > 5 ? [`- and ${errors.length - 5} more`] : []),
      "Run `gate check` to see all of it and `gate recover` to rebuild the file; do not edit it by hand.",
    ],
  };
}

/** Whether a message repeats what somebody has written: what is damaged did not come through the gate. Headings are the format's own. */
function isQuoting(message: string): boolean {
  const isOwn = (quoted: string) => /^#{1,3} [A-Z][A-Za-z ]{2,20}$/.test(quoted) && !isSteering(quoted);
  const quotes = [...message.matchAll(/`([^`]*)`?/g)].map(([, quoted = ""]) => quoted);
  return quotes.some((quoted) => !isOwn(quoted) && (/\p{L}{2,}[^\p{L}]+\p{L}{2,}/u.test(quoted) || isSteering(quoted)));
}

function progressLine(facts: BriefFacts, { status, text, percentage }: Status["progressItems"][number]): Said {
  const line = `- ${GLYPHS[status]} ${shown(text)}${percentage === undefined ? "" : ` (${percentage}% done)`}`;
  return said(facts, "Progress", line, text);
}

function blockerLines(facts: BriefFacts, blockers: string | undefined): Said[] {
  if (blockers === undefined || /^none(?: currently)?\.?$/i.test(blockers.trim())) return [];
  return blockers.split("\n").map((line) => said(facts, "Blocker", `- ${shown(line)}`, line));
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

/** Since when the record that the batch was read from is from outside; a record is one thing, and so is its origin. */
async function batchOutside(gate: Gate, kind: NonNullable<BriefFacts["batch"]>["kind"]): Promise<number | undefined> {
  const path = kind === "shared" ? SHARED_BATCH_PATH : BATCH_PATH;
  const bytes = attempt(() => readRecord(gate.project, path));
  // Most projects have no batch.
  const { outsideOf } = await import("../view/origin.ts");
  return bytes?.kind === "file" ? firstSince(outsideOf(gate, path, bytes.bytes)) : undefined;
}

function countWorkFiles({ project }: Gate): number {
  return listFolder(project, WORK_FOLDER).filter(({ name, kind }) => kind === "file" && /^[1-9]\d*\.md$/.test(name))
    .length;
}
