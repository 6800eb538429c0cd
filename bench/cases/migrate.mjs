import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, table } from "../measure.mjs";
import { startPython, startRedis } from "../servers.mjs";

const KEYS = 100_000;
const ROUNDS = 3;

export const title = `Migrating ${KEYS.toLocaleString("en")} keys, verified by value, against plain Python that copies and compares`;

/** A circle over all pairs: each store is filled by the migration before. */
const CIRCLE = ["json", "sqlite", "redis", "json", "redis", "sqlite", "json"];

export async function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  seed(root);
  const port = await startRedis(root);
  const python = await startPython("migrate.py", root, port?.number ?? 0, KEYS);
  const hasRedis = port !== undefined && python.client !== "none";
  const circle = hasRedis ? CIRCLE : ["json", "sqlite", "json"];
  const pairs = circle.slice(1).map((to, index) => ({ from: circle[index], to, ours: [], python: [], mib: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const pair of pairs) {
      pair.python.push(await python.ask(`${pair.from} ${pair.to}`));
      const { ms, mib } = migrate(root, pair, port);
      pair.ours.push(ms);
      pair.mib.push(mib);
    }
  }
  python.end();
  port?.end();
  rmSync(root, { recursive: true, force: true });
  const rows = pairs.map(({ from, to, ours, python: theirs, mib }) => [
    `${from} → ${to}`,
    median(theirs).toFixed(0),
    median(ours).toFixed(0),
    (median(ours) / median(theirs)).toFixed(2),
    Math.max(...mib).toFixed(0),
  ]);
  const note = hasRedis
    ? `Python speaks to Redis by ${python.client}.`
    : "Without Redis: no server, or no client for Python.";
  return `${table(["", "Python, ms", "gate, ms", "ratio", "peak memory, MiB"], rows)}\n\n${note} Node alone takes about 45 MiB. The gate reads the source twice more than Python, to take along what is saved meanwhile.`;
}

function seed(root) {
  const folder = join(root, ".claude/state/default");
  mkdirSync(folder, { recursive: true });
  const rowOf = (index) =>
    `  "key-${index}": {"value": {"index":${index},"text":"${"x".repeat(60)}"}, "timestamp": "2024-10-23T16:30:00Z"}`;
  writeFileSync(
    join(folder, "state.json"),
    `{\n${Array.from({ length: KEYS }, (_, index) => rowOf(index)).join(",\n")}\n}\n`,
  );
}

function migrate(root, { from, to }, port) {
  const words = [join(import.meta.dirname, "../migrate-once.mjs"), root, from, to];
  if (port) words.push(`redis://127.0.0.1:${port.number}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
