/** One readable line for each event. */
import type { BatchEvent, StateEvent, WatchEvent, WorkEvent } from "../../../gate/watch/events.ts";
import { plural, type Style, shown } from "../../style.ts";

/** The event in one line: when, what kind, and what about it. */
export function viewEvent(event: WatchEvent, style: Style): string {
  const kind = event.event.padEnd("recovered".length);
  return `${style.dim(event.timestamp)}  ${style.bold(kind)}  ${aboutOf(event, style)}`;
}

function aboutOf(event: WatchEvent, { red, yellow, green }: Style): string {
  switch (event.event) {
    case "ready": {
      const how = event.polling ? `, polling${event.reason === undefined ? "" : ` because ${event.reason}`}` : "";
      return shown(`watching ${event.root}${how}`);
    }
    case "state":
      return event.exists && !event.valid ? red(shown(stateOf(event))) : shown(stateOf(event));
    case "work":
      return event.exists && !event.valid ? red(shown(workOf(event))) : shown(workOf(event));
    case "batch":
      return shown(batchOf(event));
    case "freshness": {
      const paint = { recent: green, moderate: yellow, stale: red }[event.to];
      const { hoursSinceUpdate: hours } = event;
      return `${event.from} → ${paint(event.to)}, last updated ${plural(hours, "hour")} ago`;
    }
    case "problem":
    case "resolved": {
      const { path, line, column, severity, rule, message } = event;
      const paint = event.event === "resolved" ? green : severity === "error" ? red : yellow;
      return `${shown(`${path}:${line}:${column}`)} ${paint(`${severity} ${rule}`)} ${shown(message)}`;
    }
    case "recovered": {
      const by = [event.operation, event.actor].filter(Boolean).join(", ");
      return green(shown(`${event.path} is in order again${by === "" ? "" : ` (${by})`}`));
    }
    case "error":
      return `${red(shown(event.message))}${event.hint === undefined ? "" : `. ${shown(event.hint)}`}`;
  }
}

function stateOf({
  exists,
  valid,
  path,
  issueNumber,
  issueTitle,
  progressItems,
  freshness,
  problems,
}: StateEvent): string {
  if (!exists) return `there is no ${path}`;
  if (!valid) {
    const error = problems.find(({ severity }) => severity === "error");
    return `${path} cannot be trusted: ${error?.rule} at ${error?.line}:${error?.column}`;
  }
  const done = progressItems.filter(({ status }) => status === "completed").length;
  const parts = [
    issueNumber === undefined && issueTitle === undefined
      ? "no issue is active"
      : [issueNumber === undefined ? "" : `#${issueNumber}`, issueTitle].filter(Boolean).join(" "),
    ...(progressItems.length > 0 ? [`${done} of ${progressItems.length} done`] : []),
    ...(freshness === undefined ? [] : [freshness]),
  ];
  return parts.join(", ");
}

function workOf({ path, exists, valid, issueNumber, issueTitle, status, problems }: WorkEvent): string {
  if (!exists) return `${path} is gone`;
  if (!valid) return `${path} cannot be trusted: ${problems.find(({ severity }) => severity === "error")?.rule}`;
  const about = [issueNumber === undefined ? undefined : `#${issueNumber}`, issueTitle, status].filter(Boolean);
  return `${path} ${about.join(" ")}`;
}

function batchOf({ exists, batchId, status, completed, failed, skipped, totalFeatures }: BatchEvent): string {
  if (!exists) return "there is no batch any more";
  const counts = [
    `${completed} of ${totalFeatures} completed`,
    ...(failed ? [`${failed} failed`] : []),
    ...(skipped ? [`${skipped} skipped`] : []),
  ];
  return `${batchId} ${status}: ${counts.join(", ")}`;
}
