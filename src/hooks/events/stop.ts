/** The agent is about to stop: it is asked once in a session to save what has changed. */
import { activeIssue } from "../../document/state.ts";
import { mustRemind } from "../../gate/agent/session.ts";
import { type Event, gateOf } from "../gates.ts";

export const stop: Event = async (call, world) => {
  // It stops for the second time because it was reminded the first time.
  if (call.continued || call.waits || call.session === undefined) return undefined;
  const gate = gateOf(call, world);
  const document = gate && (await mustRemind(gate, call.session));
  const issue = document && activeIssue(document);
  if (!issue) return undefined;
  return {
    kind: "remind",
    text:
      `Files have changed since the state of #${issue.number ?? issue.id} was saved more than 30 minutes ago. ` +
      "If there is progress to record, run `gate save` (`gate help save`); if there is none, just stop.",
  };
};
