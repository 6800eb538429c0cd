/** Tells the client when a document changes that it asked to be told about. */
import type { Server } from "@modelcontextprotocol/server";
import { resourceOf } from "./resources.ts";
import type { Session } from "./session.ts";

/** A document that was written, made or removed. */
export interface DocumentChange {
  /** Relative to the project. */
  readonly path: string;
  /** Whether the document is new, or gone. */
  readonly isListChange: boolean;
}

/** Listens for changes below a project's folder until what it returns is called. */
export type Subscribe = (root: string, listener: (change: DocumentChange) => void) => () => void;

/**
 * Watches from the first subscription on. Of the newer era the SDK serves the
 * subscriptions itself and lets through what was asked for; of the older one only
 * resources that were subscribed to are told of.
 */
export function notifyOfChanges(server: Server, session: Session, subscribe: Subscribe): void {
  const subscribed = new Set<string>();
  let close: (() => void) | undefined;

  const tell = ({ path, isListChange }: DocumentChange) => {
    const uri = resourceOf(path);
    if (uri !== undefined && subscribed.has(uri)) void attempt(() => server.sendResourceUpdated({ uri }));
    if (isListChange) void attempt(() => server.sendResourceListChanged());
  };
  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }, context) => {
    const { project } = await session.openGate(context, undefined);
    subscribed.add(uri);
    close ??= subscribe(project.root, tell);
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    subscribed.delete(uri);
    return {};
  });
  const { onclose } = server;
  server.onclose = () => {
    onclose?.();
    close?.();
  };
}

/** A client that is gone need not be told. */
async function attempt(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch {}
}
