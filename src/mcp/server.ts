/**
 * What the server answers. The protocol is the SDK's; its lower level is used,
 * because the higher one words refused arguments in its own way and would keep a
 * second copy of every schema.
 */
import { ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { writeOutput } from "../files/terminal/output.ts";
import type { Ask, Conversation } from "./ask.ts";
import { getPrompt, listPrompts } from "./prompts.ts";
import { listResources, readResource, WORK_TEMPLATE } from "./resources.ts";
import { makeSession, type SessionOptions } from "./session.ts";
import type { Call } from "./tool.ts";
import { TOOLS } from "./tools.ts";
import { makeTurns } from "./turns.ts";
import { type Notifier, notifyOfChanges } from "./watch.ts";

/** Read by the model once, at the beginning of a session. */
const INSTRUCTIONS =
  "Keeps what is being worked on in .claude/state.md and .claude/work. Call get_active_work when a session begins, " +
  "update_progress after each piece of work, clear_active_work when an issue is finished. " +
  "Never edit these files yourself: they are only written through these tools.";

export interface ServerOptions extends SessionOptions {
  readonly version: string;
}

/** The server of one connection. */
export function makeServer(
  { version, ...options }: ServerOptions,
  { converse, askAnytime }: Conversation,
): Notifier & { readonly server: Server } {
  const server = new Server(
    { name: "state-gatekeeper", version },
    {
      capabilities: { tools: {}, resources: { subscribe: true, listChanged: true }, prompts: {} },
      instructions: INSTRUCTIONS,
    },
  );
  const session = makeSession(server, options);
  const takeTurn = makeTurns();
  const report = (error: unknown) => {
    if (options.environment["DEBUG"] && error instanceof Error) writeOutput("error", `${error.stack}\n`);
  };

  server.setRequestHandler("tools/list", () => ({ tools: TOOLS.map((tool) => tool.define()) }));
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const { name, arguments: given } = params;
    const tool = TOOLS.find((each) => each.name === name);
    if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${JSON.stringify(name)}`);
    const act = async (ask: Ask) => {
      const call: Call = {
        openGate: (how) => session.openGate(context, ask, how),
        report,
        ...(session.canAsk(context) && { ask }),
        root: options.root,
      };
      // What is cancelled, or left behind by a client that has gone, is not begun.
      context.mcpReq.signal.throwIfAborted();
      return await tool.call(given, call);
    };
    return await converse(context, JSON.stringify([name, given]), (ask) => takeTurn(ask, act));
  });

  server.setRequestHandler("resources/list", async (_request, context) => ({
    resources: await listResources(() => session.openGate(context, askAnytime?.(context))),
  }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: [WORK_TEMPLATE] }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }, context) =>
    converse(context, JSON.stringify([uri]), async (ask) => ({
      contents: [await readResource(await session.openGate(context, ask), uri)],
    })),
  );
  const { listen } = notifyOfChanges(server, (context) => {
    return session.openGate(context, context && askAnytime?.(context), { create: true });
  });

  server.setRequestHandler("prompts/list", () => ({ prompts: listPrompts() }));
  server.setRequestHandler("prompts/get", ({ params }) => getPrompt(params.name, params.arguments));
  server.setNotificationHandler("notifications/roots/list_changed", () => session.forgetRoots());
  return { server, listen };
}
