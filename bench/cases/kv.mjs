import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kvSave, openGate, openKv } from "../../dist/index.js";
import { median, table } from "../measure.mjs";
import { startPython, startRedis } from "../servers.mjs";

export const title = "Saving a key among 1,000, in-process, durable, against plain Python without locks";

const ROUNDS = 15;
const SAVES = 40;
/**
 * Where both ends of a socket share a core, an answer comes in a third of the time, and
 * which it is the kernel decides anew in each run: so both are measured.
 */
const RUNS = [
  { backend: "json" },
  { backend: "sqlite" },
  { backend: "redis", cores: { server: 0, clients: 1 } },
  { backend: "redis", cores: { server: 0, clients: 0 } },
];
const LIMITS = { json: 0.3, sqlite: 0.5, redis: 1.2 };

export async function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude"));
  const port = await startRedis(root);
  const python = await startPython("kv.py", root, port?.number ?? 0);
  const session = openKv(openGate({ root }));
  const rows = [];
  for (const { backend, cores } of RUNS) {
    if (backend === "redis" && port === undefined) {
      rows.push(["redis", "redis-server is not installed", "", "", ""]);
      continue;
    }
    if (cores) {
      pin(port.pid, cores.server);
      for (const pid of [process.pid, python.pid]) pin(pid, cores.clients);
    }
    const save = (index, text) =>
      kvSave(session.gate, {
        backend,
        namespace: backend,
        ...(port && { redisUrl: `redis://127.0.0.1:${port.number}` }),
        key: `key-${index % 1000}`,
        value: { index, text: text.repeat(60) },
      });
    try {
      for (let index = 0; index < 1000; index++) await save(index, "x");
    } catch (error) {
      rows.push([backend, error.message, "", "", ""]);
      continue;
    }
    const times = { ours: [], python: [] };
    for (let round = 0; round < ROUNDS; round++) {
      times.python.push((await python.ask(`${backend} ${SAVES}`)) / SAVES);
      const start = performance.now();
      for (let index = 0; index < SAVES; index++) await save(index * 7, "y");
      times.ours.push((performance.now() - start) / SAVES);
    }
    const [ours, theirs] = [median(times.ours), median(times.python)];
    const where = cores?.server === cores?.clients ? "on the same core" : "on another core";
    const name = backend === "redis" ? `redis ${where}, against ${python.client}` : backend;
    rows.push([name, theirs.toFixed(3), ours.toFixed(3), (ours / theirs).toFixed(2), LIMITS[backend]]);
  }
  await session.close();
  python.end();
  port?.end();
  return table(["backend", "Python, ms", "gate, ms", "ratio", "to reach"], rows);
}

/** Keeps a process on one core, where the system can do that. */
function pin(pid, core) {
  spawnSync("taskset", ["-cp", String(core), String(pid)], { stdio: "ignore" });
}
