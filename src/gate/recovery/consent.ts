/** Consent: what is not done on anybody's own account, and what is said where there is none. */
import { GateError } from "../../base/errors.ts";
import { quoteForShell } from "../../base/shell.ts";
import type { Changes } from "../answer/patch.ts";
import { STATE_PATH } from "../gate.ts";
import type { RecoveryPlan } from "./plan.ts";

/** What a person is asked before something is done, whatever asks. */
export interface Question {
  /** What needs the consent, as it stands behind `Cannot`. */
  readonly act: string;
  /** A sentence that ends with a question mark. */
  readonly question: string;
  /** The call of the command line to which `--yes` is the consent. */
  readonly words: readonly string[];
  /** What holds after a no. */
  readonly declined?: string;
  /** What would be written; shown with the question. */
  planned(): Changes | Promise<Changes>;
}

/** Nobody can be asked. `act` stands behind `Cannot`; `words` are the call to which `--yes` is the consent. */
export function consentRequired(act: string, words: readonly string[]): GateError {
  return new GateError("CONSENT_REQUIRED", `Cannot ${act}: it needs consent, and nobody can be asked`, {
    hint: `Run: ${["gate", ...words, "--yes"].map(quoteForShell).join(" ")}`,
  });
}

/** Somebody was asked, and has not said yes. */
export function declined(act: string, hint = "Nothing was written."): GateError {
  return new GateError("DECLINED", `Cannot ${act}: it was declined`, { hint });
}

/** What is asked before `recover` writes, and what holds after a no. */
export function questionOf({ path, before, backup = "" }: RecoveryPlan): { question: string; declined: string } {
  const isState = path === STATE_PATH;
  const name = backup.replace(/^.*\//, "");
  return {
    question:
      before === undefined
        ? `${path} is missing. Make it again?`
        : `${isState ? "State" : "Work"} file appears corrupted. Back up to ${name} and rebuild?`,
    declined: `Nothing was touched.${isState ? " `gate save --offline` still reaches the work file." : ""}`,
  };
}
