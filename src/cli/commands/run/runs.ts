/** The runs that a call is about. */
import { openRuns, type Runs } from "../../../gate/runs/runs.ts";
import type { Call } from "../../command.ts";

export function runsOf({ io, flags }: Pick<Call, "io" | "flags">): Runs {
  const { lockTimeout } = flags;
  return openRuns({ home: io.home, ...(lockTimeout !== undefined && { lockTimeout }) });
}
