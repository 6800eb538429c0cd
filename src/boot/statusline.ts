/** `gate statusline`, built on its own: a status bar asks it all the time. */
import { say } from "../cli/answer.ts";
import { statusline } from "../cli/commands/statusline.ts";
import { readPlain } from "../cli/flags.ts";
import { processIo } from "../cli/io.ts";
import { perform } from "../cli/perform.ts";

/** Runs the command and returns its exit code; `undefined` for any other. Never throws. */
export async function run(argv: readonly string[], version: string): Promise<number | undefined> {
  const plain = readPlain(argv);
  if (plain?.name !== "statusline") return undefined;
  const find = async () => ({ action: statusline.action, given: plain.given });
  return await perform(find, argv, processIo(version), { print: say });
}
