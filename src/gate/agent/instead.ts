/** Which commands do in order what somebody tried to do to a document by hand. */
import { quoteForShell } from "../../base/shell.ts";
import { contentOf, type StateContent } from "../../document/content.ts";
import { parseState, type StateDocument, type StateSectionName } from "../../document/state.ts";
import { bodyOfSection, parseWork, type WorkDocument, type WorkSectionName } from "../../document/work.ts";
import { textsIn } from "../../document/work-content.ts";
import type { Section } from "../../syntax/outline.ts";
import { decode } from "../../text/source.ts";
import { insteadOf, type ProtectedKind } from "../view/paths.ts";

const STATE_PARTS: Partial<Record<StateSectionName, string>> = {
  progress: "`gate save --done TEXT`, `--doing TEXT:PERCENT`, `--todo TEXT` and `--drop TEXT` for Progress",
  nextSteps: "`gate save --next TEXT` and `--add-next TEXT` for Next Steps",
  openQuestions: "`gate save --question TEXT --decision TEXT` for Open Questions",
  recentWork: "`gate done N` for Recent Work",
  blockers: "`gate save --blocker TEXT` and `--unblock TEXT` for Blockers",
  context: "`gate save --context TEXT` for Context",
};
const ISSUE = "`gate start N --title T --branch B` for the active issue";
const UPDATED = "any `gate save` for Last Updated, which it sets itself";

const WORK_PARTS: Partial<Record<WorkSectionName, string>> = {
  description: "`gate save --description TEXT` for Issue Description",
  approach: "`gate save --approach TEXT` for Approach",
  progressLog: "`gate save --log TEXT` for Progress Log",
  decisions: "`gate save --decision TEXT` for Decisions Made",
  files: "`gate save --file PATH` for Files Modified",
  learnings: "`gate save --learning TEXT` for Learnings",
  tests: "`gate save --test TEXT` for Tests",
};
const STATUS = "`gate done N` to finish the issue";

/** The commands for what differs between two texts of a document, in words behind `Use`; all of them where that is nothing of these. */
export function insteadOfEdit(kind: ProtectedKind, before: Uint8Array | undefined, after: Uint8Array): string {
  if (before === undefined || (kind !== "state" && kind !== "work")) return insteadOf(kind);
  const [one, other] = [decode(before), decode(after)];
  const parts =
    kind === "state" ? partsOfState(parseState(one), parseState(other)) : partsOfWork(parseWork(one), parseWork(other));
  const saves = parts.flatMap((part) => (typeof part === "string" ? [] : part));
  const words = parts.filter((part) => typeof part === "string");
  const save = saves.length === 0 ? [] : [`\`${["gate save", ...saves].join(" ")}\``];
  const isSaved = save.length > 0 && words.at(-1) === UPDATED;
  const all = [...save, ...(isSaved ? words.slice(0, -1) : words)];
  return all.length === 0 ? insteadOf(kind) : all.join(", ");
}

/** The words of `gate save` that do what an edit did to a part, or what to use where that cannot be said. */
type Part = readonly string[] | string;

function partsOfState(before: StateDocument, after: StateDocument): readonly Part[] {
  const names = Object.keys(STATE_PARTS) as StateSectionName[];
  const changed = names.filter((name) => sectionOf(before, name) !== sectionOf(after, name));
  const [one, other] = [contentOf(before), contentOf(after)];
  const { issueNumber, issueTitle, branch } = other;
  const isIssue = before.active.issueField?.value.raw !== after.active.issueField?.value.raw;
  const isBranch = before.active.branch?.value.raw !== after.active.branch?.value.raw;
  const isStarted = before.active.started?.field.raw !== after.active.started?.field.raw;
  const start = [
    ...["gate start", String(issueNumber)],
    ...(isIssue && issueTitle ? ["--title", quoteForShell(issueTitle)] : []),
    ...(isBranch && branch !== undefined ? ["--branch", quoteForShell(branch)] : []),
  ];
  const isSaid = issueNumber !== undefined && start.length > 2;
  return [
    ...changed.map((name) => savesFor(name, after, one, other) ?? STATE_PARTS[name]!),
    ...(isIssue || isBranch || isStarted ? [isSaid ? `\`${start.join(" ")}\`` : ISSUE] : []),
    ...(before.lastUpdated?.field.raw !== after.lastUpdated?.field.raw ? [UPDATED] : []),
  ];
}

function savesFor(
  name: StateSectionName,
  after: StateDocument,
  one: StateContent,
  other: StateContent,
): readonly string[] | undefined {
  const words = after.known[name] && Object.hasOwn(SAVES, name) ? SAVES[name]?.(one, other) : undefined;
  return words === undefined || words.length === 0 ? undefined : words;
}

/** The options for what differs between two lists; none where they cannot say it. */
const SAVES: { readonly [Name in StateSectionName]?: (before: StateContent, after: StateContent) => string[] } = {
  progress({ progressItems: before }, { progressItems: after }) {
    const known = new Map(before.map((item) => [item.text, item]));
    const changed = after.filter((item) => {
      const was = known.get(item.text);
      return was?.status !== item.status || was.percentage !== item.percentage;
    });
    const left = new Set(after.map(({ text }) => text));
    return [
      ...before.flatMap(({ text }) => (left.has(text) ? [] : option("drop", text))),
      ...changed.flatMap(({ status, text, percentage }) => {
        return option(STATUS_OPTION[status], percentage === undefined ? text : `${text}:${percentage}`);
      }),
    ];
  },
  nextSteps({ nextSteps: before }, { nextSteps: after }) {
    const isLonger = before.every((step, index) => after[index] === step);
    if (isLonger) return after.slice(before.length).flatMap((step) => option("add-next", step));
    return after.flatMap((step) => option("next", step));
  },
  openQuestions({ openQuestions: before }, { openQuestions: after }) {
    const known = new Map(before.map((each) => [each.question, each.decision]));
    const left = new Set(after.map(({ question }) => question));
    return [
      ...before.flatMap(({ question }) => (left.has(question) ? [] : option("drop", question))),
      ...after.flatMap(({ question, decision }) => {
        if (known.has(question) && known.get(question) === decision) return [];
        return [...option("question", question), ...(decision === undefined ? [] : option("decision", decision))];
      }),
    ];
  },
  blockers({ blockers: before = "" }, { blockers: after = "" }) {
    const [one, other] = [before, after].map((text) => text.split("\n").map(plain).filter(isSaid));
    return [
      ...one!.flatMap((text) => (other!.includes(text) ? [] : option("unblock", text))),
      ...other!.flatMap((text) => (one!.includes(text) ? [] : option("blocker", text))),
    ];
  },
  context({ context: before }, { context: after }) {
    const [one, other] = [before, after].map((lines) => lines.map(plain).filter(isSaid));
    // A line can only be added; one that is changed or gone is said by the whole list.
    const isKept = one!.every((line) => other!.includes(line));
    const lines = isKept ? other!.filter((line) => !one!.includes(line)) : other!;
    return [...(isKept ? [] : option("clear", "context")), ...lines.flatMap((line) => option("context", line))];
  },
};

const STATUS_OPTION = { completed: "done", in_progress: "doing", pending: "todo", blocked: "blocked" } as const;

function option(name: string, text: string): string[] {
  return [`--${name}`, quoteForShell(text)];
}

/** A line without the mark of a list in front. */
function plain(line: string): string {
  return line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "").trim();
}

function isSaid(line: string): boolean {
  return line !== "" && !/^none\.?$/i.test(line);
}

function sectionOf(document: StateDocument, name: StateSectionName): string | undefined {
  const section: Section | undefined = document.known[name]?.value;
  return section && document.text.slice(section.bodyStart, section.end).trim();
}

function partsOfWork(before: WorkDocument, after: WorkDocument): readonly Part[] {
  const names = Object.keys(WORK_PARTS) as WorkSectionName[];
  const changed = names.filter((name) => bodyOfSection(before, name).trim() !== bodyOfSection(after, name).trim());
  return [
    ...changed.map((name) => workSavesFor(name, before, after) ?? WORK_PARTS[name]!),
    ...(before.status !== after.status ? [STATUS] : []),
  ];
}

/** The options for what was added to a section of a work file; none where something was changed or is gone. */
function workSavesFor(name: WorkSectionName, before: WorkDocument, after: WorkDocument): readonly string[] | undefined {
  if (name === "description" || name === "approach") {
    const body = bodyOfSection(after, name).trim();
    return body === "" || body.includes("\n") ? undefined : option(name, body);
  }
  const word = ({ learnings: "learning", files: "file" } as Partial<Record<WorkSectionName, string>>)[name];
  const [one, other] = [textsIn(before, name), textsIn(after, name)];
  if (word === undefined || other.length <= one.length || !one.every((text) => other.includes(text))) return undefined;
  return other.filter((text) => !one.includes(text)).flatMap((text) => option(word, plain(text)));
}
