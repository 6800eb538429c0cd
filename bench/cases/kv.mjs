import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { kvSave, openGate, openKv } from "../../dist/index.js";
import { median, table } from "../measure.mjs";

export const title = "Saving a key among 1,000, in-process, durable, against plain Python without locks";

const ROUNDS = 15;
const SAVES = 40;
const LIMITS = { json: 0.3, sqlite: 0.5, redis: 1.2 };

export async function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude"));
  const port = await startRedis(root);
  const python = await startPython(root, port);
  const session = openKv(openGate({ root }));
  const rows = [];
  for (const backend of ["json", "sqlite", "redis"]) {
    if (backend === "redis" && port === undefined) {
      rows.push(["redis", "redis-server is not installed", "", "", ""]);
      continue;
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
    const name = backend === "redis" ? `redis, against ${python.client}` : backend;
    rows.push([name, theirs.toFixed(3), ours.toFixed(3), (ours / theirs).toFixed(2), LIMITS[backend]]);
  }
  await session.close();
  python.end();
  port?.end();
  return table(["backend", "Python, ms", "gate, ms", "ratio", "to reach"], rows);
}

/** The Python that has the usual client of Redis, if one has it. */
async function startPython(root, port) {
  const script = join(import.meta.dirname, "../python/kv.py");
  const hasClient = (program) => spawnSync(program, ["-c", "import redis"]).status === 0;
  const program = ["python3", "/usr/bin/python3"].find(hasClient) ?? "python3";
  const child = spawn(program, [script, root, String(port?.number ?? 0)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const client = (await lines.next()).value;
  return {
    client,
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}

/** A server that flushes as Redis does by default with a log: both sides get the same. */
async function startRedis(root) {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const number = 20_000 + (process.pid % 20_000);
  const args = ["--port", String(number), "--bind", "127.0.0.1", "--dir", root, "--save", "", "--appendonly", "yes"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { number, end: () => child.kill() };
}
