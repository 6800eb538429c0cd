/**
 * `gate mcp`: the gate as a server of the Model Context Protocol on standard input
 * and output, in both of its eras. Nothing but the protocol is written there.
 */
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { askByRequest, askByReturn } from "./ask.ts";
import { makeServer, type ServerOptions } from "./server.ts";
import { openWire } from "./wire.ts";

/** Serves until the client has closed the wire and what it asked for is answered. */
export async function serve(options: ServerOptions): Promise<void> {
  const wire = openWire();
  let listens = false;
  let listen: (() => Promise<void>) | undefined;
  const make = ({ era }: { readonly era: "legacy" | "modern" }) => {
    const made = makeServer(options, era === "modern" ? askByReturn() : askByRequest(wire.ended));
    listen = made.listen;
    if (listens) void listen();
    return made.server;
  };
  serveStdio(make, { transport: wire.transport });
  await wire.attend((message) => {
    if (!("method" in message) || message.method !== "subscriptions/listen") return undefined;
    listens = true;
    // The client hears that it is subscribed when it is.
    return listen?.();
  });
}
