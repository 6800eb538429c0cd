import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, table } from "../measure.mjs";
import { startRedis } from "../servers.mjs";

export const title = "One completion on SQLite and Redis, by the number of features, in-process, durable";

const SIZES = [10, 100, 10_000, 100_000];
const ROUNDS = 12;
const EACH = 4;

export async function run() {
  const { batchStatus, claimNextFeature, completeFeature, createBatch, openBatch, openGate } = await import(
    "../../dist/index.js"
  );
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  const redis = await startRedis(root);
  const rows = [];
  for (const place of [{ backend: "sqlite" }, redis && { backend: "redis", redisUrl: redis.url }]) {
    if (place === undefined) continue;
    const batches = [];
    try {
      for (const size of SIZES) {
        const folder = join(root, `${place.backend}-${size}`);
        mkdirSync(join(folder, ".claude"), { recursive: true });
        const { gate, close } = openBatch(openGate({ root: folder }));
        const features = Array.from({ length: size }, (_, index) => `Feature ${index}: add one more thing`);
        const start = performance.now();
        await createBatch(gate, { features, ...place });
        batches.push({ size, gate, close, create: performance.now() - start, times: [], claims: [], next: 0 });
      }
    } catch (error) {
      rows.push([place.backend, error.message, "", "", "", "", ""]);
      continue;
    }
    // In turn, so that what else the machine does meets all of them.
    for (let round = -2; round < ROUNDS; round++) {
      for (const { size, gate, times, claims } of batches) {
        for (let each = 0; each < EACH; each++) {
          const index = (round + 2) * EACH + each;
          if (index >= size) continue;
          const start = performance.now();
          await completeFeature(gate, { ...place, index });
          if (round >= 0 || size < 100) times.push(performance.now() - start);
        }
        if (size < 100) continue;
        const start = performance.now();
        await claimNextFeature(gate, { ...place, worker: "w", lease: 1 });
        claims.push(performance.now() - start);
      }
    }
    const base = median(batches.find(({ size }) => size === 100).times);
    for (const { size, gate, close, create, times, claims } of batches) {
      const start = performance.now();
      await batchStatus(gate, place);
      const status = performance.now() - start;
      const time = median(times);
      const claim = claims.length === 0 ? "" : median(claims).toFixed(2);
      rows.push([
        place.backend,
        size,
        time.toFixed(3),
        (time / base).toFixed(2),
        claim,
        create.toFixed(0),
        status.toFixed(0),
      ]);
      await close();
    }
  }
  redis?.end();
  rmSync(root, { recursive: true });
  return table(
    ["backend", "features", "completion, ms", "against 100 (to reach: 1.3)", "claim, ms", "create, ms", "status, ms"],
    rows,
  );
}
