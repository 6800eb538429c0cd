/** What `start` and `reconstruct --select` did, for people. */
import type { Start } from "../../gate/documents/start.ts";
import { type Style, shown } from "../style.ts";

export function viewStart(result: Start, { bold, dim }: Style): string {
  const { message, resumed, planRestored, reopened, workFile, workFileCreated, workFileFreshness, takenFrom } = result;
  const state = workFileCreated ? "new" : workFileFreshness;
  return [
    bold(shown(message)),
    ...(resumed && !planRestored ? ["Resumed: its progress, next steps and questions are as they were."] : []),
    ...(planRestored ? ["Back from its pause, with its progress, next steps, questions, branch and start."] : []),
    ...(reopened ? ["It was finished: its work file is back from the archive, with what was open when it ended."] : []),
    ...(takenFrom === undefined ? [] : [`Begun with what ${shown(takenFrom)} says; that file stays as it is.`]),
    ...pausedLine(result),
    dim(`Work file: ${shown(workFile)}${state === undefined ? "" : ` (${state})`}`),
    ...(workFileFreshness === "stale" ? ["Its work file is older than 48 hours: fetch the issue again."] : []),
  ].join("\n");
}

/** How to come back to what was active before. */
function pausedLine({ previousWorkArchived, previousIssue }: Start): readonly string[] {
  if (!previousWorkArchived) return [];
  if (previousIssue === undefined) return ["The work that was active before is in Recent Work."];
  return [`#${previousIssue} is paused: \`gate start ${previousIssue}\` comes back to it.`];
}
