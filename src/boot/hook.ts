/** `gate hook`, built on its own: it stands in the way of every call of a tool. */
import type { Environment } from "../hooks/call.ts";
import { runHook } from "../hooks/hook.ts";

/** Answers the hook and returns its exit code; see `hooks/hook.ts`. */
export async function run(words: readonly string[], environment: Environment): Promise<number> {
  return await runHook(words, environment, {
    SessionStart: async () => (await import("./session-start.ts")).beginSession,
    PreToolUse: async () => (await import("./pre-tool-use.ts")).lookAtTool,
  });
}
