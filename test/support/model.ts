/** A stand-in for a model's API on this machine: it says what it is told to say, and keeps what it was asked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { APIS, type Api, type ApiName } from "./model-apis.ts";

/** A tool the model calls, with what it gives it. */
export interface Turn {
  readonly tool: string;
  /** The server whose tool it is, where the API says so beside the name. */
  readonly namespace?: string;
  readonly given: object;
}

/** What a client has brought back from a tool; the API of its model decides the form. */
export type ToolResult = Readonly<Record<string, unknown>>;

export interface Model {
  readonly url: string;
  /** The names of all tools the client has offered. */
  readonly offered: Set<string>;
  /** What the client has brought back from the tools, in order. */
  readonly results: ToolResult[];
  /** What the session began with, as JSON: the first request in which a tool may be called. */
  opening: string;
  /** The last such request, which holds all that was said. */
  conversation: string;
}

/** Starts a model that calls these tools one after the other, then ends its turn. It is gone after the test. */
export async function startModel(turns: readonly Turn[], name: ApiName = "messages"): Promise<Model> {
  const api: Api = APIS[name];
  const offered = new Set<string>();
  const results: ToolResult[] = [];
  const kept: Model = { url: "", offered, results, opening: "", conversation: "" };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.method !== "POST" || !api.path.test(request.url ?? "")) {
      response.writeHead(404).end("{}");
      return;
    }
    const body = Buffer.concat(parts).toString();
    const asked = api.read(JSON.parse(body) as never);
    // Requests without tools are for titles and the like.
    const isTurn = asked.tools.length > 0;
    if (isTurn) {
      kept.opening ||= body;
      kept.conversation = body;
      results.splice(0, results.length, ...asked.results);
    }
    for (const tool of asked.tools) offered.add(tool);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(api.answer(isTurn ? turns[results.length] : undefined, results.length));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(kept, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
