/** The agent is about to stop: it is told what was damaged, and once in a session what it has not saved or proven. */
import { printable } from "../../base/line.ts";
import { activeIssue } from "../../document/state.ts";
import { mustRemind } from "../../gate/agent/session.ts";
import { type Unproven, unprovenBy } from "../../gate/agent/unproven.ts";
import { meetGuarded } from "../../gate/commit/guarded.ts";
import { tellDamage } from "../damage.ts";
import { type Event, gateOf } from "../gates.ts";

export const stop: Event = async (call, world) => {
  // It stops for the second time because it was reminded the first time.
  if (call.continued || call.waits || call.session === undefined) return undefined;
  const gate = gateOf(call, world);
  // What a script has made of guarded files is a version from now on.
  if (gate) await meetGuarded(gate);
  const damage = await tellDamage(call, world);
  if (damage !== undefined) return { kind: "remind", text: damage };
  const unproven = gate && (await unprovenBy(gate, call.session));
  const document = gate && (await mustRemind(gate, call.session));
  const issue = document && activeIssue(document);
  const texts = [
    ...(unproven ? [sayUnproven(unproven)] : []),
    ...(issue
      ? [
          `Files have changed since the state of ${issue.number === undefined ? "the active work" : `#${issue.number}`} ` +
            "was saved more than 30 minutes ago. " +
            "If there is progress to record, run `gate save` (`gate help save`); if there is none, just stop.",
        ]
      : []),
  ];
  return texts.length === 0 ? undefined : { kind: "remind", text: texts.join("\n") };
};

const MOST_ITEMS = 5;
const LONGEST = 100;

/** Items are data, and stand in quotes. */
function sayUnproven({ issue, items, unsaid }: Unproven): string {
  const all = items.length + unsaid;
  const count = all === 1 ? "1 item" : `${all} items`;
  const names = items.slice(0, MOST_ITEMS).map((text) => JSON.stringify(printable(text.slice(0, LONGEST))));
  const left = all - names.length;
  const rest = names.length > 0 && left > 0 ? ` and ${left} more` : "";
  const what = names.length === 0 ? "" : `: ${names.join(", ")}${rest}`;
  return (
    `This session completed ${count} of #${issue} without proof${what}. ` +
    "Run `gate save --done TEXT -- COMMAND` with a command that proves it; if there is none, just stop."
  );
}
