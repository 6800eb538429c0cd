/** The wire: lines that are no protocol, clients that go, and whose project it is. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_LINE } from "../../src/mcp/lines.ts";
import { runs, upTo } from "../support/effort.ts";
import { callOf, ERAS, HELLO, type Message, meet, startServer, use } from "../support/mcp.ts";
import { makeFolder, runBuilt } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";
import { runGate } from "../support/terminal.ts";

const STATE = ".claude/state.md";
const ACTIVE = { [STATE]: fixture("read/format.md") };

const linesOf = (messages: readonly object[]) =>
  messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
const readLines = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Message);

test("who writes all requests and closes the pipe at once gets all answers", async () => {
  const { root } = makeProject();
  const calls = [
    callOf(1, "initialize_state"),
    callOf(2, "set_active_work", { issue: 3, title: "Three" }),
    callOf(3, "get_active_work"),
  ];
  const ended = await runBuilt({ cwd: root, input: linesOf([...HELLO, ...calls]) }, "mcp");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const answers = readLines(ended.stdout);
  expect(answers.map(({ id }) => id).sort()).toEqual([0, 1, 2, 3]);
  expect(answers.find(({ id }) => id === 3)!.result!["structuredContent"]).toMatchObject({ issue_number: 3 });
});

test.each([
  ["nothing", ""],
  ["an empty line", "\n\n"],
  ["half a line", '{"jsonrpc":"2.0","id":1,"method":"initialize"'],
  ["a response to nothing", linesOf([{ id: 7, result: {} }])],
])("%s, then the end: no output, exit 0", async (_name, input) => {
  const { root } = makeProject();
  expect(await runBuilt({ cwd: root, input }, "mcp")).toMatchObject({ code: 0, stdout: "" });
});

test("garbage between requests changes nothing, and only protocol is written", async () => {
  const project = makeProject(ACTIVE);
  const before = project.tree(true);
  const garbage = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ jsonrpc: fc.constant("2.0"), id: fc.jsonValue(), method: fc.string(), params: fc.jsonValue() }),
    fc.record({ jsonrpc: fc.constant("2.0"), method: fc.constant("tools/call"), params: fc.jsonValue() }),
    fc.record({
      jsonrpc: fc.constant("2.0"),
      id: fc.integer({ min: 1000, max: 9999 }),
      method: fc.constantFrom("tools/call", "resources/read", "prompts/get", "resources/list", "logging/setLevel"),
      params: fc.oneof(
        fc.jsonValue(),
        fc.record({ name: fc.constant("verify_work_file"), arguments: fc.jsonValue() }),
        fc.record({ uri: fc.string() }),
      ),
    }),
  );
  const lines = fc
    .sample(garbage, runs(500, 6))
    .map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  const server = startServer(project.root);
  for (const message of HELLO) server.send(message);
  await server.receive(0);
  for (const line of lines) server.send(line.replaceAll("\n", " "));
  server.send(callOf(99_999, "get_active_work"));
  expect((await server.receive(99_999)).result!["structuredContent"]).toMatchObject({ issue_number: 1234 });
  server.child.stdin?.end();
  expect(await server.exit).toBe(0);
  for (const message of readLines(server.output())) expect(message).toMatchObject({ jsonrpc: "2.0" });
  expect(project.tree(true)).toEqual(before);
});

test("a message over the limit is answered with an error, and the server stays", async () => {
  const { root } = makeProject(ACTIVE);
  const server = startServer(root);
  for (const message of HELLO) server.send(message);
  await server.receive(0);
  server.send(callOf(5, "update_progress", { completed: ["x".repeat(MAX_LINE)] }));
  const refused = await server.receive(5);
  expect(refused).toMatchObject({ error: { code: -32_600, message: expect.stringContaining(`${MAX_LINE} bytes`) } });
  server.send(callOf(6, "get_active_work"));
  expect((await server.receive(6)).result!["structuredContent"]).toMatchObject({ issue_number: 1234 });
  server.child.stdin?.end();
  expect(await server.exit).toBe(0);
});

test("a client that is killed in the middle of writes leaves no process and no lock", async () => {
  const project = makeProject(ACTIVE);
  for (let round = 0; round < upTo(5, 2); round++) {
    const server = startServer(project.root);
    for (const message of HELLO) server.send(message);
    await server.receive(0);
    for (let id = 1; id <= 30; id++) server.send(callOf(id, "update_progress", { log: [`Round ${round}, ${id}`] }));
    await server.receive(1 + (round % 4));
    // What a killed client leaves behind: both ends of the wire gone at once.
    server.child.stdin?.destroy();
    server.child.stdout?.destroy();
    expect(await server.exit).toBe(0);
    const saved = await runGate(project.root, "save", "--log", "Next", "--lock-timeout", "0");
    expect(saved.code, saved.stderr).toBe(0);
  }
});

test("a call that is cancelled before its turn is not done", async () => {
  const project = makeProject(ACTIVE);
  const server = startServer(project.root);
  const cancel = { method: "notifications/cancelled", params: { requestId: 2 } };
  const calls = [1, 2, 3].map((id) => callOf(id, "update_progress", { log: [`Entry ${id}`] }));
  server.send([...HELLO, ...calls, cancel].map((each) => JSON.stringify({ jsonrpc: "2.0", ...each })).join("\n"));
  await server.receive(3);
  server.child.stdin?.end();
  expect(await server.exit).toBe(0);
  expect(readLines(server.output()).map(({ id }) => id)).toEqual([0, 1, 3]);
  const work = project.read(".claude/work/1234.md");
  expect([1, 2, 3].map((id) => work.includes(`Entry ${id}`))).toEqual([true, false, true]);
});

test("a server that is killed in the middle of writes leaves a sound file and no lock", async () => {
  const project = makeProject(ACTIVE);
  for (let round = 0; round < upTo(5, 2); round++) {
    const server = startServer(project.root);
    for (const message of HELLO) server.send(message);
    await server.receive(0);
    for (let id = 1; id <= 30; id++)
      server.send(callOf(id, "update_progress", { next_steps: [`Round ${round}, ${id}`] }));
    await server.receive(1 + round);
    server.child.kill("SIGKILL");
    await server.exit;
    const saved = await runGate(project.root, "save", "--log", "Next", "--lock-timeout", "600");
    expect(saved.code, saved.stderr).toBe(0);
    expect((await runGate(project.root, "check")).stdout).toContain("0 errors");
  }
});

describe.each(ERAS)("%s: whose project", (era) => {
  const other = { [STATE]: fixture("read/idle.md") };
  const activeIn = async (meeting: { cwd: string; roots?: string[]; built?: string[] }) =>
    (await use(await meet({ era, ...meeting }), "get_active_work")).answer["issue_number"];

  test("--root, else the client's roots, else the current folder", async () => {
    const [active, idle] = [makeProject(ACTIVE).root, makeProject(other).root];
    expect(await activeIn({ cwd: active })).toBe(1234);
    expect(await activeIn({ cwd: idle, roots: [active] })).toBe(1234);
    expect(await activeIn({ cwd: active, roots: [] })).toBe(1234);
    expect(await activeIn({ cwd: idle, roots: [idle], built: ["--root", active] })).toBe(1234);
    expect(await activeIn({ cwd: active, roots: [idle] })).toBe(null);
  });

  test("a root below the project finds it, and of several the first that is in one counts", async () => {
    const [active, nowhere] = [makeProject(ACTIVE).root, makeFolder()];
    mkdirSync(join(active, "src/deep"), { recursive: true });
    expect(await activeIn({ cwd: nowhere, roots: [nowhere, join(active, "src/deep")] })).toBe(1234);
  });

  test("without a project get_active_work says so, and initialize_state makes one", async () => {
    const folder = makeFolder();
    const client = await meet({ era, cwd: makeFolder(), roots: [folder] });
    expect((await use(client, "get_active_work")).answer).toMatchObject({ exists: false });
    expect(await client.listResources()).toMatchObject({ resources: [] });
    expect((await use(client, "initialize_state")).answer).toMatchObject({ state_file_created: STATE });
    expect((await use(client, "get_active_work")).answer).toMatchObject({ exists: true });
    expect((await runGate(folder, "status")).code).toBe(0);
  });

  test("documents are resources", async () => {
    const project = makeProject({ ...ACTIVE, ".claude/work/42.md": fixture("read/format.work.md") });
    project.write(".claude/archive/8.md", fixture("read/completed.work.md"));
    const client = await meet({ era, cwd: project.root });
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["state://current", "work://42"]);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(["work://{issue}"]);
    for (const [uri, path] of [
      ["state://current", STATE],
      ["work://42", ".claude/work/42.md"],
      ["work://8", ".claude/archive/8.md"],
    ] as const) {
      const { contents } = await client.readResource({ uri });
      expect(contents).toEqual([{ uri, mimeType: "text/markdown", text: project.read(path) }]);
    }
    for (const uri of [
      "work://9",
      "work://../state",
      "work://42/../../x",
      "state://other",
      "file:///etc/passwd",
      "work://0",
    ]) {
      await expect(client.readResource({ uri }), uri).rejects.toThrow(/not found/);
    }
  });

  test("prompts name the tools", async () => {
    const client = await meet({ era, cwd: makeProject().root });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["start", "save", "done"]);
    const { messages } = await client.getPrompt({ name: "start", arguments: { issue: "42", title: 'A "title"' } });
    expect(JSON.stringify(messages)).toContain("set_active_work for issue 42");
    await expect(client.getPrompt({ name: "start" })).rejects.toThrow("The argument issue is missing");
    await expect(client.getPrompt({ name: "nope" })).rejects.toThrow('There is no prompt "nope"');
  });
});

test("a file of someone else and one that cannot be read are answers, not crashes", async () => {
  const project = makeProject();
  writeFileSync(join(project.root, STATE), Buffer.alloc(2 * 1024 * 1024, "x"));
  const client = await meet({ era: "2025", cwd: project.root });
  expect((await use(client, "get_active_work")).answer).toMatchObject({ exists: true, valid: false });
  await expect(client.readResource({ uri: "state://current" })).rejects.toThrow(/not found/);
});
