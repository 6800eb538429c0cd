/** `gate statusline` by the same functions as ever, built on its own: a status bar asks it all the time. */
import { say } from "./cli/answer.ts";
import { statusline } from "./cli/commands/statusline.ts";
import { readPlain } from "./cli/flags.ts";
import { type Io, processIo } from "./cli/io.ts";
import { perform } from "./cli/perform.ts";

export { processIo };

/** Runs the command and returns its exit code; `undefined` for any other. Never throws. */
export async function runStatusline(argv: readonly string[], io: Io): Promise<number | undefined> {
  const plain = readPlain(argv);
  if (plain?.name !== "statusline") return undefined;
  return await perform(async () => ({ action: statusline.action, given: plain.given }), argv, io, { print: say });
}
