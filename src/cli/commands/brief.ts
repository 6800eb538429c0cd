/** `gate brief`: see `gate/brief.ts`. */
import { GateError } from "../../base/errors.ts";
import { BRIEF_BYTES, LEAST_BYTES, brief as readBrief } from "../../gate/agent/brief.ts";
import type { DefinedCommand } from "../command.ts";
import { optionsOf } from "../options.ts";

const MOST_BYTES = 100_000;

export const brief: DefinedCommand = {
  description:
    "Prints what an agent has to know of the active work, the most important first: the text that the SessionStart " +
    "hook puts into its context. Says what found no room. Reads only.",
  examples: [
    ["gate brief", "as the hook has it"],
    ["gate brief --budget 4000", "with more room"],
  ],
  define(command) {
    command.option("--budget <bytes>", `at most so many bytes of UTF-8 (default: ${BRIEF_BYTES})`);
    return async ({ openGate }) => {
      const { budget } = optionsOf<{ budget?: string }>(command, "budget");
      const most = budget === undefined ? BRIEF_BYTES : readBudget(budget);
      const { text, leftOut } = await readBrief(openGate(), { budget: most });
      return { result: { text, bytes: Buffer.byteLength(text), leftOut }, text: () => text };
    };
  },
};

function readBudget(text: string): number {
  const bytes = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (bytes >= LEAST_BYTES && bytes <= MOST_BYTES) return bytes;
  throw new GateError(
    "INVALID_ARGUMENT",
    `Cannot use --budget ${JSON.stringify(text)}: expected bytes from ${LEAST_BYTES} to ${MOST_BYTES}`,
    { hint: "Give a number, for example --budget 4000" },
  );
}
