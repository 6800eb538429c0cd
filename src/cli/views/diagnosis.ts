/** What `doctor` found, for people: a line for each check, and below it the command that mends it. */
import type { Diagnosis } from "../../gate/install/doctor.ts";
import { type Style, shown } from "../style.ts";
import { padToColumns, widestOf } from "./columns.ts";

export function viewDiagnosis({ checks }: Diagnosis, { bold, dim, green, red }: Style): string {
  if (checks.length === 0) return "There is nothing to look at: no agent is found, and no repository.";
  const [agents, names] = [widestOf(checks.map(({ agent }) => agent)), widestOf(checks.map(({ name }) => name))];
  const lines = checks.flatMap(({ agent, name, ok, message, fix }) => {
    const head = `${ok ? green("ok    ") : red("broken")}  ${padToColumns(agent, agents)}  ${padToColumns(name, names)}`;
    const indent = " ".repeat("broken  ".length);
    return [`${head}  ${shown(message)}`, ...(fix === undefined ? [] : [indent + (ok ? dim : bold)(shown(fix))])];
  });
  const broken = checks.filter(({ ok }) => !ok).length;
  const sum =
    broken === 0 ? "Nothing is broken." : `${broken} of ${checks.length} checks failed; the line below each mends it.`;
  return [...lines, "", sum].join("\n");
}
