/** `gate reconstruct`: see `gate/documents/suggestions.ts`, and `reconstruct.ts` there for `--select`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { type Reconstruction, reconstruct as scan } from "../../gate/documents/suggestions.ts";
import type { Gate } from "../../gate/gate.ts";
import { found, wrote } from "../answer.ts";
import { type Answer, type Call, command } from "../command.ts";
import { canChoose, chooseWork } from "../prompts/choose-work.ts";
import { requireConsent } from "../prompts/consent.ts";
import { confirm, screenOf } from "../prompts/prompt.ts";
import { viewReconstruction } from "../views/reconstruction.ts";

export const reconstruct = command({
  description:
    "Lists the work files, newest first, as work that could be taken up again. With --select it makes one of them " +
    "the active work; the work file itself is not changed. On a terminal it asks which one.",
  examples: [
    ["gate reconstruct", "see what is there"],
    ["gate reconstruct --full", "all of it, where there are more than 300 work files"],
    ["gate reconstruct --select 1234 --dry-run", "see the state file that would result"],
    ["gate reconstruct --select 1234 --yes", "make it the active work"],
  ],
  options: {
    asked: { flag: "--select <issue>", about: "make this issue the active work", read: parseIssueNumber },
    full: { flag: "--full", about: "read every work file; of more than 300 only the newest ten are listed otherwise" },
  },
  async run(call, { asked, full }) {
    const gate = call.openGate();
    const list = await scan(gate, { full });
    const choosing = asked === undefined && canChoose(call, list);
    const issue = choosing ? await chooseWork(call, list) : asked;
    if (issue !== undefined) return await selected(call, gate, list, { issue, choosing });
    return found(list, choosing ? () => "None was chosen, and nothing was changed." : viewReconstruction);
  },
});

/** Who has chosen from the list is asked there; a question by the line stays with a number that was given. */
async function selected(
  call: Call,
  gate: Gate,
  list: Reconstruction,
  { issue, choosing }: { readonly issue: number; readonly choosing: boolean },
): Promise<Answer> {
  const { reconstructFrom, selectionOf } = await import("../../gate/documents/reconstruct.ts");
  const { viewStart } = await import("../views/start.ts");
  const question = "Write this?";
  const screen = choosing ? screenOf(call.io) : undefined;
  const planned = () => reconstructFrom(gate, issue, { ...call.write, dryRun: true });
  await requireConsent(call, {
    act: `make #${issue} the active work`,
    question,
    words: ["reconstruct", "--select", String(issue)],
    planned,
    ...(screen && { confirm: () => confirm(screen, question) }),
  });
  const outcome = await reconstructFrom(gate, issue, call.write);
  return { ...wrote(outcome, viewStart), result: selectionOf(list, outcome) };
}
