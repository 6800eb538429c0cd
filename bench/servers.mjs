/** What the cases about keys need beside the program: a Redis server, and a Python with its usual client. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

/**
 * Starts a Redis of the benchmark's own in a folder, which flushes as Redis does by default
 * with a log: both sides get the same. `undefined` where there is no program for it.
 */
export async function startRedis(root) {
  // One that ended a moment ago may still hold its port.
  const number = 20_000 + ((process.pid + 101 * started++) % 20_000);
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const args = ["--port", String(number), "--bind", "127.0.0.1", "--dir", root, "--save", "", "--appendonly", "yes"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  await once(child, "spawn");
  for (let tries = 0; tries < 100 && !(await answers(number)); tries++) await setTimeout(50);
  return { number, pid: child.pid, url: `redis://127.0.0.1:${number}`, end: () => child.kill() };
}

let started = 0;

async function answers(number) {
  const socket = connect(number, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
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
