/** A stand-in for the model's API on this machine: it says what it is told to say, and keeps what it was asked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A tool the model calls, with what it gives it. */
export interface Turn {
  readonly tool: string;
  readonly given: object;
}

export interface ToolResult {
  readonly type: string;
  readonly content: unknown;
  readonly is_error?: boolean;
}

interface Request {
  readonly model: string;
  readonly tools?: readonly { readonly name: string }[];
  readonly messages: readonly { readonly content: string | readonly ToolResult[] }[];
}

export interface Model {
  readonly url: string;
  /** The names of all tools the client has offered. */
  readonly offered: Set<string>;
  /** What the client has brought back from the tools, in order. */
  readonly results: ToolResult[];
  /** What the session began with, as JSON: the first request in which a tool may be called. */
  opening: string;
}

/** Starts a model that calls these tools one after the other, then ends its turn. It is gone after the test. */
export async function startModel(turns: readonly Turn[]): Promise<Model> {
  const offered = new Set<string>();
  const results: ToolResult[] = [];
  const kept: Model = { url: "", offered, results, opening: "" };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (!/^\/v1\/messages(?:\?|$)/.test(request.url ?? "")) {
      response.writeHead(404).end();
      return;
    }
    const body = Buffer.concat(parts).toString();
    const { model, tools = [], messages } = JSON.parse(body) as Request;
    if (tools.length > 0) kept.opening ||= body;
    for (const { name } of tools) offered.add(name);
    const last = messages.at(-1)?.content ?? "";
    if (typeof last !== "string") results.push(...last.filter(({ type }) => type === "tool_result"));
    // Requests without tools are for titles and the like.
    const turn = tools.length > 0 ? turns[results.length] : undefined;
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of eventsOf(model, turn, results.length)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(kept, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** One answer, as the API streams it. */
function eventsOf(model: string, turn: Turn | undefined, number: number) {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const head = { id: `msg_${number}`, type: "message", role: "assistant", model, content: [], usage };
  const block = turn
    ? { type: "tool_use", id: `toolu_${number}`, name: turn.tool, input: {} }
    : { type: "text", text: "" };
  const delta = turn
    ? { type: "input_json_delta", partial_json: JSON.stringify(turn.given) }
    : { type: "text_delta", text: "That is all." };
  const end = { stop_reason: turn ? "tool_use" : "end_turn", stop_sequence: null };
  return [
    { type: "message_start", message: { ...head, stop_reason: null, stop_sequence: null } },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: end, usage },
    { type: "message_stop" },
  ];
}
