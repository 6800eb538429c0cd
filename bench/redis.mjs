/** A Redis server of the benchmark's own; it flushes as Redis does by default with a log. */
import { spawn, spawnSync } from "node:child_process";

/** Starts one in a folder; `undefined` where there is no program for it. */
export async function startRedis(root, number = 20_000 + (process.pid % 20_000)) {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const args = ["--port", String(number), "--bind", "127.0.0.1", "--dir", root, "--save", "", "--appendonly", "yes"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { number, pid: child.pid, url: `redis://127.0.0.1:${number}`, end: () => child.kill() };
}
