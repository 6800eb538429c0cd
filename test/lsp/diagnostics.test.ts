/** What an editor is told of its documents: what `check` says, as it is typed, and the fixes of the rules. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CodeAction, DocumentDiagnosticReport, TextDocumentEdit, TextEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { check } from "../../src/gate/documents/check.ts";
import { addressOf, openEditor } from "../support/lsp.ts";
import { fixture, makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";
const FORMAT = fixture("read/format.md");
const PULLING = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };
const VERSIONED = { workspace: { workspaceEdit: { documentChanges: true } } };

/** Texts of state files with something wrong in each. */
const DAMAGED = readdirSync(join(import.meta.dirname, "../../fixtures/rules"), { recursive: true, encoding: "utf8" })
  .filter((name) => /^[^/]+\/[^/]+\.md$/.test(name) && !name.endsWith(".work.md"))
  .map((name) => fixture(`rules/${name}`));

test("as a document is opened, what is found is what `check` finds, at its place and with the page of its rule", async () => {
  expect(DAMAGED.length).toBeGreaterThan(20);
  for (const text of DAMAGED.slice(0, 40)) {
    const project = makeProject({ [STATE]: text });
    const editor = await openEditor(project);
    const uri = addressOf(project, STATE);
    await editor.open(uri, text);
    const { files } = await check(project.gate, { paths: [STATE] });
    const found = (await editor.diagnostics(uri)).map(({ code, message, severity, range, codeDescription }) => {
      expect(codeDescription).toEqual({ href: `file:///rules.md#${code}` });
      const { start, end } = range;
      return [code, message, severity, start.line + 1, start.character + 1, end.line + 1, end.character + 1];
    });
    expect(found).toEqual(
      files[0]!.problems.map(({ rule, message, severity, ...at }) => {
        return [rule, message, severity === "error" ? 1 : 2, at.line, at.column, at.endLine, at.endColumn];
      }),
    );
  }
});

test("what is typed is judged as it is typed, and what is saved as it is saved", async () => {
  const project = makeProject({ [STATE]: FORMAT, ".claude/work/1234.md": fixture("read/format.work.md") });
  const editor = await openEditor(project);
  const uri = addressOf(project, STATE);
  await editor.open(uri, FORMAT);
  const before = await editor.diagnostics(uri);
  const line = FORMAT.split("\n").findIndex((each) => each.startsWith("**Last Updated:**"));
  const range = { start: { line, character: 18 }, end: { line, character: 22 } };
  await editor.change(uri, { range, text: "2999" });
  expect((await editor.diagnostics(uri)).map(({ code }) => code)).toContain("future-timestamp");
  await editor.change(uri, FORMAT);
  expect(await editor.diagnostics(uri)).toEqual(before);
  await editor.notify("didClose", uri);
  await editor.until(
    () => editor.published.at(-1)?.diagnostics.length === 0 && editor.published.at(-1)?.version === undefined,
  );
});

test("positions count UTF-16 units, with a byte order mark and in any line ending", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const editor = await openEditor(project);
  const uri = addressOf(project, STATE);
  for (const [mark, eol] of [
    ["", "\n"],
    ["\ufeff", "\r\n"],
    ["", "\r"],
  ] as const) {
    const text =
      `${mark}**Last Updated:** 🦄🦄 2024-10-23 14:30 x\n${FORMAT.slice(FORMAT.indexOf("\n## Active"))}`.replaceAll(
        "\n",
        eol,
      );
    await editor.open(uri, text);
    const document = TextDocument.create(uri, "markdown", 1, text);
    const found = (await editor.diagnostics(uri)).find(({ code }) => code === "unreadable-timestamp")!;
    expect(document.getText(found.range)).toBe("🦄🦄 2024-10-23 14:30 x");
    await editor.notify("didClose", uri);
    editor.published.length = 0;
  }
});

test("a client that can ask for diagnostics is not told unasked, but asked to ask again", async () => {
  const project = makeProject({ [STATE]: FORMAT });
  const editor = await openEditor(project, PULLING);
  expect(editor.initialized.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
  const uri = addressOf(project, STATE);
  await editor.open(uri, FORMAT);
  const report = await editor.ask<DocumentDiagnosticReport>("diagnostic", uri);
  expect(report).toMatchObject({ kind: "full", items: [{ code: "missing-work-file" }] });
  project.write(".claude/work/1234.md", fixture("read/format.work.md").replaceAll("42", "1234"));
  for (let seen = 0; ; seen = editor.edits.length) {
    const { items } = await editor.ask<{ items: unknown[] }>("diagnostic", uri);
    if (items.length === 0) break;
    await editor.until(() => editor.edits.length > seen);
  }
  expect(editor.published).toEqual([]);
});

test("quick fixes are those of the rules, and all of them together are `check --fix`", async () => {
  for (const capabilities of [{}, VERSIONED]) {
    for (const text of DAMAGED.slice(0, 40)) {
      const project = makeProject({ [STATE]: text });
      const editor = await openEditor(project, capabilities);
      const uri = addressOf(project, STATE);
      await editor.open(uri, text);
      const quick = await editor.actions<CodeAction>(uri, ["quickfix"]);
      const { files } = await check(project.gate, { paths: [STATE] });
      const fixable = files[0]!.problems.filter((problem) => problem.fixable);
      expect(quick.map(({ diagnostics }) => diagnostics![0]!.code)).toEqual(fixable.map(({ rule }) => rule));
      const all = await editor.actions<CodeAction>(uri, ["source.fixAll"]);
      await check(project.gate, { paths: [STATE], fix: true });
      expect(all.length === 0 ? text : applied(uri, text, all[0]!)).toBe(project.read(STATE));
    }
  }
});

function applied(uri: string, text: string, { edit }: CodeAction): string {
  const edits = edit!.changes?.[uri] ?? (edit!.documentChanges![0] as TextDocumentEdit).edits;
  return TextDocument.applyEdits(TextDocument.create(uri, "markdown", 1, text), edits as TextEdit[]);
}

test("of what is somebody else's nothing is said but that", async () => {
  const foreign = "# Notes\n\n## Frontend state\n\n- [ ] #12 with redux\n";
  const project = makeProject({ [STATE]: foreign });
  const editor = await openEditor(project);
  const uri = addressOf(project, STATE);
  await editor.open(uri, foreign);
  expect((await editor.diagnostics(uri)).map(({ code }) => code)).toEqual(["foreign-format"]);
  expect(await editor.actions(uri)).toEqual([]);
});
