/** What a client is told when documents change, whoever changes them. */
import type { Client } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { ERAS, type Era, HELLO, meet, startServer, use } from "../support/mcp.ts";
import { runBuilt } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";
import { runGate } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const ACTIVE = {
  [STATE]: fixture("read/format.md"),
  ".claude/work/1234.md": fixture("read/format.work.md").replaceAll("42", "1234"),
};

/** What the client is told from here on, and a wait for one of them. */
function hear(client: Client) {
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  const add = (what: string) => {
    heard.push(what);
    for (const look of waiting) look();
  };
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => add(params.uri));
  client.setNotificationHandler("notifications/resources/list_changed", () => add("list"));
  const until = (what: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!heard.includes(what)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { heard, until };
}

async function subscribe(client: Client, era: Era, ...uris: readonly string[]): Promise<void> {
  if (era === "2026") await client.listen({ resourceSubscriptions: [...uris], resourcesListChanged: true });
  else for (const uri of uris) await client.subscribeResource({ uri });
}

test.each(ERAS)("%s: a command in another process, an edit by hand and a new work file", async (era) => {
  const project = makeProject(ACTIVE);
  const client = await meet({ era, cwd: project.root, built: [] });
  const { heard, until } = hear(client);
  await subscribe(client, era, "state://current", "work://1234");

  expect((await runBuilt({ cwd: project.root }, "save", "--next", "Review", "--log", "Read it")).code).toBe(0);
  await Promise.all([until("state://current"), until("work://1234")]);
  expect(heard).not.toContain("list");

  heard.length = 0;
  project.write(STATE, project.read(STATE).replace("Review", "Ship"));
  await until("state://current");

  heard.length = 0;
  expect((await runGate(project.root, "start", "7", "--title", "Seven")).code).toBe(0);
  await until("list");
  expect(heard).not.toContain("work://7");

  heard.length = 0;
  expect((await use(client, "clear_active_work")).isError).toBe(false);
  await until("list");
});

test("what was unsubscribed is not told of, and a server with a watch ends with its client", async () => {
  const project = makeProject(ACTIVE);
  const server = startServer(project.root);
  const ask = (id: number, method: string, uri: string) => server.send({ id, method, params: { uri } });
  for (const message of HELLO) server.send(message);
  ask(1, "resources/subscribe", "state://current");
  ask(2, "resources/subscribe", "work://1234");
  ask(3, "resources/unsubscribe", "work://1234");
  // Unsubscribing is answered at once, subscribing when it is watched.
  for (const id of [1, 2, 3]) await server.receive(id);
  expect((await runGate(project.root, "save", "--log", "Something")).code).toBe(0);
  await server.receive(({ method }) => method === "notifications/resources/updated");
  server.child.stdin?.end();
  expect(await server.exit).toBe(0);
  expect(server.output()).not.toContain("work://1234");
});
