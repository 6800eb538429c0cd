/** What is wrong with guarded files, for `status`, which loads this only where there are some. */
import type { Problem } from "../../rules/report.ts";
import type { Gate } from "../gate.ts";
import { checkGuards } from "./guarded.ts";

/** A guarded file, or the list, with what is wrong with it. */
export interface GuardedProblem extends Pick<Problem, "rule" | "severity" | "message"> {
  readonly path: string;
}

/** What `status` says: only what is wrong. */
export async function guardedProblems(gate: Gate): Promise<readonly GuardedProblem[]> {
  return (await checkGuards(gate)).flatMap(({ path, problems }) => {
    return problems
      .filter(({ severity }) => severity !== "info")
      .map(({ rule, severity, message }) => ({ path, rule, severity, message }));
  });
}
