/** Consent: what a command would not do on its own account. */
import type { Changes } from "../../gate/answer/patch.ts";
import { consentRequired, declined } from "../../gate/recovery/consent.ts";
import type { Call } from "../command.ts";
import { styleOf } from "../style.ts";

export interface Question {
  /** What needs the consent, as it stands behind `Cannot`. */
  readonly act: string;
  /** A sentence that ends with a question mark. */
  readonly question: string;
  /** The words of the call, to be shown with `--yes` behind them. */
  readonly words: readonly string[];
  /** What holds after a no. */
  readonly declined?: string;
  /** What would be written; shown before the question. */
  planned(): Changes | Promise<Changes>;
  /** Asks in another way than by the line, and says whether there is consent. */
  confirm?(): Promise<boolean>;
}

/**
 * Returns if `--yes` is given or a person says yes to what is shown. A dry run
 * needs no consent. `CONSENT_REQUIRED` where nobody can be asked, `DECLINED` for
 * any other answer.
 */
export async function requireConsent(
  { io, flags }: Call,
  { act, question, words, planned, confirm, declined: afterNo }: Question,
): Promise<void> {
  if (flags.yes || flags.dryRun) return;
  if (!flags.input || !io.terminal.input) {
    const root = flags.root === undefined ? [] : ["--root", flags.root];
    throw consentRequired(act, [...words, ...root]);
  }
  const { patchOf } = await import("../../gate/answer/patch.ts");
  const { formatPatch } = await import("../views/patch.ts");
  io.error(formatPatch(patchOf(await planned()), styleOf(io, "error")));
  const agreed = confirm ? await confirm() : isYes(await io.ask(`${question} [yes/no] `));
  if (agreed) return;
  throw declined(act, afterNo);
}

function isYes(answer: string | undefined): boolean {
  return /^y(?:es)?$/i.test(answer?.trim() ?? "");
}
