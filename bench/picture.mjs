/**
 * The picture of `gate watch` in the README: the built program at a terminal of its own,
 * in a project made for it, and its last frame as SVG. Run it by hand after a build;
 * with `--recorded` it prints the picture of the frame that was recorded last.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eastAsianWidth } from "get-east-asian-width";

const ROOT = join(import.meta.dirname, "..");
const PROGRAM = join(ROOT, "dist/bin.cjs");
const [RECORDING, PICTURE] = ["watch.ansi", "watch.svg"].map((name) => join(ROOT, "docs/pictures", name));
const [COLUMNS, ROWS] = [120, 26];
const [WIDTH, HEIGHT, MARGIN] = [8.4, 19, 16];
/** What the codes of `cli/style.ts` look like, on a background that the picture brings along. */
const LOOKS = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 36: "c" };
const CSS = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}
.b{font-weight:bold}.d{fill:#9198a1}.r{fill:#ff7b72}.g{fill:#56d364}.y{fill:#e3b341}.c{fill:#76e3ea}`;

if (process.argv.includes("--recorded")) process.stdout.write(svgOf(readFileSync(RECORDING, "utf8")));
else {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "gate-")));
  try {
    const project = join(folder, "project");
    makeProject(project);
    const frame = timeless(await lastFrame(project), project);
    writeFileSync(RECORDING, frame);
    writeFileSync(PICTURE, svgOf(frame));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One issue active, two left for it, one of them claimed by another worktree. */
function makeProject(project) {
  mkdirSync(project);
  const run = (program, ...args) => execFileSync(program, args, { cwd: project, stdio: "pipe" });
  const gate = (...args) => run(process.execPath, PROGRAM, ...args);
  run("git", "init", "-q", "-b", "main");
  run("git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "First");
  gate("start", "8", "--title", "Update the licence", "--branch", "chore/8");
  gate("save", "--done", "Ask the authors", "--todo", "Replace the text");
  gate("start", "17", "--title", "Sort the search results", "--branch", "feature/17");
  gate("save", "--done", "Sort by date", "--done", "Sort by name", "--doing", "Remember the order:30");
  gate("start", "31", "--title", "Say why a login failed");
  gate("done");
  run("git", "checkout", "-q", "-b", "fix/42");
  gate("start", "42", "--title", "Rate limit the login", "--branch", "fix/42", "--url", "https://example.org/42");
  gate("save", "--done", "Read the middleware", "--doing", "Write the limiter:80", "--todo", "Tests");
  gate("save", "--next", "Pick a store", "--next", "Test with a full one");
  gate("save", "--question", "Per IP or per user?", "--decision", "Per user, per IP without one");
  for (const [issue, hours] of [
    [17, 26],
    [8, 73],
  ]) {
    const path = join(project, `.claude/work/${issue}.md`);
    const time = `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;
    writeFileSync(path, readFileSync(path, "utf8").replace(/(?<=Updated:\*\* )\S+/, time));
  }
  run("git", "worktree", "add", "-q", "../search", "-b", "feature/17");
  gate("release", "17");
  gate("release", "8");
  gate("claim", "17", "--root", join(project, "../search"));
}

/** The rows as they stood when the view had been quiet for a while. */
async function lastFrame(project) {
  const call = `stty cols ${COLUMNS} rows ${ROWS}; '${process.execPath}' '${PROGRAM}' watch`;
  const env = { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh", NO_COLOR: "" };
  const child = spawn("script", ["-qec", call, "/dev/null"], { cwd: project, env, stdio: ["pipe", "pipe", "inherit"] });
  let written = "";
  let quiet;
  child.stdout.setEncoding("utf8").on("data", (part) => {
    written += part;
    clearTimeout(quiet);
    quiet = setTimeout(() => child.stdin.write("q"), 3000);
  });
  await new Promise((resolve) => child.on("close", resolve));
  const rows = Array.from({ length: ROWS }, () => "");
  const frames = written.slice(0, written.lastIndexOf("\u001b[?1049l"));
  for (const [, row, text] of frames.matchAll(/\u001b\[(\d+);1H(.*?)(?=\u001b\[(?:\d+;1H|\?))/gs)) {
    rows[row - 1] = text.replaceAll("\u001b[K", "");
  }
  return `${rows.join("\n")}\n`;
}

/** The frame without what is another one each time: moments, the folder, whose machine it is. */
function timeless(frame, project) {
  return frame
    .replaceAll(project, "~/project".padEnd(project.length))
    .replace(/\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?/g, (time) => "2026-11-30T16:30:00Z".slice(0, time.length))
    .replace(/\S+@\S+(?= )/g, "ana@laptop");
}

function svgOf(frame) {
  const rows = frame.trimEnd().split("\n");
  const plain = rows.map((row) =>
    row
      .replace(/\u001b\[\d+G/g, "   ")
      .replace(/\u001b\[\d+m/g, "")
      .trimEnd(),
  );
  const [width, height] = [Math.round(COLUMNS * WIDTH + 2 * MARGIN), rows.length * HEIGHT + 2 * MARGIN];
  const lines = rows.flatMap((row, at) => runsOf(row).map((run) => textOf(run, MARGIN + (at + 0.75) * HEIGHT)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title text">
<title id="title">gate watch in a terminal of ${COLUMNS} columns</title>
<desc id="text">${escaped(plain.join("\n"))}</desc>
<style>${CSS}</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#3d444d"/>
${lines.join("\n")}
</svg>
`;
}

/** The parts of a row that stand beside each other in one look; what is wide stands alone, at its own column. */
function runsOf(row) {
  const runs = [];
  const looks = new Set();
  let column = 0;
  for (const [, code, kind, text] of row.matchAll(/\u001b\[(\d+)([mG])|([^\u001b]+)/g)) {
    if (kind === "G") column = code - 1;
    else if (kind === "m") {
      if (LOOKS[code]) looks.add(LOOKS[code]);
      else for (const look of code === "22" ? "bd" : "rgyc") looks.delete(look);
    }
    for (const part of text?.match(/[ -~─-▟●→…]+|\p{RGI_Emoji}|./gsv) ?? []) {
      const shown = part.trim();
      const before = part.length - part.trimStart().length;
      if (shown !== "") runs.push({ column: column + before, part: shown, look: [...looks].join(" ") });
      column += columnsOf(part);
    }
  }
  return runs;
}

function columnsOf(part) {
  if (/^[ -~─-▟●→…]/.test(part)) return part.length;
  return part.includes("\ufe0f") ? 2 : eastAsianWidth(part.codePointAt(0));
}

function textOf({ column, part, look }, y) {
  const [x, length] = [MARGIN + column * WIDTH, columnsOf(part) * WIDTH].map((each) => +each.toFixed(1));
  const named = look === "" ? "" : ` class="${look}"`;
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${named} xml:space="preserve">${escaped(part)}</text>`;
}

function escaped(text) {
  return text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character]);
}
