/** Recovering a record: what would come of it is shown, and somebody asked. */
import type { RecordRecovery } from "../../gate/commit/record-recovery.ts";
import type { WriteOptions } from "../../gate/gate.ts";
import type { Outcome } from "../../gate/outcome.ts";
import { wrote } from "../answer.ts";
import type { Call, ResultAnswer } from "../command.ts";
import { shown } from "../style.ts";
import { requireConsent } from "./consent.ts";

/** Recovers after consent; `words` are the call to which `--yes` is the consent. */
export async function recoverAfterConsent(
  call: Call,
  words: readonly string[],
  recover: (options: WriteOptions) => Promise<Outcome<RecordRecovery>>,
): Promise<ResultAnswer> {
  const planned = await recover({ ...call.write, dryRun: true });
  const { source, path, fault } = planned.value;
  if (source !== undefined) {
    await requireConsent(call, {
      act: `recover ${path}`,
      question: `${shown(path)}: ${shown(fault)}. Copy what is there and put ${source.kind} ${shown(source.name)} back?`,
      words,
      declined: "Nothing was touched.",
      planned: () => planned,
    });
  }
  const outcome = source === undefined ? planned : await recover(call.write);
  return wrote(outcome, ({ message, backups }, { bold, dim }) => {
    const kept = backups.length === 0 ? [] : [dim(`What was damaged is kept as ${backups.map(shown).join(", ")}.`)];
    return [bold(shown(message)), ...kept].join("\n");
  });
}
