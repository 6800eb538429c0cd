/**
 * Tells the client when a document changes that it asked to be told about. Nothing
 * is watched before the first subscription. Of the newer era the SDK serves the
 * subscriptions itself, and lets through what was asked for; of the older one only
 * resources that were subscribed to are told of.
 */
import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { documentsIn } from "../files/read/documents.ts";
import { type Gate, STATE_PATH, WORK_FOLDER } from "../gate/gate.ts";
import { resourceOf } from "./resources.ts";

export interface Notifier {
  /** A client of the newer era subscribes to something; resolves when it is watched, and never rejects. */
  listen(): Promise<void>;
}

/** Answers the subscriptions of the older era, and tells of changes in both until the server is closed. */
export function notifyOfChanges(server: Server, openGate: (context?: ServerContext) => Promise<Gate>): Notifier {
  const subscribed = new Set<string>();
  const closed = new AbortController();
  let begun: Promise<void> | undefined;

  const begin = async (context?: ServerContext) => {
    const gate = await openGate(context);
    const known = new Set(documentsIn(gate.project, WORK_FOLDER));
    await watch(gate, closed.signal, async (path, exists) => {
      const uri = resourceOf(path);
      if (uri === undefined) return;
      if (subscribed.has(uri) || context === undefined) await server.sendResourceUpdated({ uri });
      if (path === STATE_PATH || exists === known.has(path)) return;
      if (exists) known.add(path);
      else known.delete(path);
      await server.sendResourceListChanged();
    });
  };

  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }, context) => {
    subscribed.add(uri);
    begun ??= begin(context);
    await begun;
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    subscribed.delete(uri);
    return {};
  });
  server.onclose = () => closed.abort();
  return {
    async listen() {
      begun ??= begin();
      // Who asked is answered by the SDK, and there is nothing to tell of what cannot be opened.
      await begun.catch(() => {});
    },
  };
}

/**
 * Calls with each document of the state tree that was written, made or removed,
 * until the signal. Returns when nothing is missed any more; never throws.
 */
async function watch(
  { project }: Gate,
  signal: AbortSignal,
  tell: (path: string, exists: boolean) => Promise<void>,
): Promise<void> {
  const { watchProject } = await import("../gate/watch/watch-project.ts");
  const events = watchProject(project.root, { signal });
  const follow = async () => {
    for await (const event of events) {
      // What cannot be told once is no reason to be silent from then on.
      if (event.event === "state" || event.event === "work") await tell(event.path, event.exists).catch(() => {});
    }
  };
  // What the state file says in the beginning is no change.
  for (let first = await events.next(); !first.done && first.value.event !== "state"; ) first = await events.next();
  // A client that is gone need not be told.
  follow().catch(() => {});
}
