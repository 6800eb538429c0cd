/** `gate init`: see `gate/documents/init.ts`. */
import {
  foreignRevision,
  type Initialization,
  initializationOf,
  init as initialize,
} from "../../gate/documents/init.ts";
import type { Gate } from "../../gate/gate.ts";
import { wrote } from "../answer.ts";
import { type Call, command } from "../command.ts";
import { HERE, openToBegin, sayingWhere } from "../options/here.ts";
import { requireConsent } from "../prompts/consent.ts";
import { shown } from "../style.ts";

export const init = command({
  description:
    "Makes .claude/state.md and the folders beside it. What is there already stays as it is. A state file of " +
    "another tool is only touched with --adopt: then what is missing is added around its text.",
  examples: [
    ["gate init", "anywhere in the project"],
    ["gate init --here", "for a package of a larger repository"],
    ["gate init --adopt --dry-run", "see what would be added to a state file of another tool"],
    ["gate init --adopt --yes", "add it"],
  ],
  options: {
    ...HERE,
    adopt: { flag: "--adopt", about: "add what is missing to a state file that is not in this format" },
  },
  async run(call, { adopt, here }) {
    const gate = openToBegin(call, here);
    const write = adopt ? await consented(call, gate) : call.write;
    const outcome = sayingWhere(call, gate, await initialize(gate, { adopt }, write));
    return { ...wrote(outcome, view), result: await initializationOf(gate, outcome) };
  },
});

/** Only a file of somebody else needs consent, and what was consented to is what is written, or nothing. */
async function consented(call: Call, gate: Gate): Promise<Call["write"]> {
  const revision = await foreignRevision(gate);
  if (revision === undefined) return call.write;
  await requireConsent(call, {
    act: "adopt .claude/state.md",
    question: "Add this to the file?",
    words: ["init", "--adopt"],
    planned: () => initialize(gate, { adopt: true }, { ...call.write, dryRun: true }),
  });
  return { ifMatch: revision, ...call.write };
}

function view({ stateFileCreated, directoriesCreated, adopted }: Initialization): string {
  const made = [stateFileCreated, ...directoriesCreated].flatMap((path) => (path === undefined ? [] : [shown(path)]));
  if (adopted) made.unshift("what was missing in .claude/state.md");
  if (made.length === 0) return "Initialized already; nothing was changed.";
  return `Made ${made.join(", ")}.\nRun \`gate start N --title T\` to begin with an issue.`;
}
