/** Reconstruct State from Work Files: making one of them the active work. What there is to choose from: `suggestions.ts`. */
import { GateError } from "../../base/errors.ts";
import { freshnessOf } from "../../base/time.ts";
import { withoutPlan } from "../../changes/pause.ts";
import { addRecent, MAX_RECENT } from "../../changes/recent.ts";
import { keepsApart } from "../../changes/set-active.ts";
import { updateProgress } from "../../changes/update-progress.ts";
import { pausedPlan } from "../../document/paused.ts";
import { type StateDocument, stateFrom } from "../../document/state.ts";
import { issueOf, updateTimeOf } from "../../document/work.ts";
import { writeDocument } from "../../pipeline/processor.ts";
import type { Edit } from "../../text/edit.ts";
import { sourceOf } from "../../text/source.ts";
import { requireCall } from "../call.ts";
import { transactClaimed } from "../claims/start.ts";
import { newState } from "../commit/new-documents.ts";
import { rememberIssue } from "../commit/session-issue.ts";
import { ARCHIVE_FOLDER, type Gate, STATE_PATH, type WriteOptions, workPath } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { activeNumber, requireSound } from "../view/read.ts";
import { findWork } from "../view/work-files.ts";
import { APART, activated, requireIdle, type Start } from "./start.ts";
import { factsOf, type Reconstruction } from "./suggestions.ts";

export {
  type ReconstructInput,
  type Reconstruction,
  reconstruct,
  reconstructHint,
  type Suggestion,
} from "./suggestions.ts";

/**
 * Makes the issue of a work file the active work: the call is the consent. Rejects with
 * `NOT_FOUND` where there is no such work file, and with `INVALID_ARGUMENT` while another
 * issue is active.
 */
export async function reconstructFrom(gate: Gate, issue: number, options: WriteOptions = {}): Promise<Outcome<Start>> {
  requireCall("reconstructFrom", { gate, input: { issue }, options }, { issue: "issue" });
  const recent = await findWork(gate, ARCHIVE_FOLDER, MAX_RECENT, ({ issue, instant }) => ({ issue, instant }));
  const operation = { name: "reconstruct", words: `reconstruct --select ${issue}`, claim: { issue } };
  const outcome = await transactClaimed(gate, operation, options, async (transaction) => {
    const state = await transaction.readState();
    const work = await transaction.readWork(workPath(issue));
    if (!work.exists) throw noWorkFile(issue, work.path);
    requireSound(work);
    if (state.exists) requireSound(state);
    let document = state.document ?? (await newState(transaction.now));
    requireIdle(document, issue);
    const apply = (edits: readonly Edit[]) => {
      document = stateFrom(sourceOf(writeDocument(document, edits)), {});
    };
    if (document.recentWork.length === 0) {
      for (const entry of recent.found.slice(0, MAX_RECENT).reverse()) {
        const { number, title } = entry.issue;
        if (entry.instant === undefined || number === issue) continue;
        apply(addRecent(document, { id: String(number), title, status: "Completed", instant: entry.instant }));
      }
    }
    const resumed = activeNumber(document) === issue;
    const title = issueOf(work.document!)?.title ?? "";
    const started = work.document!.started?.reading;
    const instant = started && started.kind !== "impossible" ? started.instant : transaction.now;
    if (!resumed && keepsApart(document)) transaction.warn(APART);
    const plan = pausedPlan(work.document!);
    const active = { number: issue, title, plan, ...(plan?.active.started === undefined && { started: instant }) };
    if (!resumed) document = activated(document, active, transaction.now);
    if (!resumed && !hasItems(document)) apply(updateProgress(document, factsOf(work.document!), transaction.now));
    transaction.write(state, { document });
    const left = withoutPlan(work.document!);
    // A plan leaves its work file once the state file has it.
    if (left.length > 0) transaction.write(work, { document: work.document!, edits: left });
    const back = !resumed && plan !== undefined;
    return { resumed, title, state, back, previous: undefined, instant: updateTimeOf(work.document!) };
  });
  const { resumed, title, state, back, instant } = outcome.value;
  if (!options.dryRun) rememberIssue(gate, issue);
  const written = outcome.written.find(({ path }) => path === STATE_PATH);
  const value: Start = {
    success: true,
    message: `Active work set to #${issue}${title === "" ? "" : ` - ${title}`}`,
    stateFileUpdated: STATE_PATH,
    previousWorkArchived: false,
    fileSize: written?.size ?? state.bytes?.length,
    workFile: workPath(issue),
    workFileCreated: false,
    workFileFreshness: instant?.reading && freshnessOf(instant.reading, gate.clock()),
    resumed,
    ...(back && { planRestored: true as const }),
    revision: written?.revision ?? state.revision,
  };
  return { ...outcome, value };
}

/** The result of choosing from what was found: the list, and what making it active did. */
export function selectionOf(found: Reconstruction, { value }: Outcome<Start>): Reconstruction & Start {
  const { complete, ...listed } = found;
  return { ...listed, userSelectionNeeded: false, ...value, complete };
}

function noWorkFile(issue: number, path: string): GateError {
  return new GateError("NOT_FOUND", `Cannot reconstruct from #${issue}: ${path} does not exist`, {
    path,
    hint: "Run `gate reconstruct` to see the work files that are there.",
  });
}

/** Items that stand below an idle Active Work are somebody's; they are not replaced. */
function hasItems({ progress, nextSteps, openQuestions }: StateDocument): boolean {
  return progress.length + nextSteps.length + openQuestions.length > 0;
}
