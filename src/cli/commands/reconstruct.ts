/** `gate reconstruct`: see `gate/suggestions.ts`, and `gate/reconstruct.ts` for `--select`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { type Reconstruction, reconstruct as scan } from "../../gate/documents/suggestions.ts";
import type { Gate } from "../../gate/gate.ts";
import type { Answer, Call, DefinedCommand } from "../command.ts";
import { optionsOf } from "../options.ts";
import { canChoose, chooseWork } from "../prompts/choose-work.ts";
import { requireConsent } from "../prompts/consent.ts";
import { confirm, screenOf } from "../prompts/prompt.ts";
import { viewReconstruction } from "../views/reconstruction.ts";

export const reconstruct: DefinedCommand = {
  description:
    "Lists the work files, newest first, as work that could be taken up again. With --select it makes one of them " +
    "the active work; the work file itself is not changed. On a terminal it asks which one.",
  examples: [
    ["gate reconstruct", "see what is there"],
    ["gate reconstruct --full", "all of it, where there are more than 300 work files"],
    ["gate reconstruct --select 1234 --dry-run", "see the state file that would result"],
    ["gate reconstruct --select 1234 --yes", "make it the active work"],
  ],
  define(command) {
    command
      .option("--select <issue>", "make this issue the active work")
      .option("--full", "read every work file; of more than 300 only the newest ten are listed otherwise");
    return (call) => look(call, optionsOf<Options>(command, "select", "full"));
  },
  plain: (call) => look(call, {}),
};

interface Options {
  readonly select?: string;
  readonly full?: boolean;
}

async function look(call: Call, { select, full = false }: Options): Promise<Answer> {
  const asked = select === undefined ? undefined : parseIssueNumber(select);
  const gate = call.openGate();
  const found = await scan(gate, { full });
  const choosing = asked === undefined && canChoose(call, found);
  const issue = choosing ? await chooseWork(call, found) : asked;
  if (issue !== undefined) return await selected(call, gate, found, { issue, choosing });
  const text = choosing ? () => "None was chosen, and nothing was changed." : viewReconstruction;
  return { result: found, text: (style) => text(found, style) };
}

/** Who has chosen from the list is asked there; a question by the line stays with a number that was given. */
async function selected(
  call: Call,
  gate: Gate,
  found: Reconstruction,
  { issue, choosing }: { readonly issue: number; readonly choosing: boolean },
): Promise<Answer> {
  const { reconstructFrom, selectionOf } = await import("../../gate/documents/reconstruct.ts");
  const { viewStart } = await import("../views/start.ts");
  const { written } = await import("../written.ts");
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
  const result = selectionOf(found, outcome);
  return { result, ...written(outcome), text: (style) => viewStart(outcome.value, style) };
}
