/**
 * What the tests of batches run in processes of their own. Arguments: root, act, then
 * what the act takes. With `KILL` in the environment it dies right before the disk
 * call of this number that changes something.
 */

import { FLAGS, system } from "../../src/files/system.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { claimNextFeature } from "../../src/gate/batch/next.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import { openGate } from "../../src/gate/gate.ts";
import { DISK_CALLS } from "../files/faults.ts";

const [root = "", act = "", first = "0", last = "0"] = process.argv.slice(2);
const kill = Number(process.env["KILL"] ?? 0);
let calls = 0;
if (kill > 0) {
  const record = system as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of DISK_CALLS) {
    const original = record[name]!;
    if (/^(close|fstat|lstat|read|readdir|readlink|realpath|stat)Sync$/.test(name)) continue;
    record[name] = (...args) => {
      const changes = name !== "openSync" || (Number(args[1]) & FLAGS.create) !== 0;
      if (changes && ++calls === kill) process.kill(process.pid, "SIGKILL");
      return original(...args);
    };
  }
}

const gate = openGate({ root, lockTimeout: 120_000 });
const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  async complete() {
    for (let index = Number(first); index < Number(last); index++) await completeFeature(gate, { index });
  },
  async retry() {
    for (let time = 0; time < Number(last); time++) await retryFeature(gate, { index: Number(first) });
  },
  /** Claims until none is left, and prints what it got. */
  async claim() {
    const got: number[] = [];
    for (;;) {
      try {
        got.push((await claimNextFeature(gate, { worker: first, lease: 600_000 })).value.index);
      } catch {
        return got;
      }
    }
  },
  /** Reads so many times; a torn record would be an error. */
  async read() {
    const seen = new Set<number>();
    for (let time = 0; time < Number(last); time++) seen.add((await batchStatus(gate)).completed);
    return seen.size;
  },
};
process.stdout.write(JSON.stringify((await acts[act]!()) ?? null));
