/**
 * The program. It picks one surface and loads that alone; the only module that
 * knows how a process ends.
 */
import { runHook } from "./hooks/hook.ts";

declare const __VERSION__: string;

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (isHook(words)) {
    const SessionStart = async () => (await import("./quick-start.ts")).beginSession;
    process.exitCode = await runHook(words.slice(1), process.env, { SessionStart });
    return;
  }
  const code = await runQuickly(words);
  if (code !== undefined) {
    process.exitCode = code;
    return;
  }
  const { processIo, run } = await import("./cli/run.ts");
  const io = processIo(__VERSION__);
  const serveMcp = async (options: object) => {
    const { serve } = await import("./mcp/serve.ts");
    await serve({ ...options, version: io.version, cwd: io.cwd, home: io.home, environment: io.environment });
  };
  process.exitCode = await run(words, { ...io, serveMcp });
}

/** Runs the commands that are asked for all the time; `undefined` where it is none of them. */
async function runQuickly(words: readonly string[]): Promise<number | undefined> {
  if (words.includes("status") && words.includes("--json")) {
    const { processIo, runStatus } = await import("./quick-status.ts");
    return await runStatus(words, processIo(__VERSION__));
  }
  if (!words.includes("statusline")) return undefined;
  const { processIo, runStatusline } = await import("./quick-statusline.ts");
  return await runStatusline(words, processIo(__VERSION__));
}

/** An agent calls a hook at every turn, so it does not pay for the command line. People may ask that one for help. */
function isHook([command, ...rest]: readonly string[]): boolean {
  return command === "hook" && !rest.includes("--help") && !rest.includes("-h");
}

void main();
