/** `gate status --json`, built on its own: agents ask it all the time. */
import { GLOBAL_OPTIONS } from "../cli/flags.ts";
import { status } from "../gate/view/status.ts";
import { type Alone, runAlone } from "./alone.ts";

const JSON_STATUS: Alone = {
  name: "status",
  needs: GLOBAL_OPTIONS.json,
  answer: async ({ openGate }) => ({ result: await status(openGate()), text: () => "" }),
};

/** Runs the command and returns its exit code; `undefined` for any other, and for an answer to people. Never throws. */
export async function run(argv: readonly string[], version: string): Promise<number | undefined> {
  return await runAlone(JSON_STATUS, argv, version);
}
