/** `gate recover` as a tool. */
import * as z from "zod/mini";
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { resultOf } from "../../gate/answer/answer.ts";
import { questionOf } from "../../gate/recovery/consent.ts";
import { changesOf, planRecovery, type RecoverInput, type RecoveryPlan } from "../../gate/recovery/plan.ts";
import { SOURCES } from "../../gate/recovery/rebuild.ts";
import { recover, requireSides } from "../../gate/recovery/recover.ts";
import { SIDES, type Side } from "../../salvage/conflict.ts";
import { askSides, requireConsent } from "../consent.ts";
import { PROBLEMS, TEXT, WRITTEN } from "../shapes.ts";
import { type Call, makeTool, WRITE } from "../tool.ts";

const flag = z.exactOptional(z.boolean());

const input = z.strictObject({
  from: z.exactOptional(z.enum(SOURCES)),
  ours: flag,
  theirs: flag,
  both: flag,
  work: z.exactOptional(z.int()),
  ...WRITE,
});
type Given = Omit<z.infer<typeof input>, keyof typeof WRITE>;

export const recoverState = makeTool({
  name: "recover_state",
  description:
    "Rebuild a damaged state file, or work file of issue work. The user is asked. ours, theirs, both resolve conflicts.",
  input,
  unlisted: ["dry_run", "if_match"],
  output: z.object({
    recovered: z.boolean(),
    backup: TEXT,
    sources: z.array(z.object({ part: z.string(), source: z.string(), path: z.exactOptional(z.string()) })),
    kept: z.nullable(
      z.object({
        issue: z.boolean(),
        progress_items: z.int(),
        next_steps: z.int(),
        open_questions: z.int(),
        recent_work: z.int(),
        blockers: z.int(),
        context: z.int(),
        sections: z.int(),
      }),
    ),
    lost: z.array(z.string()),
    state_file: z.string(),
    problems: PROBLEMS,
    revision: TEXT,
    ...WRITTEN,
  }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  async run(given, call, write) {
    const wanted = inputOf(given);
    const gate = await call.openGate();
    const first = await planRecovery(gate, wanted);
    const sides = first.conflicts.length > 0 ? await chooseSides(call, first, wanted) : undefined;
    const plan = sides ? await planRecovery(gate, { ...wanted, sides }) : first;
    if (plan.needed && !write.dryRun) {
      await requireConsent(call, {
        act: `recover ${plan.path}`,
        ...questionOf(plan),
        words: ["recover", ...wordsOf(given)],
        about: aboutOf(plan),
        planned: () => changesOf(plan),
      });
    }
    return resultOf(await recover(gate, { ...wanted, plan }, write));
  },
});

function inputOf({ from, work, ...given }: Given): RecoverInput {
  const [side, another] = SIDES.filter((name) => given[name]);
  if (another !== undefined) {
    throw new GateError("INVALID_ARGUMENT", `Cannot recover: ${side} and ${another} exclude each other`, {
      hint: "Give one of them.",
    });
  }
  return {
    ...(from && { from }),
    ...(side && { side }),
    ...(work !== undefined && { work: parseIssueNumber(String(work)) }),
  };
}

function wordsOf({ from, work, ...given }: Given): string[] {
  return [
    ...(from ? ["--from", from] : []),
    ...SIDES.filter((name) => given[name]).map((name) => `--${name}`),
    ...(work === undefined ? [] : ["--work", String(work)]),
  ];
}

async function chooseSides(call: Call, plan: RecoveryPlan, wanted: RecoverInput): Promise<Side[]> {
  const sides = call.ask ? await askSides(call, plan) : [];
  const chosen = sides.filter((side) => side !== undefined);
  if (chosen.length < plan.conflicts.length) requireSides(plan, wanted);
  return chosen;
}

/** So many lines of what is wrong and of what is lost are shown. */
const MOST = 8;

function aboutOf({ problems, lost, warnings }: RecoveryPlan): string[] {
  const found = problems.map(({ line, rule, message }) => `line ${line}: ${rule}: ${message}`);
  return [
    ...some(found),
    ...(lost.length > 0 ? ["What would stand in the backup alone:", ...some(lost)] : []),
    ...warnings,
  ].map(printable);
}

function some(lines: readonly string[]): string[] {
  const more = lines.length - MOST;
  return [...lines.slice(0, MOST), ...(more > 0 ? [`and ${more} more`] : [])];
}
