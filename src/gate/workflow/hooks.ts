/**
 * A person's own programs around `start`, `save` and `done`.
 *
 * They lie in the person's configuration, or in the project once the person has trusted
 * them: then the copy runs that was made when they were shown, so that what is changed since
 * never does. Nothing else that is found in a project is ever run.
 */
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { system } from "../../files/guard/system.ts";
import { toJson } from "../../json/to-json.ts";
import { toWire } from "../../json/wire.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { type FoundHook, findHooks } from "./find.ts";

/** The operations that have them. */
export type WorkflowOperation = "start" | "save" | "done";

const VERBS: Readonly<Record<WorkflowOperation, string>> = { start: "start", save: "save", done: "finish" };
const PATIENCE = 30_000;

/**
 * Runs what is to run before an operation, the operation, and what is to run after it. A
 * program before it that fails stops it with `DECLINED`, and nothing is written; one after it
 * cannot undo it, and its failure is a warning. Not for a dry run.
 */
export async function withHooks<T extends object>(
  gate: Gate,
  name: WorkflowOperation,
  { input, options }: { readonly input: object; readonly options: WriteOptions },
  operation: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (gate.workflowHooks === undefined || options.dryRun) return await operation();
  for (const hook of findHooks(gate, `before-${name}`)) {
    const { code, said } = await run(gate, hook, `before-${name}`, {
      operation: name,
      arguments: input,
      result: null,
    });
    if (code === 0) continue;
    throw new GateError("DECLINED", `Cannot ${VERBS[name]}: ${printable(hook.name)} stops it: ${said}`, {
      path: hook.name,
      hint: "Nothing was written. Do what it asks for, or change or remove the program.",
    });
  }
  const outcome = await operation();
  const warnings: string[] = [];
  for (const hook of findHooks(gate, `after-${name}`)) {
    const told = { operation: name, arguments: input, result: outcome.value };
    const { code, said } = await run(gate, hook, `after-${name}`, told);
    if (code !== 0) warnings.push(`${printable(hook.name)} failed after ${name}: ${said}`);
  }
  return { ...outcome, warnings: [...outcome.warnings, ...warnings] };
}

/** What came of it; of a program that failed `said` is its last line, or what else is known. */
async function run(
  gate: Gate,
  { program }: FoundHook,
  moment: string,
  told: object,
): Promise<{ readonly code: number; readonly said: string }> {
  const { root } = gate.project;
  // What it calls in turn must not call it again.
  const environment = { ...process.env, GATE_HOOK: moment };
  const input = `${toJson(toWire({ ...told, project: root }))}\n`;
  const { code, output, errors, fault } = await system.run(program, [], {
    cwd: root,
    timeout: PATIENCE,
    environment,
    input,
  });
  const both = [output, errors].filter((text) => text !== "").join("\n");
  if (both !== "") gate.workflowHooks!.say(both.endsWith("\n") ? both : `${both}\n`);
  const lines = both.split("\n").filter((line) => line.trim() !== "");
  const said = printable((lines.at(-1) ?? "").slice(0, 200));
  return { code, said: fault ?? (said || `exit code ${code}`) };
}
