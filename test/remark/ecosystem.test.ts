/** The preset in the programs that people have for remark: command line, engine, reporter, language server, lint. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { remark } from "remark";
import remarkLint from "remark-lint";
import remarkPresetLintRecommended from "remark-preset-lint-recommended";
import { presetState } from "state-gatekeeper/remark";
import { unified } from "unified";
import { engine } from "unified-engine";
import { VFile } from "vfile";
import { reporter } from "vfile-reporter";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder, runProgram } from "../support/program.ts";

const ROOT = join(import.meta.dirname, "../..");
const STATE = readFileSync(join(ROOT, "fixtures/read/format.md"), "utf8");
const WORK = readFileSync(join(ROOT, "fixtures/read/format.work.md"), "utf8");

/** A project with our packages in reach, a state file, a work file and notes of somebody else. */
function makeProject(state = STATE): string {
  const folder = makeFolder();
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, ".claude/work"), { recursive: true });
  writeFileSync(join(folder, ".claude/state.md"), state);
  writeFileSync(join(folder, ".claude/work/42.md"), WORK);
  writeFileSync(join(folder, ".claude/notes.md"), "*  Notes\n");
  return folder;
}

function runRemark(cwd: string, ...args: readonly string[]) {
  return runProgram(process.execPath, [join(ROOT, "node_modules/remark-cli/cli.js"), ...args, "--no-color"], { cwd });
}

test("remark --use state-gatekeeper/remark --frail", async () => {
  const sound = await runRemark(makeProject(), "--use", "state-gatekeeper/remark", "--frail", ".claude");
  expect(sound).toMatchObject({ code: 0, stdout: "" });
  expect(sound.stderr).toContain(".claude/state.md: no issues found");
  const folder = makeProject(STATE.replace("2024-10-23T14:30:00Z", "2024-10-23 14:30"));
  const warned = await runRemark(folder, "--use", "state-gatekeeper/remark", "--frail", ".claude");
  expect(warned.code).toBe(1);
  expect(warned.stderr).toMatch(
    /state\.md\n6:19-6:35\s+warning\s+Unexpected spelling .*\s+irregular-timestamp\s+state/,
  );
  const damaged = makeProject(STATE.replace("## Recent Work", "## Work"));
  const failed = await runRemark(damaged, "--use", "state-gatekeeper/remark", ".claude", "--output");
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/error\s+Missing section `## Recent Work`/);
  // Whatever is found, nothing is formatted.
  expect(readFileSync(join(damaged, ".claude/notes.md"), "utf8")).toBe("*  Notes\n");
});

test("docs/remark.md shows what happens", async () => {
  const page = readFileSync(join(ROOT, "docs/remark.md"), "utf8");
  const blocks = (language: string) =>
    [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, lang, text = ""]) =>
      lang === language ? [text] : [],
    );
  const [state = ""] = blocks("markdown");
  const cwd = makeProject(state);
  for (const script of blocks("js")) writeFileSync(join(cwd, /^\/\/ (.*)$/m.exec(script)![1]!), script);
  const runs = blocks("console").map((block) => /^\$ (?:npx )?(\w+) (.*)\n([\s\S]*)$/.exec(block)!);
  expect(runs).toHaveLength(2);
  for (const [, program, words = "", expected] of runs) {
    const args = words.split(" ");
    const quiet = [...args, "--quiet"];
    const ended = program === "remark" ? runRemark(cwd, ...quiet) : runProgram(process.execPath, args, { cwd });
    const { stdout, stderr } = await ended;
    expect(stdout + stderr).toBe(expected);
  }
});

test("unified-engine over a folder, its files and their typed documents", async () => {
  const cwd = makeProject();
  const options = {
    ...{ processor: remark(), plugins: [presetState], cwd, files: [".claude"], extensions: ["md"] },
    ...{ streamError: new PassThrough(), alwaysStringify: false, output: false },
  };
  const { code, context } = await new Promise<{ code: 0 | 1; context: { files: VFile[] } }>((resolve, reject) => {
    engine(options, (error, code = 1, context) =>
      error ? reject(error) : resolve({ code, context: context as never }),
    );
  });
  expect(code).toBe(0);
  const kinds = context.files.map(({ path, data }) => [path, data.state?.kind]);
  expect(kinds.sort()).toEqual([
    [".claude/notes.md", undefined],
    [".claude/state.md", "state"],
    [".claude/work/42.md", "work"],
  ]);
});

test("vfile-reporter prints what was found", async () => {
  const file = new VFile({ path: ".claude/state.md", value: STATE.replace("#1234 - Add", "#007 - Add") });
  await unified().use(presetState).process(file);
  const [, ...rows] = reporter(file).split("\n");
  expect(rows[0]).toMatch(
    /^\d+:\d+-\d+:\d+ +warning +Unexpected leading zeros in issue `#007`, expected `#7` +padded-issue +state$/,
  );
});

test("beside the rules of remark-lint, which judge the same tree", async () => {
  const file = new VFile({ path: ".claude/state.md", value: STATE.replace("#1234 - Add", "#007 - Add").trimEnd() });
  await remark().use(presetState).use(remarkLint).use(remarkPresetLintRecommended).process(file);
  const sources = new Set(file.messages.map(({ source, ruleId }) => `${source}:${ruleId}`));
  expect(sources).toContain("state:padded-issue");
  expect(sources).toContain("remark-lint:final-newline");
});

test("unified-language-server publishes what is found, where it is", async () => {
  const folder = makeProject();
  const server = join(folder, "server.mjs");
  writeFileSync(
    server,
    `import { createUnifiedLanguageServer } from "unified-language-server";
     import { presetState } from "state-gatekeeper/remark";
     createUnifiedLanguageServer({
       processorName: "remark", processorSpecifier: "remark", configurationSection: "remark", plugins: [presetState],
     });`,
  );
  const child = spawn(process.execPath, [server, "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const uri = `file://${folder}/.claude/state.md`;
  const published = new Promise<{ code: string; severity: number; range: object }[]>((resolve) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (;;) {
        const [head, length] = /^Content-Length: (\d+)\r\n(?:.*\r\n)*?\r\n/.exec(text) ?? [];
        if (head === undefined || text.length < head.length + Number(length)) return;
        const body = Buffer.from(text.slice(head.length)).subarray(0, Number(length)).toString();
        text = text.slice(head.length + body.length);
        const message = JSON.parse(body);
        if (message.id === 1 && message.result) {
          send({ method: "initialized", params: {} });
          const value = STATE.replace("2024-10-23T14:30:00Z", "2024-10-23 14:30 UTC");
          const textDocument = { uri, languageId: "markdown", version: 1, text: value };
          send({ method: "textDocument/didOpen", params: { textDocument } });
        } else if (message.method === "textDocument/publishDiagnostics") resolve(message.params.diagnostics);
        else if (message.id !== undefined && message.method) send({ id: message.id, result: null });
      }
    });
  });
  const capabilities = { workspace: { workspaceFolders: true } };
  const workspaceFolders = [{ uri: `file://${folder}`, name: "project" }];
  send({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities, workspaceFolders } });
  const diagnostics = await published;
  expect(diagnostics).toEqual([
    expect.objectContaining({
      code: "irregular-timestamp",
      source: "state",
      severity: 2,
      range: { start: { line: 5, character: 18 }, end: { line: 5, character: 38 } },
    }),
  ]);
});
