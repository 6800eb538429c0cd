/** A note of an agent: what it has done, and with which tools. */
import { attemptLater, GateError } from "../../base/errors.ts";
import { oneLine } from "../../base/line.ts";
import { requireCall } from "../call.ts";
import { audit } from "../commit/post-write.ts";
import { type Gate, openGate, type WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { usesGate } from "../view/uses-gate.ts";
import { save } from "./save.ts";

/** What an agent notes. */
export interface CheckpointInput {
  /** The agent's name. */
  readonly agent: string;
  readonly message: string;
  /** The tools it has used. */
  readonly tools?: readonly string[];
}

/** What `checkpoint` came to. */
export interface Checkpointed {
  readonly success: true;
  readonly message: string;
  /** The work file that took the note; absent where no issue is active. */
  readonly workFileUpdated: string | undefined;
}

/**
 * Notes in the log of the active issue's work file, and in the audit, what an agent has done.
 * Without an active issue in the audit alone. Rejects with `NOT_FOUND` in a project that
 * does not use the gate.
 */
export async function checkpoint(
  gate: Gate,
  input: CheckpointInput,
  options: WriteOptions = {},
): Promise<Outcome<Checkpointed>> {
  requireCall("checkpoint", { gate, input, options }, { agent: "text", message: "text", tools: "texts?" });
  const agent = oneLine(input.agent, "the agent's name");
  const message = oneLine(input.message, "the message");
  const tools = (input.tools ?? []).map((tool) => oneLine(tool, "a tool's name"));
  if (agent === "" || message === "") {
    throw new GateError("INVALID_ARGUMENT", "Cannot note what an agent has done: the name or the message is empty", {
      hint: 'For example: gate checkpoint reviewer "Looked through the tests" --tool Read',
    });
  }
  if (!(await usesGate(gate))) {
    throw new GateError("NOT_FOUND", "Cannot note what an agent has done: this project does not use the gate", {
      hint: "Run: gate init",
    });
  }
  const line = `${agent}: ${message}${tools.length === 0 ? "" : ` (${tools.join(", ")})`}`;
  const outcome = await attemptLater(() => save(gate, { log: [line] }, options), "NO_ACTIVE_WORK");
  if (!options.dryRun) audit(gate, "checkpoint", gate.clock(), { agent, message, tools });
  const value = {
    success: true as const,
    message: `Noted for ${agent}`,
    workFileUpdated: outcome?.value.workFileUpdated,
  };
  if (outcome) return { ...outcome, value };
  const nothing = { written: [], moved: [], removed: [], backups: [], entries: [] };
  return { ...nothing, value, warnings: ["No issue is active, so the note stands in the audit alone"] };
}

/**
 * As `checkpoint`, for programs that must not be stopped by it: it never rejects, and says in
 * what it resolves to whether the note was taken. Without a gate it takes the project that
 * the current folder is in.
 *
 * ```ts
 * await saveAgentCheckpoint({ agent: "reviewer", message: "Looked through the tests", tools: ["Read"] });
 * ```
 */
export async function saveAgentCheckpoint(input: CheckpointInput & { readonly gate?: Gate }): Promise<boolean> {
  try {
    const { gate = openGate(), ...given } = input;
    await checkpoint(gate, given);
    return true;
  } catch {
    return false;
  }
}
