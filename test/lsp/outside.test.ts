/** A file that others write while it is open: the editor is told once, and of nothing it did itself. */
import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { save } from "../../src/gate/documents/save.ts";
import { addressOf, openEditor, type TestEditor } from "../support/lsp.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const FORMAT = fixture("read/format.md");

async function begin(): Promise<{ project: TestProject; editor: TestEditor; uri: string }> {
  const project = makeProject({ [STATE]: FORMAT });
  const editor = await openEditor(project);
  const uri = addressOf(project, STATE);
  await editor.open(uri, FORMAT);
  await editor.diagnostics(uri);
  return { project, editor, uri };
}

test("who has saved is told once to reload, and again after having done so", async () => {
  const { project, editor, uri } = await begin();
  await save(project.gate, { progress: [{ status: "completed", text: "One" }] });
  await editor.until(() => editor.messages.length === 1);
  expect(editor.messages[0]).toEqual({
    type: 3,
    message: expect.stringMatching(/^\.claude\/state\.md was changed outside .* reload it/),
  });
  await save(project.gate, { progress: [{ status: "completed", text: "Two" }] });
  await editor.change(uri, project.read(STATE));
  await editor.diagnostics(uri);
  await save(project.gate, { progress: [{ status: "completed", text: "Three" }] });
  await editor.until(() => editor.messages.length === 2);
  unlinkSync(join(project.root, STATE));
});

test("who has unsaved changes is warned", async () => {
  const { project, editor, uri } = await begin();
  await editor.change(uri, `${FORMAT}\n- typed\n`);
  await editor.diagnostics(uri);
  await save(project.gate, { progress: [{ status: "completed", text: "One" }] });
  await editor.until(() => editor.messages.length === 1);
  expect(editor.messages[0]).toEqual({ type: 2, message: expect.stringContaining("unsaved changes") });
});

test("nobody is told of what the editor itself has written", async () => {
  const { project, editor, uri } = await begin();
  const saved = `${FORMAT}\n- typed\n`;
  await editor.change(uri, saved);
  project.write(STATE, saved);
  await editor.notify("didSave", uri);
  await editor.change(uri, `${saved}- more\n`);
  // A change of another file comes after those of this one.
  project.write(".claude/work/1234.md", fixture("read/format.work.md").replaceAll("42", "1234"));
  await editor.until(() => editor.published.findLast((each) => each.uri === uri)?.diagnostics.length === 0);
  expect(editor.messages).toEqual([]);
});
