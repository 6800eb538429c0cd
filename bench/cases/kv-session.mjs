import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kvLoad, kvSave, openGate, openKv } from "../../dist/index.js";
import { median, table } from "../measure.mjs";
import { startRedis } from "../servers.mjs";

export const title = "Loading a key among 1,000: with a store that is opened for it, and in a session that has seen it";

const ROUNDS = 15;
const LOADS = 100;

export async function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude"));
  const port = await startRedis(root);
  const gate = openGate({ root });
  const rows = [];
  for (const backend of ["json", "sqlite", ...(port ? ["redis"] : [])]) {
    const place = { backend, namespace: backend, ...(port && { redisUrl: `redis://127.0.0.1:${port.number}` }) };
    const session = openKv(gate);
    try {
      for (let index = 0; index < 1000; index++) {
        await kvSave(session.gate, { ...place, key: `key-${index}`, value: { index, text: "x".repeat(60) } });
      }
    } catch (error) {
      rows.push([backend, error.message, "", "", ""]);
      continue;
    }
    const load = (on) => kvLoad(on, { ...place, key: "key-500" });
    const times = { first: [], again: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const first = performance.now();
      await load(gate);
      times.first.push(performance.now() - first);
      await load(session.gate);
      const again = performance.now();
      for (let index = 0; index < LOADS; index++) await load(session.gate);
      times.again.push((performance.now() - again) / LOADS);
    }
    await session.close();
    const [first, again] = [median(times.first), median(times.again)];
    rows.push([backend, first.toFixed(3), again.toFixed(3), (again / first).toFixed(2), 0.5]);
  }
  port?.end();
  return table(["backend", "first, ms", "again, ms", "ratio", "to reach"], rows);
}
