/**
 * The program. It picks one surface and loads that alone; the only module that
 * knows how a process ends.
 */
import { join } from "node:path";
import { useCompileCache } from "./boot/compile-cache.ts";

declare const __VERSION__: string;
declare const __dirname: string;

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const code = await runQuickly(words);
  // Everything is written by now, and ending here saves Node from taking its own house down.
  if (code !== undefined) process.exit(code);
  useCompileCache(join(__dirname, "compile-cache"));
  const { processIo, run } = await import("./cli/run.ts");
  const io = processIo(__VERSION__);
  const serveMcp = async (options: object) => {
    const { serve } = await import("./mcp/serve.ts");
    await serve({ ...options, version: io.version, cwd: io.cwd, home: io.home, environment: io.environment });
  };
  const serveLsp = async (options: object) => {
    const { serve } = await import("./lsp/serve.ts");
    const { version, cwd, home, environment } = io;
    await serve({ ...options, version, cwd, home, environment, folder: __dirname });
  };
  process.exitCode = await run(words, { ...io, serveMcp, serveLsp });
}

/** Runs the commands that are asked for all the time, each a file of its own; `undefined` where it is none of them. */
async function runQuickly(words: readonly string[]): Promise<number | undefined> {
  const has = (word: string) => words.includes(word);
  // An agent calls a hook at every turn, so it does not pay for the command line. People may ask that one for help.
  if (words[0] === "hook" && !has("--help") && !has("-h")) {
    // What agents have in their settings names the event.
    const { run } = await (has("SessionStart") ? import("./boot/session-start.ts") : import("./boot/hook.ts"));
    return await run(words.slice(1), process.env);
  }
  if (has("status") && has("--json")) return await (await import("./boot/status.ts")).run(words, __VERSION__);
  if (has("statusline")) return await (await import("./boot/statusline.ts")).run(words, __VERSION__);
  return undefined;
}

void main();
