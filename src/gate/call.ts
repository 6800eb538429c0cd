/** A call of an operation: the gate, what it is given, and how it is done, all checked. */
import { requireShape, type Shape } from "../base/arguments.ts";
import { GateError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import type { Gate, WriteOptions } from "./gate.ts";

/** What an operation is called with. */
interface Call<T> {
  /** A gate, or what stands for one. */
  readonly gate?: unknown;
  readonly runs?: unknown;
  readonly input?: T;
  readonly options?: WriteOptions;
}

const WRITE: Shape<WriteOptions> = { dryRun: "flag?", ifMatch: "text?" };

/** Refuses a wrong call with `INVALID_ARGUMENT`, which names what is wrong; `name` is that of the function. */
export function requireCall<T>(name: string, call: Call<T>, shape?: Shape<T>): void {
  if ("gate" in call) requireOpened(name, "gate", call.gate, (gate) => isObject((gate as unknown as Gate).project));
  if ("runs" in call) requireOpened(name, "runs", call.runs, ({ home }) => typeof home === "string");
  if (shape !== undefined) requireShape(name, call.input as T, shape);
  if ("options" in call) requireShape(name, call.options as WriteOptions, WRITE);
}

function requireOpened(
  name: string,
  what: "gate" | "runs",
  value: unknown,
  isOne: (value: Readonly<Record<string, unknown>>) => boolean,
): void {
  if (isObject(value) && isOne(value)) return;
  const maker = what === "gate" ? "openGate" : "openRuns";
  throw new GateError("INVALID_ARGUMENT", `Cannot call ${name}: its first argument is none that ${maker} gave`, {
    hint: `For example: ${name}(${maker}(), …)`,
  });
}
