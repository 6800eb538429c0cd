/**
 * What the tests of batches run in processes of their own. Arguments: root, act, then
 * what the act takes. With `KILL` in the environment it dies right before the disk
 * call of this number that changes something, and with 0 it prints how many there
 * were; `BATCH` says where the batch is kept, `SESSION` how it is worked through.
 */
import { writeSync } from "node:fs";
import { GateError } from "../../src/base/errors.ts";
import { FLAGS, system } from "../../src/files/guard/system.ts";
import { completeFeature } from "../../src/gate/batch/end.ts";
import { claimNextFeature } from "../../src/gate/batch/next.ts";
import type { BatchOptions } from "../../src/gate/batch/place.ts";
import { retryFeature } from "../../src/gate/batch/retry.ts";
import { openBatch } from "../../src/gate/batch/session.ts";
import { batchStatus } from "../../src/gate/batch/status.ts";
import { openGate } from "../../src/gate/gate.ts";
import { openKv } from "../../src/gate/kv/store.ts";
import { DISK_CALLS } from "../files/faults.ts";
import { PATIENCE } from "./patience.ts";

const [root = "", act = "", first = "0", last = "0"] = process.argv.slice(2);
const kill = process.env["KILL"];
let calls = 0;
if (kill !== undefined) {
  const record = system as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of DISK_CALLS) {
    const original = record[name]!;
    if (/^(close|fstat|lstat|read|readdir|readlink|realpath|stat)Sync$/.test(name)) continue;
    record[name] = (...args) => {
      const changes = name !== "openSync" || (Number(args[1]) & FLAGS.create) !== 0;
      if (changes && ++calls === Number(kill)) process.kill(process.pid, "SIGKILL");
      return original(...args);
    };
  }
}

const batch = JSON.parse(process.env["BATCH"] ?? "{}") as BatchOptions;
const open = process.env["SESSION"] === "batch" ? openBatch : openKv;
const { gate, close } = open(openGate({ root, lockTimeout: PATIENCE }));
const acts: Readonly<Record<string, () => Promise<unknown>>> = {
  async complete() {
    for (let index = Number(first); index < Number(last); index++) await completeFeature(gate, { ...batch, index });
  },
  /** Completes, and prints each that is done. */
  async tell() {
    for (let index = Number(first); index < Number(last); index++) {
      await completeFeature(gate, { ...batch, index });
      writeSync(1, `${index}\n`);
    }
  },
  async retry() {
    for (let time = 0; time < Number(last); time++) await retryFeature(gate, { ...batch, index: Number(first) });
  },
  /** Claims until none is left, and prints what it got. */
  async claim() {
    const got: number[] = [];
    for (;;) {
      try {
        got.push((await claimNextFeature(gate, { ...batch, worker: first, lease: 600_000 })).value.index);
      } catch (error) {
        if (error instanceof GateError && error.code === "NOT_FOUND") return got;
        throw error;
      }
    }
  },
  /**
   * Reads so many times and until all is done, and says when it has begun; a torn record
   * would be an error, or counts that contradict each other.
   */
  async read() {
    const seen = new Set<number>();
    for (let time = 0, isDone = false; time < Number(last) || !isDone; time++) {
      const { completed, remaining, totalFeatures, features } = await batchStatus(gate, batch);
      const counted = features.filter(({ state }) => state === "completed").length;
      if (completed !== counted || completed + remaining !== totalFeatures) throw new Error("torn");
      if (time === 0) writeSync(1, "\n");
      seen.add(completed);
      isDone = remaining === 0;
    }
    return seen.size;
  },
};
process.stdout.write(JSON.stringify((await acts[act]!()) ?? null));
await close();
if (kill !== undefined) process.stdout.write(`\n${calls}`);
