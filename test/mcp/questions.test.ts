/** What a person is asked through the client, and that everything but a yes is a no. */
import { describe, expect, test } from "vitest";
import { callOf, ERAS, HELLO, meet, type Person, startServer, use } from "../support/mcp.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";
import { runGate } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const WHOLE = fixture("salvage/conflict-as-git-writes-it/after.ours.md");
const CONFLICT = fixture("salvage/conflict-as-git-writes-it/before.md");
const DAMAGED = WHOLE.replace("## Blockers\n", "");
const YES = { action: "accept", content: { answer: "yes" } } as const;

const damagedProject = (text = DAMAGED): TestProject => makeProject({ [STATE]: text });

describe.each(ERAS)("%s", (era) => {
  test("recover shows what is wrong and the diff, and writes after a yes", async () => {
    const { root, read } = damagedProject();
    const asked: string[] = [];
    const person: Person = ({ message }) => {
      asked.push(message);
      return YES;
    };
    const { answer } = await use(await meet({ era, cwd: root, person, built: [] }), "recover_state");
    expect(answer).toMatchObject({ recovered: true, backup: `${STATE}.bak` });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("State file appears corrupted. Back up to state.md.bak and rebuild?");
    expect(asked[0]).toContain("missing-section");
    expect(asked[0]).toContain("+## Blockers");
    expect(read(STATE)).toContain("## Blockers\n");
    expect(read(`${STATE}.bak`)).toBe(DAMAGED);
  });

  test.each<[string, Person]>([
    ["decline", () => ({ action: "decline" })],
    ["cancel", () => ({ action: "cancel" })],
    ["accept with a no", () => ({ action: "accept", content: { answer: "no" } })],
    ["accept with nothing", () => ({ action: "accept", content: {} })],
    ["accept with something else", () => ({ action: "accept", content: { answer: "yes!" } })],
    ["decline with a yes", () => ({ action: "decline", content: { answer: "yes" } })],
  ])("%s touches nothing", async (_name, person) => {
    const project = damagedProject();
    const before = project.tree(true);
    const { answer, isError } = await use(await meet({ era, cwd: project.root, person }), "recover_state");
    expect(isError).toBe(true);
    expect(answer).toMatchObject({
      success: false,
      error: {
        code: "DECLINED",
        message: "Cannot recover .claude/state.md: it was declined",
        hint: "Nothing was touched. `gate save --offline` still reaches the work file.",
      },
    });
    expect(project.tree(true)).toEqual(before);
  });

  test("a client that cannot ask gets the answer of a command line that cannot", async () => {
    const project = damagedProject();
    const before = project.tree(true);
    const { answer } = await use(await meet({ era, cwd: project.root }), "recover_state", { from: "salvage" });
    const { stdout } = await runGate(project.root, "recover", "--from", "salvage", "--json");
    expect(answer).toEqual(JSON.parse(stdout));
    expect(answer).toMatchObject({
      error: { code: "CONSENT_REQUIRED", hint: "Run: gate recover --from salvage --yes" },
    });
    expect(project.tree(true)).toEqual(before);
  });

  test("sides of conflicts are asked for, then the consent", async () => {
    const { root, read } = damagedProject(CONFLICT);
    const asked: string[] = [];
    const person: Person = ({ message }) => {
      asked.push(message);
      const sides = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`conflict_${number}`, "ours"]));
      return asked.length === 1 ? { action: "accept", content: sides } : YES;
    };
    const { answer } = await use(await meet({ era, cwd: root, person }), "recover_state");
    expect(asked[0]).toContain("Conflict 1 of 5, line 10");
    expect(asked[1]).toContain("State file appears corrupted");
    expect(answer).toMatchObject({ recovered: true });
    expect(read(STATE)).not.toContain("<<<<<<<");
    expect(read(STATE)).toBe(WHOLE);
  });

  test("without a side nothing is rebuilt", async () => {
    const project = damagedProject(CONFLICT);
    const person: Person = () => ({ action: "accept", content: { conflict_1: "mine", conflict_2: "ours" } });
    const { answer } = await use(await meet({ era, cwd: project.root, person }), "recover_state");
    expect(answer).toMatchObject({ error: { code: "CONSENT_REQUIRED", hint: expect.stringContaining("--ours") } });
    expect(project.read(STATE)).toBe(CONFLICT);
  });

  test("no lock is held while a person thinks, and what changed meanwhile is not written over", async () => {
    const project = makeProject({
      [STATE]: fixture("read/idle.md"),
      ".claude/work/42.md": fixture("read/format.work.md"),
    });
    const person: Person = async () => {
      const saved = await runGate(project.root, "start", "8", "--title", "Eight", "--lock-timeout", "0");
      expect(saved.code, saved.stderr).toBe(0);
      return YES;
    };
    const client = await meet({ era, cwd: project.root, person });
    const { answer } = await use(client, "reconstruct_state", { select: 42 });
    expect(answer).toMatchObject({ success: false, error: { code: "CONFLICT" } });
    expect(project.read(STATE)).toContain("#8 - Eight");
  });

  test("who waits for a person keeps nobody else waiting", async () => {
    const { root } = damagedProject();
    const served: boolean[] = [];
    const client = await meet({
      era,
      cwd: root,
      person: async () => {
        served.push((await use(client, "get_active_work")).isError);
        return { action: "decline" };
      },
    });
    await use(client, "recover_state");
    expect(served).toEqual([false]);
  });
});

const ASKING = {
  protocolVersion: "2025-11-25",
  capabilities: { elicitation: {} },
  clientInfo: { name: "r", version: "1" },
};

describe("a client that never answers", () => {
  test.each([
    ["closes its end", (server: ReturnType<typeof startServer>) => server.child.stdin?.end()],
    [
      "cancels the call",
      (server: ReturnType<typeof startServer>) => {
        server.send({ method: "notifications/cancelled", params: { requestId: 1 } });
        server.child.stdin?.end();
      },
    ],
  ])("%s: nothing is touched, and the server ends", async (_name, leave) => {
    const project = damagedProject();
    const before = project.tree(true);
    const server = startServer(project.root);
    server.send({ id: 0, method: "initialize", params: ASKING });
    server.send(HELLO[1]);
    server.send(callOf(1, "recover_state"));
    // A client from before there were kinds of forms says only that it can.
    await server.receive(({ method }) => method === "elicitation/create");
    leave(server);
    expect(await server.exit).toBe(0);
    expect(project.tree(true)).toEqual(before);
  });
});

describe("an answer that was not asked for", () => {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
  };
  const call = (id: number, name: string, more: object = {}) => ({
    id,
    method: "tools/call",
    params: { name, arguments: {}, _meta: meta, ...more },
  });

  test("is asked for: a state that is not known, and one of another call", async () => {
    const { root, read } = damagedProject();
    const server = startServer(root);
    const inputResponses = { answer: YES };
    server.send(call(1, "recover_state", { inputResponses, requestState: "made-up" }));
    const first = (await server.receive(1)).result!;
    expect(first["resultType"]).toBe("input_required");
    server.send(
      call(2, "recover_state", { arguments: { from: "salvage" }, inputResponses, requestState: first["requestState"] }),
    );
    expect((await server.receive(2)).result!["resultType"]).toBe("input_required");
    expect(read(STATE)).toBe(DAMAGED);

    server.send(call(3, "recover_state", { inputResponses, requestState: first["requestState"] }));
    expect((await server.receive(3)).result!["structuredContent"]).toMatchObject({ recovered: true });
    // A yes counts once.
    const written = read(STATE);
    server.send(call(4, "recover_state", { inputResponses, requestState: first["requestState"] }));
    expect((await server.receive(4)).result!["structuredContent"]).toMatchObject({ recovered: false });
    expect(read(STATE)).toBe(written);
  });

  test("of twenty questions that stay open the oldest are given up, and the server still ends", async () => {
    const { root, read } = damagedProject();
    const server = startServer(root);
    for (let id = 1; id <= 20; id++) server.send(call(id, "recover_state"));
    const first = (await server.receive(1)).result!;
    await server.receive(20);
    server.send(call(21, "recover_state", { inputResponses: { answer: YES }, requestState: first["requestState"] }));
    expect((await server.receive(21)).result!["resultType"]).toBe("input_required");
    expect(read(STATE)).toBe(DAMAGED);
    server.child.stdin?.end();
    expect(await server.exit).toBe(0);
  });
});
