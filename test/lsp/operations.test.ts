/** What the editor calls, and what leads from one file to another: the gate's operations, on the file. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { CodeLens, CompletionItem, Location, TextEdit, WorkspaceEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { history } from "../../src/gate/history/history.ts";
import { addressOf, openEditor, type TestEditor } from "../support/lsp.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const FORMAT = fixture("read/format.md");
const WORK = fixture("read/format.work.md").replaceAll("42", "1234");
const EDITING = { workspace: { applyEdit: true } };

async function begin(text = FORMAT): Promise<{ project: TestProject; editor: TestEditor; uri: string }> {
  const project = makeProject({ [STATE]: text, ".claude/work/1234.md": WORK });
  const editor = await openEditor(project, EDITING);
  const uri = addressOf(project, STATE);
  await editor.open(uri, text);
  await editor.diagnostics(uri);
  return { project, editor, uri };
}

async function press(editor: TestEditor, uri: string, title: string, at = 0): Promise<void> {
  const lenses = (await editor.ask<CodeLens[]>("codeLens", uri)).filter(({ command }) => command!.title === title);
  await editor.connection.sendRequest("workspace/executeCommand", lenses[at]!.command!);
}

test("an item is begun, done and undone by its lens, and who did it is in the history", async () => {
  const { project, editor, uri } = await begin();
  await press(editor, uri, "doing");
  expect(project.read(STATE)).toContain("- 🔄 Need to add tests");
  expect(editor.messages).toEqual([{ type: 3, message: "Progress updated for issue #1234" }]);
  await editor.change(uri, project.read(STATE));
  await press(editor, uri, "done", 1);
  expect(project.read(STATE)).toContain("- ✅ Need to add tests");
  expect((await history(project.gate, {})).entries[0]).toMatchObject({ operation: "save", actor: "test-editor" });
  await editor.change(uri, project.read(STATE));
  await press(editor, uri, "undo");
  expect(project.read(STATE)).toContain("- 🔄 Need to add tests");
  expect(editor.messages.map(({ type }) => type)).toEqual([3, 3, 3]);
});

test("nothing is written beside unsaved changes, and what fails is said", async () => {
  const { project, editor, uri } = await begin();
  const before = project.tree();
  await editor.change(uri, `${FORMAT}\n- typed\n`);
  await press(editor, uri, "done");
  expect(editor.messages.at(-1)).toMatchObject({ type: 2, message: expect.stringContaining("unsaved changes") });
  await editor.change(uri, FORMAT);
  const run = (command: string, ...words: unknown[]) =>
    editor.connection.sendRequest("workspace/executeCommand", { command, arguments: words });
  await run("state-gatekeeper.undo", uri);
  expect(editor.messages.at(-1)).toMatchObject({ type: 1, message: expect.stringMatching(/^Cannot undo/) });
  await run("state-gatekeeper.done", uri, "");
  await run("state-gatekeeper.done", "file:///none");
  await run("none", uri);
  await run("state-gatekeeper.save");
  expect(project.tree()).toEqual(before);
});

test("a save brings together what was typed and what others have written", async () => {
  const { project, editor, uri } = await begin();
  const typed = FORMAT.replace("1. Complete middleware", "1. Complete all middleware");
  await editor.change(uri, typed);
  const others = FORMAT.replace("None currently", "Waiting for the review");
  project.write(STATE, others);
  await press(editor, uri, "save");
  const saved = project.read(STATE);
  expect(saved).toContain("Complete all middleware");
  expect(saved).toContain("Waiting for the review");
  expect(saved).toContain("**Last Updated:** 2024-10-23T16:30:00Z");
  const [edit] = editor.edits as WorkspaceEdit[];
  const document = TextDocument.create(uri, "markdown", 1, typed);
  expect(TextDocument.applyEdits(document, edit!.changes![uri] as TextEdit[])).toBe(saved);
});

test("a conflict stands between markers in the editor, and nothing is written", async () => {
  const { project, editor, uri } = await begin();
  const change = (to: string) => FORMAT.replace("Add rate limiting to authentication", to);
  const typed = change("Mine");
  await editor.change(uri, typed);
  project.write(STATE, change("Theirs"));
  await press(editor, uri, "save");
  expect(project.read(STATE)).toBe(change("Theirs"));
  expect(editor.messages.at(-1)).toMatchObject({ type: 1, message: expect.stringContaining("between markers") });
  const [edit] = editor.edits as WorkspaceEdit[];
  const merged = TextDocument.applyEdits(
    TextDocument.create(uri, "markdown", 1, typed),
    edit!.changes![uri] as TextEdit[],
  );
  expect(merged).toMatch(/^<{7} /m);
  // Mended, it is saved.
  await editor.change(uri, change("Both"));
  await press(editor, uri, "save");
  expect(project.read(STATE)).toContain("#1234 - Both");
});

test("what would have errors is not saved", async () => {
  const { project, editor, uri } = await begin();
  await editor.change(uri, FORMAT.replace("2024-10-23T14:30:00Z", "soon"));
  await press(editor, uri, "save");
  expect(project.read(STATE)).toBe(FORMAT);
  expect(editor.messages.at(-1)).toMatchObject({ type: 1, message: expect.stringContaining("it would have errors") });
});

test("an issue is found by its number: its files, where it is named, what it is, and as a completion", async () => {
  const { project, editor, uri } = await begin();
  project.write(".claude/archive/1100.md", WORK.replaceAll("1234", "1100"));
  project.write(
    ".claude/work/9.md",
    WORK.replaceAll("1234", "9").replace("## Approach", "See #1100 and #11001, #1100.\n\n## Approach"),
  );
  const lines = FORMAT.split("\n");
  const line = lines.findIndex((each) => each.includes("#1100"));
  const position = { line, character: lines[line]!.indexOf("#1100") + 2 };
  const found = await editor.ask<Location[]>("definition", uri, { position });
  expect(found.map((each) => each.uri)).toEqual([addressOf(project, ".claude/archive/1100.md")]);
  await editor.change(uri, `\n${FORMAT}`);
  const moved = { position: { ...position, line: line + 1 } };
  const references = await editor.ask<Location[]>("references", uri, {
    ...moved,
    context: { includeDeclaration: true },
  });
  for (const { uri: where, range } of references) {
    const text = where === uri ? `\n${FORMAT}` : readFileSync(new URL(where), "utf8");
    expect(TextDocument.create(where, "markdown", 1, text).getText(range)).toBe("#1100");
  }
  expect(references.map((each) => each.uri.split("/").at(-1)).sort()).toEqual(["1100.md", "9.md", "9.md", "state.md"]);
  expect(await editor.ask("hover", uri, moved)).toMatchObject({
    contents: { value: expect.stringMatching(/^#1100 - /) },
  });
  const items = await editor.ask<CompletionItem[]>("completion", uri, moved);
  expect(items.map(({ label }) => label.split(" ")[0])).toEqual(["#1234", "#1100", "#9"]);
});
