/** `gate statusline`, built on its own: a status bar asks it all the time. */
import { answerStatusline } from "../cli/commands/statusline.ts";
import { runAlone } from "./alone.ts";

/** Runs the command and returns its exit code; `undefined` for any other. Never throws. */
export async function run(argv: readonly string[], version: string): Promise<number | undefined> {
  return await runAlone({ name: "statusline", answer: answerStatusline }, argv, version);
}
