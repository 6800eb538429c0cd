/** Which commands do in order what somebody tried to do to a document by hand. */
import { parseState, type StateDocument, type StateSectionName } from "../../document/state.ts";
import { bodyOfSection, parseWork, type WorkDocument, type WorkSectionName } from "../../document/work.ts";
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
  return parts.length === 0 ? insteadOf(kind) : parts.join(", ");
}

function partsOfState(before: StateDocument, after: StateDocument): readonly string[] {
  const names = Object.keys(STATE_PARTS) as StateSectionName[];
  const changed = names.filter((name) => sectionOf(before, name) !== sectionOf(after, name));
  const { active: one } = before;
  const { active: other } = after;
  const issue = one.issueField?.value.raw !== other.issueField?.value.raw;
  const branch = one.branch?.value.raw !== other.branch?.value.raw;
  const started = one.started?.field.raw !== other.started?.field.raw;
  return [
    ...changed.map((name) => STATE_PARTS[name]!),
    ...(issue || branch || started ? [ISSUE] : []),
    ...(before.lastUpdated?.field.raw !== after.lastUpdated?.field.raw ? [UPDATED] : []),
  ];
}

function sectionOf(document: StateDocument, name: StateSectionName): string | undefined {
  const section: Section | undefined = document.known[name]?.value;
  return section && document.text.slice(section.bodyStart, section.end).trim();
}

function partsOfWork(before: WorkDocument, after: WorkDocument): readonly string[] {
  const names = Object.keys(WORK_PARTS) as WorkSectionName[];
  const changed = names.filter((name) => bodyOfSection(before, name).trim() !== bodyOfSection(after, name).trim());
  return [...changed.map((name) => WORK_PARTS[name]!), ...(before.status !== after.status ? [STATUS] : [])];
}
