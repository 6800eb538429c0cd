/** `gate status --json`, built on its own: agents ask it all the time. */
import { say } from "../cli/answer.ts";
import { readPlain } from "../cli/flags.ts";
import { processIo } from "../cli/io.ts";
import { perform } from "../cli/perform.ts";
import { status } from "../gate/view/status.ts";

/** Runs the command and returns its exit code; `undefined` for any other, and for an answer to people. Never throws. */
export async function run(argv: readonly string[], version: string): Promise<number | undefined> {
  const plain = readPlain(argv);
  if (plain?.name !== "status" || !plain.given.json) return undefined;
  const action = async ({ openGate }: { openGate: () => Parameters<typeof status>[0] }) => ({
    result: await status(openGate()),
    text: () => "",
  });
  return await perform(async () => ({ action, given: plain.given }), argv, processIo(version), { print: say });
}
