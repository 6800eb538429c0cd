/**
 * `gate hook`: what an agent's hooks run. A hook stands in the way of every tool
 * call, so these hold whatever comes in:
 *
 * - It fails open: what is not understood is answered with silence and exit code 0.
 * - Standard output is for the agent's protocol alone.
 * - Most calls concern nothing of the gate's. That is found out with almost nothing
 *   loaded; everything else is loaded behind it.
 * - It ends within two seconds: nobody is waited for without a limit.
 */
import { homeFolder } from "../files/guard/home.ts";
import { readPiped } from "../files/read/stdin.ts";
import { writeStream } from "../files/terminal/stream.ts";
import { AGENTS } from "../settings/agents.ts";
import { type Call, callIn, type Environment, type EventName, type Given } from "./call.ts";
import { mayDestroy, mayWrite } from "./destruction-signs.ts";
import type { Answer } from "./dialects/dialect.ts";
import type { World } from "./gates.ts";
import { GUARD_LIST, mayBeProtected, rootWith } from "./target.ts";

/** Milliseconds for the input to come; what follows takes less than a second at worst. */
const PATIENCE = 1000;
const MOST_BYTES = 32 * 1024 * 1024;

/** What answers a call that concerns the gate. */
type Respond = (call: Call, world: World) => Promise<Answer | undefined>;

/** What answers an event where that is not found in this room. */
export type Shortcuts = { readonly [Name in EventName]?: () => Promise<Respond> };

/** Runs the hook with the words behind `hook` and returns its exit code. Never throws. */
export async function runHook(
  words: readonly string[],
  environment: Environment,
  shortcuts: Shortcuts = {},
): Promise<number> {
  try {
    const text = readPiped(PATIENCE, MOST_BYTES);
    const answer = text === undefined ? undefined : await answerTo(text, words, { environment, shortcuts });
    if (answer === undefined) return 0;
    if (answer.output) writeStream("output", `${JSON.stringify(answer.output)}\n`);
    if (answer.text !== undefined) writeStream("output", `${answer.text}\n`);
    if (answer.error !== undefined) writeStream("error", `${answer.error}\n`);
    return answer.code;
  } catch (error) {
    if (environment["DEBUG"]) complain(error);
    return 0;
  }
}

/** The answer to a payload; `undefined` for silence. */
export async function answerTo(
  text: string,
  words: readonly string[],
  facts: {
    readonly environment: Environment;
    readonly home?: string;
    readonly clock?: () => number;
    readonly shortcuts?: Shortcuts;
    /** The folder of the process. */
    readonly here?: string;
  },
) {
  const { environment, home, clock, shortcuts = {}, here = process.cwd() } = facts;
  const given = { ...readWords(words), here };
  const call = callIn(text, given, environment);
  if (call === undefined || !isConcerned(call, given.autoApprove)) return undefined;
  if (call.borrowed && (await import("./borrowed.ts")).isAnsweredElsewhere(call, home ?? homeFolder()))
    return undefined;
  const respond = (await shortcuts[call.event]?.()) ?? (await import("./events/index.ts")).respond;
  return await respond(call, {
    home: home ?? homeFolder(),
    clock: clock ?? Date.now,
    environment,
    autoApprove: given.autoApprove,
  });
}

/** Words that mean nothing are passed over: a hook that is called wrongly must not block anything. */
function readWords(words: readonly string[]): Given & { readonly autoApprove: boolean } {
  const at = words.findIndex((word) => word === "--agent" || word.startsWith("--agent="));
  const named = words[at]?.includes("=") ? words[at]!.slice("--agent=".length) : words[at + 1];
  const agent = at === -1 ? undefined : AGENTS.find((name) => name === named);
  return {
    event: words.find((word, index) => !word.startsWith("-") && (index === 0 || words[index - 1] !== "--agent")),
    agent,
    autoApprove: words.includes("--auto-approve"),
  };
}

/** Whether there may be something to do; `false` is certain. */
function isConcerned(call: Call, autoApprove: boolean): boolean {
  const { event, tool, cwd } = call;
  if (event !== "PreToolUse" && event !== "PostToolUse" && event !== "PermissionRequest") return true;
  if (tool === undefined || tool.kind === "notebook") return false;
  if (event === "PermissionRequest" && !autoApprove) return false;
  if (tool.kind === "several") return tool.tools.some((each) => isConcerned({ ...call, tool: each }, autoApprove));
  if (tool.kind === "patch") return isPatchConcerned(tool.patch, cwd);
  if (tool.kind === "touch") return [tool.path, ...tool.others].some((path) => mayBeProtected(path, cwd, true));
  if (tool.kind !== "shell") return mayBeProtected(tool.path, cwd);
  const isWithin = (held: string) => rootWith(cwd, held) !== undefined;
  if (event !== "PreToolUse") return isWithin(".claude/.gate");
  return mayDestroy(tool.command, cwd) || (mayWrite(tool.command) && isWithin(GUARD_LIST));
}

/** Whether a patch names a file that may be protected. */
function isPatchConcerned(patch: string, cwd: string): boolean {
  for (const [, path = ""] of patch.matchAll(/^\s*\*\*\* (?:\w+ File|Move to): (.+)$/gm)) {
    if (mayBeProtected(path.trim(), cwd)) return true;
  }
  return false;
}

function complain(error: unknown): void {
  try {
    writeStream("error", `${error instanceof Error ? error.stack : error}\n`);
  } catch {
    // Nobody is there to hear it.
  }
}
