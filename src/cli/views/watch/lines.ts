/** One readable line for each event. */
import type { BatchEvent, StateEvent, WatchEvent, WorkEvent } from "../../../gate/watch/events.ts";
import { plural, type Style, shown } from "../../style.ts";
import { completedIn, countsOf, FRESHNESS_COLORS, nameOf } from "../parts.ts";

/** The event in one line: when, what kind, and what about it. */
export function viewEvent(event: WatchEvent, style: Style): string {
  const kind = event.event.padEnd("recovered".length);
  return `${style.dim(event.timestamp)}  ${style.bold(kind)}  ${aboutOf(event, style)}`;
}

function aboutOf(event: WatchEvent, style: Style): string {
  const { red, yellow, green } = style;
  switch (event.event) {
    case "ready": {
      const how = event.polling ? `, polling${event.reason === undefined ? "" : ` because ${event.reason}`}` : "";
      return shown(`watching ${event.root}${how}`);
    }
    case "state":
      return event.exists && !event.valid ? red(shown(stateOf(event))) : shown(stateOf(event));
    case "work":
      return event.exists && !event.valid ? red(shown(workOf(event))) : shown(workOf(event));
    case "guarded": {
      const { path, exists, valid } = event;
      return exists ? (valid ? shown(path) : red(shown(`${path} is damaged`))) : red(shown(`${path} is gone`));
    }
    case "batch":
      return shown(batchOf(event));
    case "freshness": {
      const { from, to, hoursSinceUpdate: hours } = event;
      return `${from} → ${style[FRESHNESS_COLORS[to]](to)}, last updated ${plural(hours, "hour")} ago`;
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

function stateOf(event: StateEvent): string {
  const { exists, valid, path, progressItems, freshness, problems } = event;
  if (!exists) return `there is no ${path}`;
  if (!valid) {
    const error = problems.find(({ severity }) => severity === "error");
    return `${path} cannot be trusted: ${error?.rule} at ${error?.line}:${error?.column}`;
  }
  const isIdle = event.issueNumber === undefined && event.issueTitle === undefined;
  const parts = [
    isIdle ? "no issue is active" : nameOf(event),
    ...(progressItems.length > 0 ? [`${completedIn(event)} of ${progressItems.length} done`] : []),
    ...(freshness === undefined ? [] : [freshness]),
  ];
  return parts.join(", ");
}

function workOf(event: WorkEvent): string {
  const { path, exists, valid, status, problems } = event;
  if (!exists) return `${path} is gone`;
  if (!valid) return `${path} cannot be trusted: ${problems.find(({ severity }) => severity === "error")?.rule}`;
  return `${path} ${[nameOf(event), status].filter(Boolean).join(" ")}`;
}

function batchOf(event: BatchEvent): string {
  return event.exists ? `${event.batchId} ${event.status}: ${countsOf(event)}` : "there is no batch any more";
}
