/** The runs that a call is about, and which of them. */
import { openRuns, type Runs } from "../../../gate/runs/runs.ts";
import type { Call } from "../../command.ts";
import type { Arguments, Options } from "../../option.ts";

export const RUN = { runId: { name: "<run_id>", about: "the run" } } as const satisfies Arguments;

const skill = { flag: "--skill <name>", about: "the skill whose run it is" } as const;
export const SKILL = { skill } as const satisfies Options;
export const NEEDED_SKILL = { skill: { ...skill, required: true } } as const satisfies Options;

export function runsOf({ io, flags }: Pick<Call, "io" | "flags">): Runs {
  return openRuns({ home: io.home, lockTimeout: flags.lockTimeout });
}
