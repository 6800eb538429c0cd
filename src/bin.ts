/**
 * The program. It picks one surface and loads that alone; the only module that
 * knows how a process ends.
 */
import { preparedRequire } from "./files/prepared.ts";

declare const __VERSION__: string;
declare const __dirname: string;
/** Built, each `import()` of another file of the program is one of these. */
// biome-ignore lint/style/useConst: it is Node's, and there from the start.
declare let require: (id: string) => unknown;

require = preparedRequire(__dirname, require);

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (isHook(words)) {
    const code = await runHook(words.slice(1));
    // Everything is written by now, and ending here saves Node from taking its own house down.
    process.exit(code);
  }
  const code = await runQuickly(words);
  if (code !== undefined) process.exit(code);
  const { processIo, run } = await import("./cli/run.ts");
  const io = processIo(__VERSION__);
  const serveMcp = async (options: object) => {
    const { serve } = await import("./mcp/serve.ts");
    await serve({ ...options, version: io.version, cwd: io.cwd, home: io.home, environment: io.environment });
  };
  const prepare = async () => (await import("./files/prepare.ts")).prepareProgram(__dirname);
  process.exitCode = await run(words, { ...io, serveMcp, prepare });
}

/** What agents have in their settings names the event, so that its own bundle is all that is loaded. */
async function runHook(words: readonly string[]): Promise<number> {
  const start = () => import("./quick-start.ts");
  if (words.includes("SessionStart")) return await (await start()).runStart(words, process.env);
  const hook = await import("./hooks/hook.ts");
  return await hook.runHook(words, process.env, { SessionStart: async () => (await start()).beginSession });
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
