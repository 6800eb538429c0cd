/** `gate status --json`, built on its own: agents ask it all the time. */
import type { Call } from "../cli/command.ts";
import { GLOBAL_OPTIONS } from "../cli/flags.ts";
import { status } from "../gate/view/status.ts";
import { runAlone } from "./alone.ts";

/** Runs the command and returns its exit code; `undefined` for any other, and for an answer to people. Never throws. */
export async function run(argv: readonly string[], version: string): Promise<number | undefined> {
  const answer = async ({ openGate }: Call) => ({ result: await status(openGate({ create: true })), text: () => "" });
  return await runAlone({ name: "status", needs: GLOBAL_OPTIONS.json, answer }, argv, version);
}
