/**
 * What a brief says, part by part: a pure function of facts. Text from the file is shown with
 * what hides or steers made visible; what did not come through the gate carries its mark.
 */
import { parseTime, recencyOf } from "../../base/time.ts";
import { GLYPHS } from "../../document/values.ts";
import { LACKING_BRANCH } from "../../rules/active-work.ts";
import type { BatchGlance, DamagedGlance, SharedGlance } from "../batch/glance.ts";
import { type AskMark, askMark, type Marks } from "../view/marks.ts";
import type { NoteList, Notes } from "../view/notes.ts";
import type { Status } from "../view/status.ts";
import { type Part, plural, type Said } from "./compose.ts";
import { shown } from "./shown.ts";

/** What a brief is made of. */
export interface BriefFacts {
  readonly status: Status;
  readonly batch: BatchGlance | SharedGlance | DamagedGlance | undefined;
  /** How many work files could be taken up again; counted while no issue is active. */
  readonly workFiles: number;
  readonly now: number;
  /** What the work file of the issue notes. */
  readonly notes?: Notes | undefined;
  /** What of the state file is from outside; without it all came through the gate. */
  readonly marks?: Marks | undefined;
  /** What of the record of the batch is. */
  readonly batchMarks?: Marks | undefined;
  /** Whether the name of the branch that is checked out reads like an instruction. */
  readonly isHereHeld?: boolean;
}

/** Facts with the marks ready to be asked. */
interface Asked extends Omit<BriefFacts, "batch" | "batchMarks"> {
  readonly ask: AskMark;
}

/** Whether the state file is there and cannot be trusted. */
export function isDamaged({ exists, valid }: Status): boolean {
  return exists && !valid;
}

/** What there is to say, the most important first; of the batch and of damage elsewhere, because both are rare. */
export function partsOf(
  given: Omit<BriefFacts, "batch" | "batchMarks">,
  { batch, damage }: { readonly batch: Part; readonly damage: Part | undefined },
): Part[] {
  const facts = { ...given, ask: askMark(given.marks) };
  const { status } = facts;
  if (status.problems.some(({ rule }) => rule === "foreign-format")) return [batch];
  if (damage !== undefined) return [damage, batch];
  if (status.issueTitle === undefined) return [idle(facts), batch];
  return [head(facts), ...itemParts(facts), batch, ...lastParts(facts)];
}

/** Something that the state file says. */
function said({ ask }: Asked, label: string, line: string, ...texts: readonly (string | undefined)[]): Said {
  return { line, label, mark: ask(...texts) };
}

function head(facts: Asked): Part {
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
      ...(branch === undefined
        ? []
        : [said(facts, "Branch", `Branch: ${shown(branch, 100)}${branchNote(facts)}`, branch)]),
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

function branchNote({ status: { git }, isHereHeld = false }: Asked): string {
  if (git?.recordedBranch === undefined) return "";
  const here = git.branch === undefined ? "no branch" : isHereHeld ? "another" : shown(git.branch, 100);
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

function itemParts(facts: Asked): Part[] {
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
        return said(facts, "Question", line, question, note);
      }),
    },
    { unit: "blocker line", heading: "Blockers:", lines: blockerLines(facts, blockers) },
  ];
}

/** What is done and decided comes last: it is needed least to go on. */
function lastParts(facts: Asked): Part[] {
  const { progressItems, openQuestions } = facts.status;
  const done = progressItems.filter(({ status }) => status === "completed");
  const decided = openQuestions.flatMap(({ question, decision }) =>
    decision === undefined
      ? []
      : [said(facts, "Decided", `- ${shown(question)} → ${shown(decision)}`, question, decision)],
  );
  return [
    notesPart("failed attempt", "Did not work", facts.notes?.failed),
    notesPart("learning", "Learned", facts.notes?.learnings),
    notesPart("decision", "Decided", decisionsBeside(facts), decided),
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

/** The decisions of the work file without those that an answered question tells: a save notes both. */
function decisionsBeside({ notes, status }: Asked): NoteList | undefined {
  const told = new Set(status.openQuestions.map(({ decision }) => decision));
  const { newest = [], count = 0 } = notes?.decisions ?? {};
  const others = newest.filter(({ text }) => !told.has(text));
  return { newest: others, count: count - newest.length + others.length };
}

/** What the work file notes, the newest first, behind what the state file says of the same. */
function notesPart(unit: string, heading: string, list: NoteList | undefined, first: readonly Said[] = []): Part {
  const newest = [...(list?.newest ?? [])].reverse();
  const lines = newest.map(({ text, mark }) => ({ line: `- ${shown(text)}`, label: heading, mark }));
  return { unit, heading: `${heading}:`, lines: [...first, ...lines], more: (list?.count ?? 0) - newest.length };
}

function idle({ workFiles, status }: Asked): Part {
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

function progressLine(facts: Asked, { status, text, percentage }: Status["progressItems"][number]): Said {
  const line = `- ${GLYPHS[status]} ${shown(text)}${percentage === undefined ? "" : ` (${percentage}% done)`}`;
  return said(facts, "Progress", line, text);
}

function blockerLines(facts: Asked, blockers: string | undefined): Said[] {
  if (blockers === undefined || /^none(?: currently)?\.?$/i.test(blockers.trim())) return [];
  return blockers.split("\n").map((line) => said(facts, "Blocker", `- ${shown(line)}`, line));
}

function ageOf({ lastUpdated, hoursSinceUpdate }: Status, now: number): string | undefined {
  if (lastUpdated === undefined || hoursSinceUpdate === undefined) return undefined;
  const reading = parseTime(lastUpdated);
  return reading?.kind === "exact" ? recencyOf(reading.instant, now) : `${plural(hoursSinceUpdate, "hour")} ago`;
}
