/** `gate lsp` as editors use it: from a keystroke to what is found, and how soon and how large it is beside many work files. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { median, program, table } from "../measure.mjs";

export const title = "`gate lsp`: from a keystroke to its diagnostics, and beside 3,000 work files, whole processes";

const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = createRequire(import.meta.url)(
  "vscode-languageserver/node",
);
const FILES = 3000;
const KEYS = 1000;
const fixture = (name) => readFileSync(join(import.meta.dirname, "../../fixtures/read", name), "utf8");

export async function run() {
  const root = mkdtempSync(join(tmpdir(), "gate-bench-"));
  mkdirSync(join(root, ".claude/work"), { recursive: true });
  const work = fixture("format.work.md");
  for (let issue = 1; issue <= FILES; issue++) {
    writeFileSync(join(root, `.claude/work/${issue}.md`), work.replaceAll("42", String(issue)));
  }
  const format = fixture("format.md");
  writeFileSync(join(root, ".claude/state.md"), format);
  const rows = [];

  const starts = [];
  for (let round = 0; round < 15; round++) {
    const begun = performance.now();
    const editor = await start(root);
    await editor.open(".claude/state.md", format);
    starts.push(performance.now() - begun);
    await editor.end();
  }
  rows.push(["start of the process to the first diagnostics of the state file", ms(median(starts)), "1,000 ms"]);

  for (const [name, path, text] of [
    ["the state file, 2 kB", ".claude/state.md", format],
    [
      "a state file of 64 KiB",
      ".claude/state.md",
      grown(format, "### Next Steps", "- 🔄 An item of the plan (50% done)\n  see #12\n"),
    ],
    ["a work file of 64 KiB", ".claude/work/42.md", grown(work, "## Decisions Made", "- ✅ Another line of the log\n")],
  ]) {
    const editor = await start(root);
    await editor.open(path, text);
    const times = [];
    let before = 0;
    for (let key = 0; key < KEYS + 50; key++) {
      if (key === 50) before = cpuOf(editor.pid);
      const time = await editor.type(path, text.split("\n").length - 1, key);
      if (key >= 50) times.push(time);
    }
    const cpu = (cpuOf(editor.pid) - before) / KEYS;
    times.sort((one, other) => one - other);
    const at = (share) => ms(times[Math.floor(times.length * share)]);
    rows.push([
      `keystroke to diagnostics, ${name}: median / 99th percentile / CPU of the server for each`,
      `${at(0.5)} / ${at(0.99)} / ${ms(cpu)}`,
      "10 ms",
    ]);
    await editor.end();
  }

  const editor = await start(root);
  const begun = performance.now();
  let first;
  const all = [];
  for (let issue = 1; issue <= FILES; issue++) {
    const opened = editor.open(`.claude/work/${issue}.md`, work.replaceAll("42", String(issue)));
    all.push(opened);
    void opened.then(() => {
      first ??= performance.now() - begun;
    });
  }
  await Promise.all(all);
  const last = performance.now() - begun;
  await pause(1000);
  rows.push([`${FILES} work files opened at once: first / last diagnostics`, `${ms(first)} / ${ms(last)}`, "1,000 ms"]);
  rows.push(["memory with all of them open", mb(memoryOf(editor.pid)), "90 MB"]);
  await editor.end();
  const quiet = await start(root);
  await quiet.open(".claude/state.md", format);
  await pause(1000);
  rows.push(["memory with the state file open", mb(memoryOf(quiet.pid)), "90 MB"]);
  await quiet.end();
  rmSync(root, { recursive: true });
  return table(["", "measured", "to reach"], rows);
}

const ms = (time) => `${time.toFixed(1)} ms`;
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** The text with lines before a heading until it has 64 KiB. */
function grown(text, heading, lines) {
  const missing = 65_536 - Buffer.byteLength(text);
  return text.replace(heading, `${lines.repeat(Math.floor(missing / Buffer.byteLength(lines)))}\n${heading}`);
}

/** A server, and an editor in front of it that waits for what is found. */
async function start(root) {
  const child = spawn(process.execPath, [program, "lsp", "--stdio"], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: tmpdir() },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const wire = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const waiting = new Map();
  wire.onNotification("textDocument/publishDiagnostics", ({ uri, version }) => waiting.get(`${uri} ${version}`)?.());
  wire.listen();
  await wire.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  await wire.sendNotification("initialized", {});
  const uriOf = (path) => pathToFileURL(join(root, path)).href;
  const heard = (uri, version) => new Promise((resolve) => waiting.set(`${uri} ${version}`, resolve));
  return {
    pid: child.pid,
    async open(path, text) {
      const uri = uriOf(path);
      const found = heard(uri, 0);
      await wire.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "markdown", version: 0, text },
      });
      await found;
    },
    /** Types a character, mostly into the same line. */
    async type(path, line, key) {
      const uri = uriOf(path);
      const version = key + 1;
      const found = heard(uri, version);
      const position = { line, character: 0 };
      const begun = performance.now();
      await wire.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ range: { start: position, end: position }, text: key % 40 === 39 ? "\n" : "x" }],
      });
      await found;
      return performance.now() - begun;
    },
    async end() {
      await wire.sendRequest("shutdown");
      await wire.sendNotification("exit");
      await new Promise((resolve) => child.on("close", resolve));
      wire.dispose();
    },
  };
}

/** Milliseconds of CPU so far; the kernel counts in hundredths of a second. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Bytes of memory that are its own or shared. */
function memoryOf(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
}
