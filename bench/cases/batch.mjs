import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, table } from "../measure.mjs";

export const title = "One completion in a batch of 10,000 features, in-process, against a plain Python rewrite";

const ROUNDS = 6;
const EACH = 10;

/** Both complete some features of a file of their own, in turn. Python does not flush; ours is on the disk each time. */
export async function run() {
  const { completeFeature, createBatch, openGate } = await import("../../dist/index.js");
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude"));
  const gate = openGate({ root });
  const features = Array.from(
    { length: 10_000 },
    (_, index) => `Feature ${index}: add one more thing that somebody asked for`,
  );
  await createBatch(gate, { features });
  const file = join(root, ".claude/batch_state.json");
  const theirs = join(root, "python.json");
  // In the middle of it: half of the features are completed.
  const half = JSON.parse(readFileSync(file, "utf8"));
  Object.assign(half, { completed_features: [...Array(5000).keys()], current_index: 5000 });
  writeFileSync(file, JSON.stringify(half, null, 2));
  copyFileSync(file, theirs);
  const script = join(import.meta.dirname, "../python/batch.py");
  const python = [];
  const ours = [];
  let next = 5000;
  const complete = async () => {
    const start = performance.now();
    await completeFeature(gate, { index: next++ });
    return performance.now() - start;
  };
  for (let warm = 0; warm < EACH; warm++) await complete();
  for (let round = 0; round < ROUNDS; round++) {
    python.push(
      ...JSON.parse(execFileSync("python3", [script, theirs, "complete", String(EACH)], { encoding: "utf8" })),
    );
    for (let each = 0; each < EACH; each++) ours.push(await complete());
  }
  rmSync(root, { recursive: true });
  const [base, time] = [median(python), median(ours)];
  return table(
    ["", "ms", "ratio"],
    [
      ["Python, not durable", base.toFixed(2), "1.00"],
      ["gate, durable", time.toFixed(2), (time / base).toFixed(2)],
    ],
  );
}
