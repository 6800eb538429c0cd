/**
 * The connection to a Redis server: commands in, replies out.
 *
 * Connections are made anew here instead of in the client, which would keep
 * commands back for a server that never comes: every wait has an end. The address
 * is taken apart before anything else sees it, so that no error and no message can
 * hold the user or the password.
 */
import type { createClient } from "@redis/client";
import { GateError } from "../base/errors.ts";
import { printable } from "../base/line.ts";
import { Deadline } from "./deadline.ts";
import { retrying } from "./retry.ts";

export const DEFAULT_URL = "redis://127.0.0.1:6379";

export type Reply = string | number | null | readonly Reply[];

/** The server answered with an error. */
class RedisFault extends Error {
  override readonly name = "RedisFault";
}

/** The connection is gone, or never came; a command that was under way may have been done. */
export class LinkLost extends Error {
  override readonly name = "LinkLost";
}

type Client = ReturnType<typeof createClient>;

/** How long a server may take to answer one command, or to come back, in milliseconds. */
const SILENCE = 5000;
/** How long one that was never seen may take to come. */
const ABSENCE = 2000;
const PASSES = /^(?:LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN)\b/;

export class RedisLink {
  /** The server for people: without user and password. */
  readonly place: string;
  readonly #server: Server;
  readonly #timeout: number;
  readonly #deadline: Deadline;
  #client: Client | undefined;
  #seen = false;

  constructor(url: string, timeout: number) {
    this.#server = readUrl(url);
    this.place = this.#server.place;
    this.#timeout = timeout;
    this.#deadline = new Deadline(Math.min(timeout, SILENCE), () => new LinkLost("it does not answer"));
  }

  /** Sends a command that may be done twice, again while the server is away or starting, until the time is up. */
  async ask(words: readonly string[]): Promise<Reply> {
    try {
      const failure = (error: unknown) => error;
      const timeout = Math.min(this.#timeout, this.#seen ? SILENCE : ABSENCE);
      return await retrying({ timeout, passes, failure }, () => this.send(words));
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Sends a command once. */
  async send(words: readonly string[]): Promise<Reply> {
    const client = this.#client?.isReady ? this.#client : await this.#connect();
    try {
      return await this.#deadline.within(client.sendCommand([...words]) as Promise<unknown> as Promise<Reply>);
    } catch (error) {
      const fault = faultOf(error);
      if (fault instanceof LinkLost) this.#drop(client);
      throw fault;
    }
  }

  close(): void {
    if (this.#client !== undefined) this.#drop(this.#client);
  }

  /** A failure in the program's own terms. */
  explain(error: unknown): unknown {
    if (error instanceof LinkLost) {
      return new GateError("BACKEND_UNAVAILABLE", `Cannot reach ${this.place}: ${printable(error.message)}`, {
        hint: "Start the server, or name another one with REDIS_URL or --redis-url.",
      });
    }
    if (!(error instanceof RedisFault)) return error;
    const { message } = error;
    const answer = `${this.place}: it says: ${printable(message)}`;
    if (/^(?:OOM|MISCONF|NOREPLICAS)/.test(message)) {
      const hint = "Make room on the server; nothing was written.";
      return new GateError("IO", `Cannot write to ${answer}`, { hint });
    }
    if (message.startsWith("WRONGTYPE")) {
      const hint = "Another program uses the same names. Choose another namespace with --namespace.";
      return new GateError("FOREIGN_FORMAT", `Cannot use ${this.place}: a key of this namespace is no text`, { hint });
    }
    const isRefused = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR invalid password|ERR AUTH)/.test(message);
    const hint = isRefused ? "Give user and password in REDIS_URL: redis://user:password@host:port" : "Try again.";
    return new GateError("BACKEND_UNAVAILABLE", `Cannot use ${answer}`, { hint });
  }

  async #connect(): Promise<Client> {
    const { createClient } = await import("@redis/client");
    const { host, port, tls, username, password, database } = this.#server;
    const client = createClient({
      RESP: 2,
      disableClientInfo: true,
      disableOfflineQueue: true,
      // Its own deadlines cost a signal for each command; ours are around it.
      commandOptions: { timeout: 0 },
      database,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      socket: { host, port, reconnectStrategy: false, connectTimeout: SILENCE, ...(tls && { tls: true as const }) },
    }) as unknown as Client;
    // Without a listener an error would end the process; who waits for a reply is told anyway.
    client.on("error", () => {});
    try {
      await this.#deadline.within(client.connect());
    } catch (error) {
      this.#drop(client);
      throw faultOf(error);
    }
    this.#client?.destroy();
    this.#client = client;
    this.#seen = true;
    return client;
  }

  #drop(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    try {
      client.destroy();
    } catch {
      // It was closed already.
    }
  }
}

function faultOf(error: unknown): RedisFault | LinkLost {
  if (error instanceof Error && isReply(error)) return new RedisFault(error.message);
  return error instanceof LinkLost ? error : new LinkLost(reasonOf(error));
}

function passes(error: unknown): boolean {
  return error instanceof LinkLost || (error instanceof RedisFault && PASSES.test(error.message));
}

/** Replies that are errors begin with a word in capitals; errors of the connection carry a code or other words. */
function isReply(error: Error): boolean {
  return /(?:Simple|Blob)Error$|ErrorReply$/.test(error.constructor.name) || /^[A-Z]{3,}\b/.test(error.message);
}

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name of the host cannot be looked up now",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to it",
  ECONNRESET: "it closed the connection",
};

function reasonOf(error: unknown): string {
  const { code, errors } = error as { code?: string; errors?: readonly unknown[] };
  const known = CODES[code ?? ""] ?? (errors?.[0] !== undefined ? reasonOf(errors[0]) : undefined);
  if (known !== undefined) return known;
  return code === undefined ? "the connection was lost" : `the connection failed with ${code}`;
}

interface Server {
  readonly place: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

function readUrl(text: string): Server {
  const parts = URL.canParse(text) ? new URL(text) : undefined;
  const path = /^\/?(\d{0,5})\/?$/.exec(parts?.pathname ?? "");
  const tls = parts?.protocol === "rediss:";
  if (parts === undefined || (!tls && parts.protocol !== "redis:") || parts.hostname === "" || path === null) {
    // The text itself is not shown: it may hold a password.
    throw new GateError("INVALID_ARGUMENT", "Cannot use the Redis address: it is not of the form redis://host:port", {
      hint: "Give redis://[user:password@]host[:port][/number], or rediss:// for TLS.",
    });
  }
  const host = parts.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = parts.port === "" ? 6379 : Number(parts.port);
  return {
    place: `Redis at ${parts.hostname}:${port}`,
    host,
    port,
    tls,
    database: Number(path[1]),
    ...(parts.username !== "" && { username: decode(parts.username) }),
    ...(parts.password !== "" && { password: decode(parts.password) }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
