/** A prompt was given: the agent is told if the state went stale or was damaged since the last one, or is another issue's now. */
import { brief } from "../../gate/agent/brief.ts";
import { type News, newsFor } from "../../gate/agent/session.ts";
import { shown } from "../../gate/agent/shown.ts";
import { meetGuarded } from "../../gate/commit/guarded.ts";
import type { Call } from "../call.ts";
import { type Event, gateOf } from "../gates.ts";

const STALE =
  ".claude/state.md has not been saved for more than 48 hours: compare it with the branch and the issue before you rely on it, then run `gate save`.";

/** Agents that throw away what is said when a session begins: they are briefed at its first prompt. */
const LATE: ReadonlySet<Call["agent"]> = new Set(["qwen"] as const);

export const userPromptSubmit: Event = async (call, world) => {
  if (call.session === undefined) return undefined;
  const gate = gateOf(call, world);
  if (!gate) return undefined;
  // What a person has typed into guarded files is a version before the agent goes on.
  await meetGuarded(gate);
  const { first, condition, other } = await newsFor(gate, call.session);
  if (first && LATE.has(call.agent)) {
    const { text } = await brief(gate);
    return text === "" ? undefined : { kind: "context", text };
  }
  const texts = [
    ...(other ? [noticeOf(other)] : []),
    ...(condition ? [condition === "stale" ? STALE : (await brief(gate)).text] : []),
  ];
  return texts.length === 0 ? undefined : { kind: "context", text: texts.join("\n") };
};

function noticeOf({ own, active, title, since }: NonNullable<News["other"]>): string {
  const when = since === undefined ? "" : ` since ${since}`;
  return (
    `Another session made #${active}${title === "" ? "" : ` "${shown(title, 80)}"`} the active issue${when}. You work on #${own}: ` +
    `what you save goes into its work file, and \`gate start ${own}\` makes it the active one again.`
  );
}
