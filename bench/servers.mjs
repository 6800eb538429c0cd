/** What the cases about keys need beside the program: a Redis server, and a Python with its usual client. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A server that flushes as Redis does by default with a log: both sides get the same. */
export async function startRedis(root) {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const number = 20_000 + (process.pid % 20_000);
  const args = ["--port", String(number), "--bind", "127.0.0.1", "--dir", root, "--save", "", "--appendonly", "yes"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { number, pid: child.pid, end: () => child.kill() };
}

/** Runs a script of `bench/python` that answers lines with numbers; its first line names its client of Redis. */
export async function startPython(script, ...words) {
  const hasClient = (program) => spawnSync(program, ["-c", "import redis"], { stdio: "ignore" }).status === 0;
  const program = ["python3", "/usr/bin/python3"].find(hasClient) ?? "python3";
  const path = join(import.meta.dirname, "python", script);
  const child = spawn(program, [path, ...words.map(String)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const client = (await lines.next()).value;
  return {
    client,
    pid: child.pid,
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return Number((await lines.next()).value);
    },
    end: () => child.stdin.end(),
  };
}
