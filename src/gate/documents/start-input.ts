/** What `start` is given, and whether it is what it should be. */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { manyLines, oneLine } from "../../base/line.ts";
import { isFuture, parseTime } from "../../base/time.ts";
import type { Gate } from "../gate.ts";

/** In bytes; surfaces take no more as the text of an issue. */
export const MAX_DESCRIPTION = 64 * 1024;

/** The issue to work on. */
export interface StartInput {
  /** A positive whole number. */
  readonly issue: number;
  /** Without it the title comes from the work file, then from `gh issue view`. */
  readonly title?: string;
  readonly branch?: string;
  /** A time in the format's spelling; now by default. */
  readonly started?: string;
  /** The issue's address, for a new work file. */
  readonly url?: string;
  /** Markdown for the Issue Description of a new work file. */
  readonly description?: string;
  /** How long the claim of this worktree holds without a save, in milliseconds; 8 hours by default. */
  readonly lease?: number;
  /** Take the issue from another worktree or clone whose claim still holds. */
  readonly takeOver?: boolean;
  /** Begin with what another tool keeps: its title, progress, next steps and questions. `gsd`, `memory-bank`, `plan`, `tasks`, `backlog` or `beads`. */
  readonly from?: string;
}

/** What each part of it is. */
export const START_SHAPE: Shape<StartInput> = {
  issue: "issue",
  title: "text?",
  branch: "text?",
  started: "text?",
  url: "text?",
  description: "text?",
  lease: "number?",
  takeOver: "flag?",
  from: "text?",
};

/** The same, read. */
export interface CleanInput extends Omit<StartInput, "started"> {
  /** Milliseconds since the epoch. */
  readonly started?: number;
}

/** Every text is one line, and what cannot be is refused before anything is read. */
export function cleanInput(gate: Gate, input: StartInput): CleanInput {
  const { started, ...rest } = input;
  const reading = started === undefined ? undefined : parseTime(started);
  if (started !== undefined && reading?.kind !== "exact") {
    throw new GateError(
      "INVALID_ARGUMENT",
      `Cannot use the start time ${JSON.stringify(started)}: expected YYYY-MM-DDTHH:MM:SSZ`,
      {
        hint: "Give UTC with whole seconds, for example 2024-10-23T10:00:00Z.",
      },
    );
  }
  if (reading && isFuture(reading, gate.clock())) {
    throw new GateError("INVALID_ARGUMENT", `Cannot use the start time ${started}: it lies in the future`, {
      hint: "Leave --started away to start now.",
    });
  }
  return {
    ...rest,
    ...(input.description !== undefined && { description: manyLines(input.description, "the description") }),
    ...(input.title !== undefined && { title: oneLine(input.title, "the title") }),
    ...(input.branch !== undefined && { branch: oneLine(input.branch, "the branch") }),
    ...(input.url !== undefined && { url: oneLine(input.url, "the address") }),
    ...(reading?.kind === "exact" && { started: reading.instant }),
  };
}
