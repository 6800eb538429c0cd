/** `gate recover`: see `gate/recovery/recover.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import { questionOf } from "../../gate/recovery/consent.ts";
import { changesOf, planRecovery, type RecoverInput, type RecoveryPlan } from "../../gate/recovery/plan.ts";
import { SOURCES } from "../../gate/recovery/rebuild.ts";
import { recover as rebuild, requireSides } from "../../gate/recovery/recover.ts";
import { SIDES, type Side } from "../../salvage/conflict.ts";
import { wrote } from "../answer.ts";
import { type Call, command } from "../command.ts";
import { type Given, type Options, wordsOf } from "../option.ts";
import { askLine } from "../prompts/ask.ts";
import { requireConsent } from "../prompts/consent.ts";
import { styleOf } from "../style.ts";
import { viewConflict, viewPlan, viewRecovery } from "../views/recovery.ts";

const OPTIONS = {
  from: {
    flag: "--from <source>",
    about: "use this source alone instead of all of them in this order",
    choices: SOURCES,
  },
  ours: { flag: "--ours", about: "keep our side of git conflicts", conflicts: ["--theirs", "--both"] },
  theirs: { flag: "--theirs", about: "keep their side of git conflicts", conflicts: ["--ours", "--both"] },
  both: { flag: "--both", about: "keep the lines of both sides", conflicts: ["--ours", "--theirs"] },
  work: { flag: "--work <issue>", about: "rebuild the work file of this issue instead of the state file" },
} as const satisfies Options;
type Chosen = Given<typeof OPTIONS>;

export const recover = command({
  description:
    "Rebuilds a damaged state file from what is left of it, its history and the work files. Shows what would change " +
    "and asks first; the damaged file is kept beside it as state.md.bak. A file that is in order is left alone.",
  examples: [
    ["gate recover", "see what is wrong and what can be saved, then decide"],
    ["gate recover --dry-run", "see the change, write nothing"],
    ["gate recover --ours --yes", "resolve git conflicts with your own side"],
    ["gate recover --from history", "go back to the newest state that was in order"],
    ["gate recover --work 1234", "rebuild a damaged work file"],
  ],
  options: OPTIONS,
  async run(call, given) {
    const gate = call.openGate();
    const input = inputOf(given);
    const first = await planRecovery(gate, input);
    const sides = first.conflicts.length > 0 ? await chooseSides(call, first, input) : undefined;
    const plan = sides ? await planRecovery(gate, { ...input, sides }) : first;
    if (plan.needed) await ask(call, plan, given);
    return wrote(await rebuild(gate, { ...input, plan }, call.write), viewRecovery);
  },
});

function inputOf({ from, work, ...given }: Chosen): RecoverInput {
  const side = SIDES.find((name) => given[name]);
  return {
    ...(from && { from }),
    ...(side && { side }),
    ...(work !== undefined && { work: parseIssueNumber(work) }),
  };
}

/** Asks for a side of each conflict. Nobody to ask is an error that names the flags. */
async function chooseSides({ io, flags }: Call, plan: RecoveryPlan, input: RecoverInput): Promise<Side[]> {
  if (flags.yes || !flags.input || !io.terminal.input) requireSides(plan, input);
  const style = styleOf(io, "error");
  const sides: Side[] = [];
  for (const [at, conflict] of plan.conflicts.entries()) {
    io.error(`${viewConflict(conflict, at + 1, plan.conflicts.length, style)}\n`);
    const side = await askSide(io);
    // Without an answer nobody has chosen.
    if (!side) requireSides(plan, input);
    sides.push(side!);
  }
  return sides;
}

function askSide(io: Call["io"]): Promise<Side | undefined> {
  return askLine(io, {
    question: "Keep which side? [yours/theirs/both] ",
    // A letter that could as well mean yes chooses nothing.
    read: (answer) => {
      const given = answer.toLowerCase();
      if (given === "yours") return "ours";
      return SIDES.find((name) => given !== "" && name.startsWith(given));
    },
    wrong: "is neither yours nor theirs nor both",
  });
}

async function ask(call: Call, plan: RecoveryPlan, given: Chosen): Promise<void> {
  const { io, flags } = call;
  if (!flags.yes && !flags.dryRun && flags.input && io.terminal.input) {
    io.error(`${viewPlan(plan, styleOf(io, "error"))}\n\n`);
  }
  await requireConsent(call, {
    act: `recover ${plan.path}`,
    ...questionOf(plan),
    words: ["recover", ...wordsOf(OPTIONS, given)],
    planned: () => changesOf(plan),
  });
}
