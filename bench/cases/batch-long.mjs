import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, table } from "../measure.mjs";
import { startRedis } from "../servers.mjs";

export const title = "10,000 completions through the library, durable each, against a plain Python rewrite";

const COUNT = 10_000;
/** Where Python is measured: what one costs there grows with what is completed, and all of them take minutes. */
const POINTS = [0, 0.25, 0.5, 0.75, 1];
const EACH = 30;

const features = Array.from(
  { length: COUNT },
  (_, index) => `Feature ${index}: add one more thing that somebody asked for`,
);

/** One place after the other: a part of Python's between two of ours. */
export async function run() {
  const { completeFeature, createBatch, openBatch, openGate } = await import("../../dist/index.js");
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  const redis = await startRedis(root);
  const places = [
    ["JSON file, journal", {}],
    ["SQLite", { backend: "sqlite" }],
    ["Redis", redis && { backend: "redis", redisUrl: redis.url }],
  ];
  const sessions = [];
  for (const [name, place] of places) {
    if (place === undefined) continue;
    const folder = join(root, name.replaceAll(/\W/g, ""));
    mkdirSync(join(folder, ".claude"), { recursive: true });
    const session = openBatch(openGate({ root: folder }));
    try {
      await createBatch(session.gate, { features, ...place });
      sessions.push({ name, place, session, folder, time: 0, next: 0 });
    } catch (error) {
      sessions.push({ name: `${name}: ${error.message}`, time: Number.NaN });
    }
  }
  const first = join(root, "python.json");
  writeFileSync(first, readFileSync(join(root, "JSONfilejournal/.claude/batch_state.json")));
  const python = [];
  for (const point of POINTS) {
    python.push(median(pythonAt(first, Math.min(COUNT - EACH, Math.floor(point * COUNT)))));
    if (point === 1) break;
    for (const each of sessions) {
      if (each.session === undefined) continue;
      const until = each.next + COUNT / (POINTS.length - 1);
      const start = performance.now();
      for (; each.next < until; each.next++)
        await completeFeature(each.session.gate, { ...each.place, index: each.next });
      // What is behind is part of the price.
      if (each.next === COUNT) await each.session.close();
      each.time += performance.now() - start;
    }
  }
  redis?.end();
  rmSync(root, { recursive: true });
  const mean = python.slice(1).reduce((sum, time, at) => sum + (time + python[at]) / 2, 0) / (python.length - 1);
  const whole = mean * COUNT;
  const rows = sessions.map(({ name, time }) => [name, (time / 1000).toFixed(1), (time / whole).toFixed(3), "0.05"]);
  const about = `Python is measured at ${POINTS.length} points, ${EACH} completions each, and added up.\n`;
  return `${table(
    ["", "s", "ratio", "to reach"],
    [["Python, not durable", (whole / 1000).toFixed(1), "1.000", ""], ...rows],
  )}\n${about}`;
}

/** The milliseconds of some completions by Python where so many are done. */
function pythonAt(file, done) {
  const record = JSON.parse(readFileSync(file, "utf8"));
  Object.assign(record, { completed_features: [...Array(done).keys()], current_index: done });
  writeFileSync(file, JSON.stringify(record, null, 2));
  const script = join(import.meta.dirname, "../python/batch.py");
  return JSON.parse(execFileSync("python3", [script, file, "complete", String(EACH)], { encoding: "utf8" }));
}
