/**
 * Standard input and output as the wire. Between them and the SDK stands what the
 * SDK does not do: whoever sends requests and closes the pipe at once, as scripts
 * do, still gets all the answers; and the process ends when there is nobody left.
 */
import { PassThrough } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { cutLines, MAX_LINE, type RequestId } from "./lines.ts";

export interface Wire {
  readonly transport: StdioServerTransport;
  /** Aborted when nothing more can come from the client. */
  readonly ended: AbortSignal;
  /**
   * Looks at every message from the client before it is answered, and may hold it
   * back; resolves when the wire is closed.
   */
  attend(listener: (message: JSONRPCMessage) => Promise<void> | undefined): Promise<void>;
}

/** Opens the wire on the standard streams. */
export function openWire(): Wire {
  const { stdin, stdout } = process;
  // The SDK listens once for each answer that a slow client has not taken yet.
  stdout.setMaxListeners(0);
  // Not piped: its end has to wait for the answers.
  const input = new PassThrough();
  const transport = new StdioServerTransport(input, stdout);
  const ended = new AbortController();
  const waiting = new Set<string | number>();

  const closeWhenAnswered = () => {
    if (ended.signal.aborted && waiting.size === 0) void transport.close();
  };
  const lines = cutLines({ pass: (line) => input.emit("data", line), refuse });
  const end = () => {
    if (ended.signal.aborted) return;
    lines.end();
    ended.abort();
    closeWhenAnswered();
  };
  stdin.on("data", (chunk: Buffer) => lines.push(chunk));
  stdin.on("end", end).on("close", end).on("error", end);

  return {
    transport,
    ended: ended.signal,
    attend(listener) {
      const { onmessage, onclose } = transport;
      const send = transport.send.bind(transport);
      const deliver = (message: JSONRPCMessage) => {
        onmessage?.(message);
        // What was cancelled may have been the last.
        closeWhenAnswered();
      };
      transport.onmessage = (message) => {
        track(waiting, message);
        const held = listener(message);
        if (held) void held.then(() => deliver(message));
        else deliver(message);
      };
      transport.send = async (message) => {
        try {
          await send(message);
        } finally {
          if (!("method" in message) && message.id !== undefined) waiting.delete(message.id);
          closeWhenAnswered();
        }
      };
      return new Promise((resolve) => {
        transport.onclose = () => {
          onclose?.();
          stdin.destroy();
          resolve();
        };
      });
    },
  };
}

/** Answers a line that is too long: an invalid request, in the words of JSON-RPC. */
function refuse(id: RequestId): void {
  const message = `Cannot read a message of more than ${MAX_LINE} bytes: nothing of it was done. Send less at once.`;
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_600, message } })}\n`);
}

/** A subscription is answered only when it ends, and what is cancelled never. */
function track(waiting: Set<string | number>, message: JSONRPCMessage): void {
  if (!("method" in message)) return;
  if ("id" in message && message.method !== "subscriptions/listen") waiting.add(message.id);
  if (message.method !== "notifications/cancelled") return;
  const { requestId } = (message.params ?? {}) as { readonly requestId?: string | number };
  if (requestId !== undefined) waiting.delete(requestId);
}
