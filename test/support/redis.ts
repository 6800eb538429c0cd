/** A Redis server of the test's own: on a free port of this machine, in a temporary folder, stopped afterwards. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why there is no server to test with; `undefined` where there is one. */
export function whyNoRedis(): string | undefined {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "pipe" });
    return undefined;
  } catch {
    return "redis-server is not installed";
  }
}

export class RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Settings as `redis-server` takes them, such as `--appendonly yes`. */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), "gate-redis-"));
    const server = new RedisServer(
      await freePort(),
      folder,
      settings.flatMap((setting) => setting.split(" ")),
    );
    await server.run();
    return server;
  }

  /** Starts it, again after a kill; returns when it answers. */
  async run(): Promise<void> {
    const args = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    this.#process = spawn("redis-server", [...args, ...this.#settings], { stdio: "ignore" });
    while (!(await answers(this.port))) {
      if (this.#process.exitCode !== null) throw new Error("redis-server has ended");
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    const ended = once(process, "exit");
    process.kill(signal);
    await ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async stop(): Promise<void> {
    await this.kill();
    // What the server wrote last may come after it is gone from the list.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Runs one command, as another program would; the raw reply. */
  async command(...words: readonly string[]): Promise<string> {
    return await talk(this.port, words);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number): Promise<boolean> {
  try {
    return /^(?:\+PONG|-NOAUTH)/.test(await talk(port, ["PING"]));
  } catch {
    return false;
  }
}

async function talk(port: number, words: readonly string[]): Promise<string> {
  const socket = new Socket();
  try {
    const reply = new Promise<string>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("closed")));
      socket.once("data", (data) => resolve(String(data)));
    });
    reply.catch(() => {});
    socket.connect(port, "127.0.0.1");
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`);
    return await reply;
  } finally {
    socket.destroy();
  }
}
