/**
 * Runs one operation in a process of its own and dies right before the n-th call
 * that changes the name of a document, or makes, fills or removes the record of
 * what is under way. Arguments: root, operation, n (0: live on). Without dying it
 * prints how many such calls there were.
 * `scene X` is the operation of that scene.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FLAGS, system } from "../../src/files/guard/system.ts";
import { hasIntent } from "../../src/files/record/intent-log.ts";
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { status } from "../../src/gate/view/status.ts";
import { upTo } from "./effort.ts";
import { gateAt, OPERATIONS } from "./operations.ts";
import { SCENES } from "./scenes.ts";

const [root = "", operation = "", at = "0"] = process.argv.slice(2);
// The steps between documents; the tests of `files` die at every call there is, inside one step too.
const CHANGING = ["renameSync", "linkSync", "unlinkSync"] as const;
const isCounted = (argument: unknown) =>
  typeof argument === "string" && /\.(?:md|tmp|bak(?:\.\d+)?)$|pending\.json/.test(argument);

let calls = 0;
const recorded = new Set<unknown>();
const seam = system as unknown as Record<string, (...args: unknown[]) => unknown>;
const count = () => {
  if (++calls === Number(at)) process.kill(process.pid, "SIGKILL");
};
for (const name of CHANGING) {
  const call = seam[name]!;
  seam[name] = (...args) => {
    if (args.some(isCounted)) count();
    return call(...args);
  };
}
const { openSync, writeSync } = seam;
seam["openSync"] = (...args) => {
  const isRecord = /\.pending\.json\.[^/]*\.tmp$/.test(String(args[0])) && (Number(args[1]) & FLAGS.create) !== 0;
  if (isRecord) count();
  const descriptor = openSync!(...args);
  if (isRecord) recorded.add(descriptor);
  else recorded.delete(descriptor);
  return descriptor;
};
seam["writeSync"] = (...args) => {
  if (recorded.has(args[0])) count();
  return writeSync!(...args);
};

const gate = gateAt(root);
const operations: typeof OPERATIONS = { ...OPERATIONS, work, watch };
const scene = SCENES[operation.replace(/^scene /, "")];
await (operation.startsWith("scene ") ? scene!.act({ gate }) : operations[operation]!(gate));
if (operation !== "watch") process.stdout.write(String(calls));

/** Starts, saves and finishes an issue of its own, over and over, among others who do the same. */
async function work(): Promise<void> {
  const attempt = (step: Promise<unknown>) => step.catch(() => undefined);
  while (!existsSync(join(root, "stop"))) {
    await attempt(start(gate, { issue: process.pid, title: "T" }));
    await attempt(save(gate, { progress: [{ status: "pending", text: "a" }], log: ["b"] }));
    await attempt(done(gate));
  }
}

/** Looks on, and prints how often something was on record and which rules named an interrupted operation. */
async function watch(): Promise<void> {
  const RULE = "unfinished-operation";
  let seen = 0;
  const named: string[] = [];
  for (let look = 0; look < upTo(200, 50) || (seen < upTo(20, 5) && look < 4000); look++) {
    if (hasIntent(gate.project)) seen++;
    const { problems } = await status(gate);
    const { files } = await check(gate, { paths: [".claude/state.md"] });
    const found = [...problems, ...files.flatMap((file) => file.problems)].filter(({ rule }) => rule === RULE);
    named.push(...found.map(({ message }) => message));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  process.stdout.write(JSON.stringify({ seen, named }));
}
