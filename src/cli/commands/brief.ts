/** `gate brief`: see `gate/agent/brief.ts`. */
import { brief as readBrief } from "../../gate/agent/brief.ts";
import { BRIEF_BYTES, LEAST_BYTES } from "../../gate/agent/compose.ts";
import { command } from "../command.ts";
import { numberReader } from "../numbers.ts";

const MOST_BYTES = 100_000;

export const brief = command({
  description:
    "Prints what an agent has to know of the active work, the most important first: the text that the SessionStart " +
    "hook puts into its context. Says what found no room. Reads only.",
  examples: [
    ["gate brief", "as the hook has it"],
    ["gate brief --budget 4000", "with more room"],
  ],
  options: {
    budget: {
      flag: "--budget <bytes>",
      about: `at most so many bytes of UTF-8 (default: ${BRIEF_BYTES})`,
      read: numberReader({
        pattern: /^\d{1,6}$/,
        from: LEAST_BYTES,
        to: MOST_BYTES,
        expected: `bytes from ${LEAST_BYTES} to ${MOST_BYTES}`,
        example: 4000,
      }),
    },
  },
  async run({ openGate }, { budget = BRIEF_BYTES }) {
    const { text, leftOut } = await readBrief(openGate(), { budget });
    return { result: { text, bytes: Buffer.byteLength(text), leftOut }, text: () => text };
  },
});
