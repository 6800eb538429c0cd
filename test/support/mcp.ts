/** The MCP server, in this process or as the built program, and the SDK's own client of either era in front of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import {
  type CallToolResult,
  Client,
  type ClientOptions,
  type ElicitResult,
  InMemoryTransport,
  type Transport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { onTestFinished } from "vitest";
import { askByRequest, askByReturn } from "../../src/mcp/ask.ts";
import { makeServer } from "../../src/mcp/server.ts";
import { PROGRAM } from "./program.ts";
import { withoutPrograms } from "./terminal.ts";

export type Era = "2025" | "2026";
export const ERAS: readonly Era[] = ["2025", "2026"];

/** What a person answers to a form; `undefined` for a client that cannot ask. */
export type Person = (form: { readonly message: string }) => ElicitResult | Promise<ElicitResult>;

export interface Meeting {
  readonly era: Era;
  /** The folder the server is started in. */
  readonly cwd: string;
  readonly person?: Person;
  /** The folders the client says it works in. */
  readonly roots?: readonly string[];
  /** That the server is the built program, called with these arguments. */
  readonly built?: readonly string[];
}

const ENVIRONMENT = { PATH: "", HOME: tmpdir() };

/** Connects a client to a server of its own; both are gone after the test. */
export async function meet({ era, cwd, person, roots, built }: Meeting): Promise<Client> {
  const options: ClientOptions = {
    capabilities: { ...(person && { elicitation: { form: {} } }), ...(roots && { roots: {} }) },
    versionNegotiation: { mode: era === "2026" ? { pin: "2026-07-28" } : "legacy" },
  };
  const client = new Client({ name: "test client", version: "1.0.0" }, options);
  if (person) client.setRequestHandler("elicitation/create", async ({ params }) => await person(params));
  if (roots) {
    const folders = roots.map((folder) => ({ uri: pathToFileURL(folder).href }));
    client.setRequestHandler("roots/list", () => ({ roots: folders }));
  }
  await client.connect(built ? startBuilt(cwd, built) : startHere(cwd));
  // With the list the client knows the schemas, and holds every answer against them.
  await client.listTools();
  onTestFinished(async () => await client.close());
  return client;
}

function startBuilt(cwd: string, args: readonly string[]): Transport {
  const command = { command: process.execPath, args: [PROGRAM, "mcp", ...args] };
  return new StdioClientTransport({ ...command, cwd, env: ENVIRONMENT, stderr: "inherit" });
}

/** Serves as `gate mcp` does, but for the wire, which is a pair of ends in this process. */
function startHere(cwd: string): Transport {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const options = { version: "0.0.0", cwd, home: ENVIRONMENT.HOME, environment: ENVIRONMENT };
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const make = ({ era }: { readonly era: "legacy" | "modern" }) =>
    makeServer(options, era === "modern" ? askByReturn() : askByRequest(ended.signal)).server;
  serveStdio(make, { transport: far });
  return near;
}

/** Calls a tool; the answer is the same as a value and as text. */
export async function use(client: Client, name: string, given: Record<string, unknown> = {}) {
  const called = await withoutPrograms(() => client.callTool({ name, arguments: given }));
  const { structuredContent, content, isError } = called as CallToolResult;
  const [text] = content;
  return {
    answer: structuredContent as Record<string, unknown>,
    text: text?.type === "text" ? text.text : "",
    isError: isError ?? false,
  };
}

/** A server without a client: lines in, lines out. */
export interface RawServer {
  readonly child: ChildProcess;
  send(message: object | string): void;
  /** The message with this id, or whatever the first one is that satisfies the test. */
  receive(wanted: number | ((message: Message) => boolean)): Promise<Message>;
  /** Everything written so far. */
  output(): string;
  readonly exit: Promise<number | null>;
}

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number };
  readonly params?: Record<string, unknown>;
}

/** Starts a server whose lines the test writes itself. */
export function startServer(cwd: string, ...args: readonly string[]): RawServer {
  const child = spawn(process.execPath, [PROGRAM, "mcp", ...args], { cwd, env: ENVIRONMENT, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.on("error", () => {});
  let output = "";
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const look of waiting) look();
  });
  const exit = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  return {
    child,
    exit,
    output: () => output,
    send: (message) => {
      child.stdin.write(`${typeof message === "string" ? message : JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    },
    receive: (wanted) =>
      new Promise((resolve, reject) => {
        const isWanted = typeof wanted === "number" ? ({ id }: Message) => id === wanted : wanted;
        const look = () => {
          const whole = output.slice(0, output.lastIndexOf("\n") + 1).split("\n");
          const found = whole
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Message)
            .find(isWanted);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exit.then(() => reject(new Error(`The server ended without it. It wrote: ${output}`)));
      }),
  };
}

/** The opening of the older era. */
export const HELLO = [
  {
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  },
  { method: "notifications/initialized" },
] as const;

export function callOf(id: number, name: string, given: object = {}): object {
  return { id, method: "tools/call", params: { name, arguments: given } };
}
