/** The built server in front of editors that behave, and of what is none: nothing ends it but what the protocol names. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../support/effort.ts";
import { addressOf, startEditor } from "../support/lsp.ts";
import { makeFolder, runBuilt } from "../support/program.ts";
import { fixture, makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const FORMAT = fixture("read/format.md");

test("it says what it can, answers, and ends as it is told to", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const { editor, ended, errors } = startEditor(project.root, undefined, "--stdio");
  await editor.initialize();
  const { capabilities, serverInfo } = editor.initialized;
  expect(serverInfo).toMatchObject({ name: "state-gatekeeper", version: expect.stringMatching(/^\d/) });
  expect(Object.keys(capabilities).filter((name) => /format/i.test(name))).toEqual([]);
  const uri = addressOf(project, STATE);
  await editor.open(uri, FORMAT);
  const [found] = await editor.diagnostics(uri);
  expect(found!.codeDescription!.href).toMatch(/^file:.*\/dist\/docs\/rules\.md#/);
  await editor.connection.sendRequest("shutdown");
  await editor.connection.sendNotification("exit");
  expect(await ended).toBe(0);
  expect(errors).toEqual([]);
});

test.each([
  ["exit without shutdown", 'Content-Length: 33\r\n\r\n{"jsonrpc":"2.0","method":"exit"}'],
  ["the end of input", ""],
  ["half a message", 'Content-Length: 100\r\n\r\n{"jsonrpc"'],
])("%s: it ends, and not with 0", async (_name, input) => {
  const ended = await runBuilt({ cwd: makeFolder(), input }, "lsp");
  expect(ended).toMatchObject({ code: 1, stdout: "" });
});

test("it answers after whatever it was sent", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const uri = addressOf(project, STATE);
  const { editor } = startEditor(project.root);
  // Before it is told of the editor it refuses, and goes on.
  await expect(editor.ask("hover", uri, { position: { line: 0, character: 0 } })).rejects.toThrow();
  await editor.initialize();
  await editor.open(uri, FORMAT);
  const methods = [
    ...["hover", "completion", "definition", "references", "documentSymbol", "foldingRange", "codeAction", "codeLens"],
    ...["semanticTokens/full", "diagnostic", "formatting", "rename", "didChange", "didOpen", "didSave"],
  ].map((name) => `textDocument/${name}`);
  const position = fc.oneof(
    fc.record({ line: fc.integer(), character: fc.integer() }),
    fc.record({ line: fc.double(), character: fc.constant(null) }),
    fc.jsonValue(),
  );
  const textDocument = fc.oneof(
    fc
      .constantFrom(
        uri,
        "",
        "x",
        "file:///",
        "file:///none/.claude/state.md",
        "untitled:1",
        "file://host/.claude/state.md",
      )
      .map((each) => ({ uri: each, version: 2, text: "x" })),
    fc.jsonValue(),
  );
  const call = fc.record({
    method: fc.constantFrom(...methods, "workspace/executeCommand", "workspace/symbol", "nothing"),
    params: fc.oneof(
      fc.record({
        textDocument,
        position,
        range: fc.record({ start: position, end: position }),
        contentChanges: fc.jsonValue(),
      }),
      fc.record({ command: fc.string(), arguments: fc.array(fc.jsonValue()) }),
      fc.record({ textDocument, context: fc.jsonValue() }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(call, fc.boolean(), async ({ method, params }, isRequest) => {
      if (isRequest) await editor.connection.sendRequest(method, params as object).catch(() => {});
      else await editor.connection.sendNotification(method, params as object);
    }),
    runs(200),
  );
  const other = makeProject({ [STATE]: FORMAT });
  const fresh = addressOf(other, STATE);
  await editor.open(fresh, FORMAT);
  expect((await editor.diagnostics(fresh)).map(({ code }) => code)).toEqual([
    "outdated-timestamp",
    "missing-work-file",
  ]);
});

test("lines that are no protocol, requests that are cancelled and documents that are closed meanwhile", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const uri = addressOf(project, STATE);
  const { editor, child } = startEditor(project.root);
  await editor.initialize();
  child.stdin.write("Content-Length: 5\r\n\r\n{{{{{");
  for (let round = 0; round < 50; round++) {
    await editor.open(uri, `${FORMAT}${"- x\n".repeat(2000)}`);
    const asked = editor.ask("diagnostic", uri).catch(() => {});
    await editor.connection.sendNotification("$/cancelRequest", { id: round + 1 });
    await editor.notify("didClose", uri);
    await asked;
  }
  editor.published.length = 0;
  await editor.open(uri, FORMAT);
  expect(await editor.diagnostics(uri)).not.toEqual([]);
});

test("huge documents are said to be too large, and deep ones are read", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const uri = addressOf(project, STATE);
  const { editor } = startEditor(project.root);
  await editor.initialize();
  await editor.open(uri, FORMAT.repeat(5000));
  expect((await editor.diagnostics(uri)).map(({ code }) => code)).toEqual(["file-too-large"]);
  for (const text of ["> ".repeat(60_000), "[".repeat(100_000), "- ".repeat(30_000), "**a:** ".repeat(10_000), "\0"]) {
    await editor.change(uri, `${FORMAT}\n${text}`);
    expect(await editor.diagnostics(uri)).toBeInstanceOf(Array);
  }
  await editor.change(uri, FORMAT);
  expect((await editor.diagnostics(uri)).map(({ code }) => code)).toContain("missing-work-file");
});

test("files of no project, of no document and of another project than the one named are left alone", async () => {
  const project = makeProject({
    [STATE]: FORMAT,
    ".claude/work/notes.txt": "x",
    ".claude/agents/a.md": "x",
    "README.md": "x",
  });
  const other = makeProject({ [STATE]: FORMAT });
  const folder = makeFolder();
  mkdirSync(join(folder, ".claude/work"), { recursive: true });
  writeFileSync(join(folder, ".claude/work/1.md"), "x");
  const { editor } = startEditor(other.root, undefined, "--root", project.root);
  await editor.initialize();
  const paths = [".claude/work/notes.txt", ".claude/agents/a.md", "README.md", ".claude/work/sub/1.md"];
  for (const path of paths) await editor.open(addressOf(project, path), "x");
  await editor.open(addressOf({ root: folder }, ".claude/work/1.md"), "x");
  await editor.open(addressOf(other, STATE), FORMAT);
  await editor.open(addressOf(project, STATE), FORMAT);
  await editor.diagnostics(addressOf(project, STATE));
  expect(new Set(editor.published.map(({ uri }) => uri))).toEqual(new Set([addressOf(project, STATE)]));
});

test("what is a link is said to be one, and nothing is read through it", async () => {
  const project = makeProject({ ".claude/secret": FORMAT });
  symlinkSync("secret", join(project.root, STATE));
  const uri = addressOf(project, STATE);
  const { editor } = startEditor(project.root);
  await editor.initialize();
  await editor.open(uri, FORMAT);
  expect((await editor.diagnostics(uri)).map(({ code }) => code)).toEqual(["symbolic-link"]);
  expect(await editor.ask("documentSymbol", uri)).toEqual([]);
  expect(await editor.ask("codeLens", uri)).toEqual([]);
});

test("the agent's own folder at home is no project but for who stands in it", async () => {
  const home = makeProject({ [STATE]: FORMAT });
  const project = makeProject({ [STATE]: FORMAT });
  const [atHome, elsewhere] = [addressOf(home, STATE), addressOf(project, STATE)];
  for (const cwd of [project.root, home.root]) {
    const { editor } = startEditor(cwd, home.root);
    await editor.initialize();
    await editor.open(atHome, FORMAT);
    await editor.open(elsewhere, FORMAT);
    await editor.diagnostics(elsewhere);
    const told = new Set(editor.published.map(({ uri }) => uri));
    expect(told).toEqual(new Set(cwd === home.root ? [atHome, elsewhere] : [elsewhere]));
  }
});

test("a project that vanishes", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const uri = addressOf(project, STATE);
  const { editor } = startEditor(project.root);
  await editor.initialize();
  await editor.open(uri, FORMAT);
  await editor.diagnostics(uri);
  rmSync(project.root, { recursive: true });
  await editor.change(uri, `${FORMAT}\nx\n`);
  expect(await editor.diagnostics(uri)).toBeInstanceOf(Array);
});
