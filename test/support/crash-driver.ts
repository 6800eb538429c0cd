/**
 * Runs one operation in a process of its own and dies right before the n-th call
 * that changes the name of a document. Arguments: root, operation, n (0: live on). Without dying
 * it prints how many such calls there were.
 */

import { system } from "../../src/files/system.ts";
import { done } from "../../src/gate/done.ts";
import { openGate } from "../../src/gate/gate.ts";
import { init } from "../../src/gate/init.ts";
import { reconstructFrom } from "../../src/gate/reconstruct.ts";
import { save } from "../../src/gate/save.ts";
import { start } from "../../src/gate/start.ts";
import { undo } from "../../src/gate/undo.ts";
import { NOW } from "./clock.ts";

const [root = "", operation = "", at = "0"] = process.argv.slice(2);
// The steps between documents; the tests of `files` die at every call there is, inside one step too.
const CHANGING = ["renameSync", "linkSync", "unlinkSync"] as const;
const isDocument = (argument: unknown) => typeof argument === "string" && /\.(?:md|tmp)$/.test(argument);

let calls = 0;
const seam = system as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of CHANGING) {
  const call = seam[name]!;
  seam[name] = (...args) => {
    if (args.some(isDocument) && ++calls === Number(at)) process.kill(process.pid, "SIGKILL");
    return call(...args);
  };
}

const gate = openGate({ root, clock: () => NOW + 3_600_000 });
const operations: Readonly<Record<string, () => Promise<unknown>>> = {
  init: () => init(gate),
  start: () => start(gate, { issue: 7, title: "Other", branch: "b" }),
  save: () => save(gate, { progress: [{ status: "completed", text: "one" }], nextSteps: ["x"], log: ["logged"] }),
  done: () => done(gate, { reason: "merged" }),
  reconstruct: () => reconstructFrom(gate, 42),
  undo: () => undo(gate),
  redo: () => undo(gate, { redo: true }),
};
await operations[operation]!();
process.stdout.write(String(calls));
