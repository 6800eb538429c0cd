/**
 * What agents and status bars ask all the time, by the same functions as ever. It is
 * built on its own, with nothing in it that another command needs.
 */
import { say } from "./cli/answer.ts";
import type { Action } from "./cli/command.ts";
import { status } from "./cli/commands/status.ts";
import { statusline } from "./cli/commands/statusline.ts";
import { readPlain } from "./cli/flags.ts";
import { type Io, processIo } from "./cli/io.ts";
import { perform } from "./cli/perform.ts";
import type { Call } from "./hooks/call.ts";
import { sessionStart } from "./hooks/events/session-start.ts";
import type { World } from "./hooks/gates.ts";
import { type Answer, answerOf } from "./hooks/reply.ts";

export { processIo };

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["status", status.action],
  ["statusline", statusline.action],
]);

/** Runs the command if it is one of these, and returns its exit code; `undefined` for any other. Never throws. */
export async function runQuick(argv: readonly string[], io: Io): Promise<number | undefined> {
  const plain = readPlain(argv);
  const action = plain && ACTIONS.get(plain.name);
  if (!action) return undefined;
  return await perform(async () => ({ action, given: plain.given }), argv, io, { print: say });
}

/** The answer to the begin of a session. */
export async function beginSession(call: Call, world: World): Promise<Answer | undefined> {
  const reply = await sessionStart(call, world);
  return reply && answerOf(reply, call);
}
