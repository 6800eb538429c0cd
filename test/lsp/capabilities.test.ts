/** Each capability as the function it is: a document in, values of the protocol out. */
import { expect, test } from "vitest";
import type { DocumentSymbol, Position } from "vscode-languageserver/node";
import type { ListedIssue } from "../../src/gate/documents/list.ts";
import { quickFixes } from "../../src/lsp/capabilities/code-actions.ts";
import { completionsAt } from "../../src/lsp/capabilities/completion.ts";
import { diagnosticsOf } from "../../src/lsp/capabilities/diagnostics.ts";
import { foldingOf } from "../../src/lsp/capabilities/folding.ts";
import { hoverAt } from "../../src/lsp/capabilities/hover.ts";
import { lensesOf } from "../../src/lsp/capabilities/lenses.ts";
import { mentionAt, mentionsIn } from "../../src/lsp/capabilities/mentions.ts";
import { flatSymbolsOf, symbolsOf } from "../../src/lsp/capabilities/symbols.ts";
import { LEGEND, tokensOf } from "../../src/lsp/capabilities/tokens.ts";
import { placesIn, type View } from "../../src/lsp/view.ts";
import { readDocument } from "../../src/pipeline/processor.ts";
import { sourceOf } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import { fixture } from "../support/project.ts";

const FORMAT = fixture("read/format.md");
const WORK = fixture("read/format.work.md");

function viewOf(text: string, kind: "state" | "work" = "state"): View {
  const places = placesIn(text);
  const { document, messages } = readDocument(kind, sourceOf(places.text), { factsOf: () => ({ now: NOW }) });
  const path = kind === "state" ? ".claude/state.md" : ".claude/work/42.md";
  return { ...places, uri: "file:///x", version: 1, path, now: NOW, document, diagnostics: messages, isUnsaved: false };
}

/** A view, and the place of `|` in its text. */
function at(text: string, kind?: "state" | "work") {
  const offset = text.indexOf("|");
  return { view: viewOf(text.replace("|", ""), kind), offset };
}

const ISSUES = [
  { issueNumber: 7, title: "Seven", status: "in_progress", active: true, progress: { completed: 1, total: 2 } },
  { issueNumber: 12, title: "Twelve\u202e", status: "paused", active: false },
] as unknown as ListedIssue[];

async function offered(text: string, kind?: "state" | "work"): Promise<[string, string][]> {
  const { view, offset } = at(text, kind);
  const items = await completionsAt(view, offset, async () => ISSUES);
  return items.map(({ label, textEdit }) => {
    const { range, newText } = textEdit as { range: { start: Position; end: Position }; newText: string };
    const [start, end] = [view.offsetAt(range.start), view.offsetAt(range.end)];
    return [label, `${view.text.slice(start - 3, start)}[${view.text.slice(start, end)}]${newText}`];
  });
}

test("symbols: sections below each other, and their items with what they are", () => {
  const names = (symbols: readonly DocumentSymbol[]): unknown[] =>
    symbols.map(({ name, detail, children }) => [name, detail, names(children ?? [])]);
  const [root] = symbolsOf(viewOf(FORMAT));
  expect(root!.name).toBe("Session State");
  const active = names(root!.children!)[0] as unknown[];
  expect(active).toEqual([
    "Active Work",
    undefined,
    expect.arrayContaining([["Progress", expect.stringMatching(/^\d\/\d$/), expect.any(Array)]]),
  ]);
  expect(JSON.stringify(names(root!.children!))).toContain("in_progress 80%");
  const flat = flatSymbolsOf(viewOf(FORMAT));
  expect(flat.find(({ name }) => name === "Progress")).toMatchObject({ containerName: "Active Work" });
  expect(symbolsOf(viewOf("# \n\n## \n- \n")).map(({ name }) => name)).toEqual(["(empty)"]);
});

test("what a symbol selects lies in its range, and that in the range around it", () => {
  const offsets = (view: View, range: { start: Position; end: Position }) => [
    view.offsetAt(range.start),
    view.offsetAt(range.end),
  ];
  const look = (view: View, symbols: readonly DocumentSymbol[], [from, to]: readonly number[]) => {
    for (const { range, selectionRange, children = [] } of symbols) {
      const [start, end] = offsets(view, range);
      const [first, last] = offsets(view, selectionRange);
      expect([from! <= start!, start! <= first!, first! <= last!, last! <= end!, end! <= to!]).toEqual(
        Array(5).fill(true),
      );
      look(view, children, [start!, end!]);
    }
  };
  for (const text of [FORMAT, FORMAT.replaceAll("\n", "\r\n"), "# a\n### b\n## c\n- x\n  - y\n\n1. z"]) {
    const view = viewOf(text);
    look(view, symbolsOf(view), [0, view.text.length]);
  }
  const work = viewOf(WORK, "work");
  look(work, symbolsOf(work), [0, work.text.length]);
});

test("folding: sections without the blank lines behind them, items, comments, frontmatter", () => {
  const text = "---\na: 1\n---\n# Session State\n\n## Active Work\n\n<!-- a\nb -->\n\n- x\n  y\n- z\n\n## Context\n";
  const lines = foldingOf(viewOf(text)).map(({ startLine, endLine, kind }) => [startLine, endLine, kind]);
  expect(lines).toEqual(
    expect.arrayContaining([
      [5, 12, undefined],
      [10, 11, undefined],
      [0, 2, undefined],
      [7, 8, "comment"],
    ]),
  );
  expect(lines.every(([start, end]) => start! < end!)).toBe(true);
});

test("tokens: glyphs by their status, known fields by label and value, each in one line and none in another", () => {
  const view = viewOf(`${FORMAT}\n**Mine:** x\n`);
  const { data } = tokensOf(view);
  const tokens: [string, string, number][] = [];
  for (let at = 0, line = 0, character = 0; at < data.length; at += 5) {
    const [down, right, length, type, modifiers] = data.slice(at, at + 5) as [number, number, number, number, number];
    character = down === 0 ? character + right : right;
    line += down;
    const start = view.offsetAt({ line, character });
    tokens.push([view.text.slice(start, start + length), LEGEND.tokenTypes[type]!, modifiers]);
  }
  expect(tokens).toEqual(
    expect.arrayContaining([
      ["✅", "enumMember", 1],
      ["🔄", "enumMember", 2],
      ["⏸️", "enumMember", 4],
      ["**Last Updated:**", "property", 0],
      ["2024-10-23T14:30:00Z", "string", 0],
      ["**Current Issue:**", "property", 0],
    ]),
  );
  expect(tokens.map(([text]) => text)).not.toContain("**Mine:**");
});

test("mentions of issues are those of this project", () => {
  const text = "#1, (#22) a#3 o/r#4 &#5; #6a ##7 #0 #12345678901234567 [#8] #9";
  expect(mentionsIn(text).map(({ issue }) => issue)).toEqual([1, 22, 8, 9]);
  const named = (marked: string) => {
    const { view, offset } = at(marked);
    return mentionAt(view, offset)?.issue;
  };
  expect(named("## Active Work\n\nsee |#12 there")).toBe(12);
  expect(named("## Active Work\n\nsee #12| there")).toBe(12);
  expect(named("## Active Work\n\nsee #12 |there")).toBeUndefined();
  expect(named("```\nsee #1|2 there\n```")).toBeUndefined();
});

test("hover: what is broken, whose issue it is, how fresh the document is", () => {
  const said = (marked: string, known?: ListedIssue) => {
    const { view, offset } = at(marked);
    const mention = mentionAt(view, offset);
    return (hoverAt(view, offset, mention && { ...mention, known })?.contents as { value: string } | undefined)?.value;
  };
  expect(said(FORMAT.replace("**Last Updated", "**Last| Updated"))).toBe("Updated 2 hours ago: recent");
  expect(said(FORMAT.replace("# Session State", "# Session| State"))).toBe("Updated 2 hours ago: recent");
  expect(said(FORMAT.replace("14:30:00Z", "14:30|"))).toMatch(/^irregular-timestamp: /m);
  const named = FORMAT.replace("#1234", "#12|34");
  expect(said(named)).toBe("#1234 is not recorded here: it has no work file, archived or not.");
  expect(said(named, ISSUES[0])).toBe("#1234 - Seven (active; 1 of 2 done)");
  expect(said(named, ISSUES[1])).toBe("#1234 - Twelve\\u{202e} (paused)");
  expect(said(FORMAT.replace("## Context", "## Cont|ext"))).toBeUndefined();
});

test("completion: issues, sections, glyphs, statuses and the time, where they can stand", async () => {
  const now = "2024-10-23T16:30:00Z";
  expect(await offered("# Session State\n\n## Context\n- see #|\n")).toEqual([
    ["#7 Seven", "ee [#]#7"],
    ["#12 Twelve\\u{202e}", "ee [#]#12"],
  ]);
  expect(await offered("## Context\n- see #1|\n")).toHaveLength(2);
  expect(await offered("## Context\n```\n#|\n```\n")).toEqual([]);
  expect(await offered("## Context\n- a#|\n")).toEqual([]);
  const headings = (await offered("# Session State\n\n## Active Work\n\n## |\n\n## Context\n")).map(([label]) => label);
  expect(headings).toContain("## Blockers");
  expect(headings).not.toContain("## Context");
  expect((await offered(WORK.replace("## Progress Log\n", "## Progress Log\n### |\n"), "work"))[0]![0]).toBe(
    `### ${now}`,
  );
  const glyphs = ["✅ completed", "🔄 in progress", "⏸️ pending", "❌ blocked"];
  const listed = async (text: string) => (await offered(text)).map(([label]) => label);
  expect(await listed("## Active Work\n\n### Progress\n- ✅ a\n- |\n")).toEqual(glyphs);
  expect(await listed("## Active Work\n\n## Context\n- |\n")).toEqual([]);
  expect(await offered("# Session State\n\n**Last Updated:** 2|\n")).toEqual([
    [now, `:* [2]${now}`.replace(":* ", "** ")],
  ]);
  expect((await offered(WORK.replace(/\*\*Status:\*\* .*/, "**Status:** |"), "work")).map(([label]) => label)).toEqual([
    "in_progress",
    "completed",
  ]);
  expect(await offered("**Status:** |\n")).toEqual([]);
});

test("lenses: on what is open of the active work, and on the state", () => {
  const lenses = lensesOf(viewOf(FORMAT)).map(({ command }) => [command!.title, ...command!.arguments!.slice(1)]);
  expect(lenses.slice(0, 2)).toEqual([["save"], ["undo"]]);
  const open = viewOf(FORMAT).document!;
  const items = open.kind === "state" ? open.progress.map(({ reading }) => reading) : [];
  expect(lenses.slice(2)).toEqual(
    items.flatMap(({ status, text }) => {
      if (status === "completed") return [];
      return status === "in_progress"
        ? [["done", text]]
        : [
            ["done", text],
            ["doing", text],
          ];
    }),
  );
  expect(lensesOf(viewOf(WORK, "work"))).toEqual([]);
  expect(lensesOf(viewOf(FORMAT.replace("2024-10-23T14:30:00Z", "2999-10-23T14:30:00Z"))).length).toBe(2);
});

test.each([
  ["headings", "# a\n"],
  ["items", "- ✅ a\n"],
  ["nested items", "- a\n  - b\n"],
  ["mentions", "#1 "],
  ["fields", "**Last Updated:** x\n"],
  ["one line of anything", "`*[#<!--"],
])("a megabyte of %s is looked through, and no more is shown than anybody reads", async (_name, piece) => {
  const text = `## Active Work\n\n**Current Issue:** #7 - Seven\n\n### Progress\n${piece.repeat(Math.floor(1_000_000 / piece.length))}`;
  const view = viewOf(text);
  const asked = { range: view.rangeOf({ start: 0, end: text.length }), context: { diagnostics: [] } };
  const client = { pullsDiagnostics: false, knowsVersions: false, nestsSymbols: true, takesEdits: true };
  const end = text.length - 1;
  const counts = [
    flatSymbolsOf(view).length,
    foldingOf(view).length,
    lensesOf(view).length,
    diagnosticsOf(view, undefined).length,
    quickFixes(view, asked, { client, page: undefined }).length,
    (await completionsAt(view, end, async () => ISSUES)).length,
  ];
  expect(Math.max(...counts)).toBeLessThanOrEqual(20_000);
  expect(tokensOf(view).data.length % 5).toBe(0);
  hoverAt(view, end, undefined);
  mentionAt(view, end);
});
