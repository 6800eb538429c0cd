/** Consent: what a command would not do on its own account. */
import { consentRequired, declined, type Question } from "../../gate/recovery/consent.ts";
import type { Call } from "../command.ts";
import { styleOf } from "../style.ts";
import { askYes } from "./ask.ts";

interface Asked extends Question {
  /** Asks in another way than by the line, and says whether there is consent. */
  confirm?(): Promise<boolean>;
}

/**
 * Returns if `--yes` is given or a person says yes to what is shown. A dry run
 * needs no consent. `CONSENT_REQUIRED` where nobody can be asked, `DECLINED` where
 * nobody has said yes.
 */
export async function requireConsent(
  { io, flags }: Call,
  { act, question, words, planned, confirm, declined: afterNo }: Asked,
): Promise<void> {
  if (flags.yes || flags.dryRun) return;
  if (!flags.input || !io.terminal.input) {
    const root = flags.root === undefined ? [] : ["--root", flags.root];
    throw consentRequired(act, [...words, ...root]);
  }
  const { patchOf } = await import("../../gate/answer/patch.ts");
  const { formatPatch } = await import("../views/patch.ts");
  io.error(formatPatch(patchOf(await planned()), styleOf(io, "error")));
  const agreed = confirm ? await confirm() : await askYes(io, question);
  if (agreed) return;
  throw declined(act, afterNo);
}
