/** The command line: words in, words and an exit code out. What it does is all in the gate. */
import { print } from "./answer.ts";
import { makeCall, perform } from "./call.ts";
import type { Command, Registered } from "./command.ts";
import { splitCommand } from "./flags.ts";
import { type Io, processIo } from "./io.ts";
import { readWords, valuesOf } from "./read-words.ts";
import { COMMANDS } from "./registry.ts";

export { processIo };

/** Runs the program with its arguments and returns its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const act = async () => {
    const found = await findCommand(argv, COMMANDS);
    const words = found && readWords(found.command, found.rest);
    const text = words ? undefined : await (await import("./commander/explain.ts")).explain(argv, COMMANDS, io.version);
    if (!found || text !== undefined) {
      io.out(text ?? "");
      return 0;
    }
    const read = words ?? { args: [], options: [], behind: undefined };
    const { flags, given } = valuesOf(found.command, read, io.environment);
    const call = makeCall(flags, io, read.behind);
    const answer = await found.command.run(call, given, { commands: COMMANDS, run });
    await print(answer, call);
    return answer.exitCode ?? 0;
  };
  const { name } = splitCommand(argv);
  return await perform(argv, io, act, COMMANDS.find((each) => each.name === name)?.failureCode);
}

/** The command that the words name, of a group by two of them, with the words that are left. */
async function findCommand(
  argv: readonly string[],
  commands: readonly Registered[],
): Promise<{ readonly command: Command; readonly rest: readonly string[] } | undefined> {
  const { name, rest } = splitCommand(argv);
  const command = await commands.find((each) => each.name === name)?.load();
  if (!command) return undefined;
  return "subcommands" in command ? await findCommand(rest, command.subcommands) : { command, rest };
}
