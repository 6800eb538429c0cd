/** `gate reconstruct`: see `gate/reconstruct.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import type { Gate } from "../../gate/gate.ts";
import { type Reconstruction, reconstructFrom, reconstruct as scan } from "../../gate/reconstruct.ts";
import type { Answer, Call, DefinedCommand } from "../command.ts";
import { requireConsent } from "../consent.ts";
import { optionsOf } from "../options.ts";
import { type Style, styleOf } from "../style.ts";
import { viewReconstruction } from "../views/reconstruction.ts";
import { viewStart } from "../views/start.ts";
import { written } from "../written.ts";

export const reconstruct: DefinedCommand = {
  description:
    "Lists the work files, newest first, as work that could be taken up again. With --select it makes one of them " +
    "the active work; the work file itself is not changed. On a terminal it asks which one.",
  examples: [
    ["gate reconstruct", "see what is there"],
    ["gate reconstruct --select 1234 --dry-run", "see the state file that would result"],
    ["gate reconstruct --select 1234 --yes", "make it the active work"],
  ],
  define(command) {
    command.option("--select <issue>", "make this issue the active work");
    return async (call) => {
      const { select } = optionsOf<{ select?: string }>(command, "select");
      const asked = select === undefined ? undefined : parseIssueNumber(select);
      const gate = call.openGate();
      const found = await scan(gate);
      const issue = asked ?? (await choose(call, found));
      if (issue !== undefined) return await selected(call, gate, found, issue);
      return { result: found, text: (style: Style) => viewReconstruction(found, style) };
    };
  },
};

/** Asks a person which one; nobody to ask, an empty answer and the end of input choose none. */
async function choose({ io, flags }: Call, found: Reconstruction): Promise<number | undefined> {
  const { json, quiet, input, yes } = flags;
  if (json || quiet || yes || !input || !io.terminal.input || found.suggestions.length === 0) return undefined;
  io.error(`${viewReconstruction(found, styleOf(io, "error"))}\n`);
  const answer = (await io.ask("Which one shall be active? [number, or nothing for none] "))?.trim().replace(/^#/, "");
  return answer ? parseIssueNumber(answer) : undefined;
}

async function selected(call: Call, gate: Gate, found: Reconstruction, issue: number): Promise<Answer> {
  const planned = () => reconstructFrom(gate, issue, { ...call.write, dryRun: true });
  await requireConsent(call, {
    act: `make #${issue} the active work`,
    question: "Write this?",
    words: ["reconstruct", "--select", String(issue)],
    planned,
  });
  const outcome = await reconstructFrom(gate, issue, call.write);
  const result = { ...found, userSelectionNeeded: false, ...outcome.value };
  return { result, ...written(outcome), text: (style) => viewStart(outcome.value, style) };
}
