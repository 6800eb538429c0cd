/** A prompt was given: the agent is told if the state went stale or was damaged since the last one, or is another issue's now. */
import { brief, shown } from "../../gate/agent/brief.ts";
import { type News, newsFor } from "../../gate/agent/session.ts";
import { type Event, gateOf } from "../gates.ts";

const STALE =
  ".claude/state.md has not been saved for more than 48 hours: compare it with the branch and the issue before you rely on it, then run `gate save`.";

export const userPromptSubmit: Event = async (call, world) => {
  if (call.session === undefined) return undefined;
  const gate = gateOf(call, world);
  if (!gate) return undefined;
  const { condition, other } = await newsFor(gate, call.session);
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
