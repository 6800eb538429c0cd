/** `gate batch retry`: see `gate/batch/retry.ts`. */
import { type Retry, retryFeature } from "../../../gate/batch/retry.ts";
import { wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { BATCH, FEATURE } from "../../options/stores.ts";
import type { Style } from "../../style.ts";

export const retry = command({
  description:
    "Counts a retry of a feature and says whether it may be made: three for a feature, fifty in a batch, none after " +
    "five failures in a row, none for an error that would come again. Every call counts.",
  examples: [
    ["gate batch retry 3 --json", "ask, by the error that was recorded"],
    ["gate batch retry 3 --error 'HTTP 503'", "ask, by this error"],
  ],
  notes: [
    "Reasons: under_retry_limit (it may), max_retries_reached, global_retry_limit_reached, circuit_breaker_open,",
    "permanent_failure. After five failures in a row `gate batch resume` lets it go on.",
  ],
  arguments: FEATURE,
  options: { error: { flag: "--error <text>", about: "the error to judge by" }, ...BATCH },
  run: async (call, given) => wrote(await retryFeature(call.openGate(), given, call.write), view),
});

function view({ allowed, reason, index, retryCount, maxRetries }: Retry, { green, red }: Style): string {
  const count = `retry ${retryCount} of ${maxRetries}`;
  return allowed
    ? `${green("yes")}  Feature ${index} may be tried again: ${count}`
    : `${red("no")}  Feature ${index} may not be tried again: ${reason}, ${count}`;
}
