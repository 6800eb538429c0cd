/**
 * A claimant, for a process of its own. Arguments: folder, how far its clock is off in
 * milliseconds, rounds, seed. Prints what was accepted, each with the time of the machine
 * around it, so that what two claimants were told can be put into one order.
 */
import { writeSync } from "node:fs";
import { GateError } from "../../src/base/errors.ts";
import { done } from "../../src/gate/documents/done.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { openGate } from "../../src/gate/gate.ts";
import { PATIENCE } from "./patience.ts";

const [root = "", off = "0", rounds = "1", seed = "1"] = process.argv.slice(2);
const gate = openGate({ root, clock: () => Date.now() + Number(off), lockTimeout: PATIENCE });
let state = Number(seed);

/** A number below `limit`, the same for each seed. */
function next(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

async function accepted(act: string, issue: number, doing: () => Promise<unknown>): Promise<boolean> {
  const before = Number(process.hrtime.bigint() / 1000n);
  try {
    await doing();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    writeSync(1, `${JSON.stringify({ act: error.code, issue, before, after: 0 })}\n`);
    return false;
  }
  writeSync(1, `${JSON.stringify({ act, issue, before, after: Number(process.hrtime.bigint() / 1000n) })}\n`);
  return true;
}

for (let round = 0; round < Number(rounds); round++) {
  const issue = 1 + next(5);
  const input = { issue, title: `Issue ${issue}`, lease: 1500, takeOver: next(8) === 0 };
  if (!(await accepted("start", issue, () => start(gate, input)))) continue;
  await new Promise((resolve) => setTimeout(resolve, next(400)));
  if (next(2) === 0) await accepted("save", issue, () => save(gate, { issue, log: [`round ${round}`] }));
  await accepted("done", issue, () => done(gate, { issue }));
}
