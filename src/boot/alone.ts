/** A command that takes nothing but the options of all commands, run without the rest of the command line. */
import { say } from "../cli/answer.ts";
import { makeCall, perform } from "../cli/call.ts";
import type { Answer, Call } from "../cli/command.ts";
import { splitCommand } from "../cli/flags.ts";
import { processIo } from "../cli/io.ts";
import type { Option } from "../cli/option.ts";
import { readWords, valuesOf } from "../cli/read-words.ts";

export interface Alone {
  readonly name: string;
  /** An option without which the call is left to the command line. */
  readonly needs?: Option;
  answer(call: Call): Promise<Answer>;
}

/** Runs the command and returns its exit code; `undefined` for any other call. Never throws. */
export async function runAlone(
  { name, needs, answer }: Alone,
  argv: readonly string[],
  version: string,
): Promise<number | undefined> {
  const { name: named, rest } = splitCommand(argv);
  const words = named === name ? readWords({}, rest) : undefined;
  if (!words || (needs && !words.options.some(([option]) => option === needs))) return undefined;
  const io = processIo(version);
  return await perform(argv, io, async () => {
    const call = makeCall(valuesOf({}, words).flags, io);
    say(await answer(call), call);
    return 0;
  });
}
