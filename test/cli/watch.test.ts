/** `gate watch` as users run it: in a pipe, at a terminal, beside other programs. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { splitWords as wordsOf } from "../../src/cli/program-words.ts";
import { keysIn, Stage } from "../../src/cli/watch/stage.ts";
import { PROGRAM, runProgram } from "../support/program.ts";
import { fixture, makeProject, type TestProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";
import { HAS_TERMINALS, KEYS, typeAt } from "../support/typing.ts";

const PATH = ".claude/state.md";
const STATE = fixture("read/format.md");
const FRESH = STATE.replaceAll("2024-10-23T14:30:00Z", `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`);
const DAMAGED = `${FRESH}\n<<<<<<< HEAD\n`;
const LEFT_SCREEN = "\u001b[?1049l";

function inOrder(): TestProject {
  return makeProject({ [PATH]: FRESH });
}

interface Following {
  readonly child: ChildProcess;
  readonly lines: string[];
  until(wanted: (line: string) => boolean): Promise<string>;
  ended(): Promise<number | null>;
}

function watching(root: string, ...args: string[]): Following {
  const child = spawn(process.execPath, [PROGRAM, "watch", ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: tmpdir() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  let rest = "";
  let wake = () => {};
  const take = (text: string) => {
    const parts = `${rest}${text}`.split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    wake();
  };
  child.stdout!.setEncoding("utf8").on("data", take);
  child.stderr!.setEncoding("utf8").on("data", take);
  const end = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    child,
    lines,
    async until(wanted) {
      for (let at = 0; ; ) {
        for (; at < lines.length; at++) if (wanted(lines[at]!)) return lines[at]!;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    ended: () => end,
  };
}

test("--json: what status says, then changes, in keys of their own order", async () => {
  const { root, write } = inOrder();
  const watch = watching(root, "--json");
  const ready = JSON.parse(await watch.until((line) => line.includes('"ready"')));
  expect(Object.keys(ready)).toEqual(["event", "timestamp", "root", "polling", "reason"]);
  const state = JSON.parse(await watch.until((line) => line.includes('"state"')));
  expect(Object.keys(state).slice(0, 3)).toEqual(["event", "timestamp", "path"]);
  const { event, timestamp, ...told } = state;
  expect(event).toBe("state");
  expect(timestamp).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
  expect(told).toEqual(await runJson(root, "status"));
  write(PATH, DAMAGED);
  const problem = JSON.parse(await watch.until((line) => line.includes('"problem"')));
  expect(problem).toMatchObject({ path: PATH, rule: "conflict-marker", severity: "error", column: 1, end_column: 13 });
  write(PATH, FRESH);
  await watch.until((line) => line.includes('"recovered"'));
  await runGate(root, "start", "7", "--title", "Seven \u202e");
  const started = await watch.until((line) => line.includes('"issue_number":7') && line.includes('"state"'));
  expect(started).toContain('"issue_title":"Seven \\u202e"');
  for (const line of watch.lines) expect(() => JSON.parse(line)).not.toThrow();
  watch.child.kill("SIGTERM");
  await watch.ended();
});

test("lines for people, where output is no terminal", async () => {
  const { root, write } = inOrder();
  const watch = watching(root);
  expect(await watch.until((line) => line.includes("  ready "))).toMatch(/^\S+Z {2}ready {6}watching /);
  expect(await watch.until((line) => line.includes("  state "))).toContain(
    "#1234 Add rate limiting to authentication, 1 of 3 done, recent",
  );
  write(PATH, DAMAGED);
  expect(await watch.until((line) => line.includes("  problem "))).toMatch(
    /\.claude\/state\.md:\d+:1 error conflict-marker /,
  );
  write(PATH, FRESH);
  expect(await watch.until((line) => line.includes("  recovered "))).toContain("is in order again");
  write(PATH, STATE.replaceAll("2024-10-23T14:30:00Z", "2024-10-23T14:30:00Z"));
  expect(await watch.until((line) => line.includes("  freshness "))).toMatch(
    /recent → stale, last updated \d+ hours ago$/,
  );
  await runGate(root, "batch", "create", "--feature", "One");
  write(".claude/batch_state.json", "{}");
  await watch.until((line) => line.includes("unreadable-batch"));
});

test.skipIf(process.platform === "win32")("a pipe that is closed ends it with 0 at the next event", async () => {
  const { root, write } = inOrder();
  const code = join(root, "code");
  const call = `{ '${process.execPath}' '${PROGRAM}' watch --json; echo $? > '${code}'; } | head -n 2`;
  const ended = runProgram("sh", ["-c", call], { cwd: root });
  for (let round = 0; !existsSync(code); round++) {
    write(PATH, FRESH.replace("Add rate", `Round ${round}`));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { stdout, stderr } = await ended;
  expect(stdout.trim().split("\n")).toHaveLength(2);
  expect(stderr).toBe("");
  expect(readFileSync(code, "utf8")).toBe("0\n");
});

test("a reader that went away while much is written ends it with 0", async () => {
  const { root, write } = inOrder();
  const watch = watching(root, "--json");
  await watch.until((line) => line.includes('"state"'));
  watch.child.stdout!.destroy();
  for (let round = 0; watch.child.exitCode === null; round++) {
    write(PATH, FRESH.replace("Add rate", `Round ${round}`));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await watch.ended()).toBe(0);
});

test("a reader that does not read for a while gets the last state, whole", async () => {
  const { root, write } = inOrder();
  const long = "x".repeat(20_000);
  const watch = watching(root, "--json");
  await watch.until((line) => line.includes('"state"'));
  watch.child.stdout!.pause();
  for (let round = 0; round < 200; round++) {
    write(PATH, FRESH.replace("Add rate", `Round ${round} ${long}`));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  watch.child.stdout!.resume();
  await watch.until((line) => line.includes("Round 199 "));
  expect(watch.lines.length).toBeLessThan(200);
  for (const line of watch.lines) expect(() => JSON.parse(line)).not.toThrow();
});

test("a project that is not there yet, and one that is asked for wrongly", async () => {
  const { root } = makeProject();
  const watch = watching(root, "--json", "--root", "later");
  await watch.until((line) => line.includes('"exists":false'));
  await runProgram("mkdir", [join(root, "later")], { cwd: root });
  await runGate(join(root, "later"), "init", "--root", ".");
  await watch.until((line) => line.includes('"exists":true'));
  for (const args of [["--poll", "0"], ["--poll", "soon"], ["--notify", "'"], ["--notify", ""], ["name"]]) {
    expect((await runGate(root, "watch", ...args)).code, args.join(" ")).toBe(2);
  }
  expect((await runGate(root, "watch", "--notify", "no-such-program-anywhere")).code).toBe(3);
});

describe("--notify", () => {
  const TELLER = `const fs = require("node:fs");
    fs.appendFileSync(process.argv[2], JSON.stringify({ given: process.argv.slice(3), event: JSON.parse(fs.readFileSync(0, "utf8")) }) + "\\n");`;

  function heardIn(root: string): { given: string[]; event: Record<string, unknown> }[] {
    const path = join(root, "heard");
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  test("a program is run when the state turns corrupt or stale, without a shell", async () => {
    const { root, write } = inOrder();
    writeFileSync(join(root, "teller.cjs"), TELLER);
    const command = `'${process.execPath}' teller.cjs heard "two words" $HOME; 'rm -rf' \\"`;
    const watch = watching(root, "--json", "--notify", command);
    await watch.until((line) => line.includes('"state"'));
    write(PATH, DAMAGED);
    await vi.waitFor(() => expect(heardIn(root)).toHaveLength(1), { timeout: 30_000 });
    const [first] = heardIn(root);
    expect(first!.given).toEqual(["two words", "$HOME;", "rm -rf", '"']);
    expect(first!.event).toMatchObject({ event: "state", valid: false, path: PATH });
    write(PATH, FRESH);
    await watch.until((line) => line.includes('"recovered"'));
    write(PATH, STATE);
    await vi.waitFor(() => expect(heardIn(root)).toHaveLength(2), { timeout: 30_000 });
    expect(heardIn(root)[1]!.event).toMatchObject({ event: "freshness", from: "recent", to: "stale" });
  });

  test.each([
    ["fails", `'${process.execPath}' -e 'process.exit(3)'`, "ended with 3"],
    ["is not there", "./nothing-here", "cannot be run (ENOENT)"],
  ])("one that %s is told of and ends nothing", async (_what, command, told) => {
    const { root, write } = inOrder();
    const watch = watching(root, "--notify", command);
    await watch.until((line) => line.includes("  state "));
    write(PATH, DAMAGED);
    expect(await watch.until((line) => line.includes("Cannot notify"))).toContain(told);
    write(PATH, FRESH);
    await watch.until((line) => line.includes("  recovered "));
  });
});

const splitWords = (text: string) => wordsOf(text, { name: "--notify", example: "true" });

test("words are parted as written, and nothing else is understood", () => {
  expect(splitWords("a  b\tc\n")).toEqual(["a", "b", "c"]);
  expect(splitWords(`a"b c"'d e'\\ f ''`)).toEqual(["ab cd e f", ""]);
  expect(splitWords(`"a\\"b\\\\c\\d" '\\' $x *|;~`)).toEqual(['a"b\\c\\d', "\\", "$x", "*|;~"]);
  for (const text of ["", "  ", "'a", 'a "b', "a\\", "''"])
    expect(() => splitWords(text), text).toThrow(/Cannot use --notify/);
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1 }), (words) => {
      expect(splitWords(words.map(quote).join(" "))).toEqual(words);
    }),
  );
});

describe.skipIf(!HAS_TERMINALS)("at a terminal", () => {
  const ready = "? help";

  test.each([
    ["q", "q", 0],
    ["Ctrl-C", KEYS.ctrlC, 0],
    ["Ctrl-D", KEYS.ctrlD, 0],
  ])("%s leaves it as it was", async (_name, key, code) => {
    const { root } = inOrder();
    const left = await typeAt({ cwd: root, typed: [[ready, key]] }, "watch");
    expect(left).toMatchObject({ code, restored: true });
    expect(left.raw.lastIndexOf(LEFT_SCREEN)).toBeGreaterThan(left.raw.lastIndexOf("\u001b[?1049h"));
    expect(left.text).toContain("#1234 Add rate limiting to authentication");
  });

  test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("%s leaves it as it was", async (signal) => {
    const { root } = inOrder();
    const left = await typeAt({ cwd: root, typed: [[ready, { signal }]] }, "watch");
    expect(left.raw).toContain("\u001b[?1049h");
    expect(left.restored).toBe(true);
    expect(left.raw.lastIndexOf(LEFT_SCREEN)).toBeGreaterThan(left.raw.lastIndexOf("\u001b[?1049h"));
  });

  test.each([
    [12, 3],
    [1, 1],
    [0, 0],
    [300, 100],
  ])("in a window of %d by %d", async (columns, rows) => {
    const { root } = inOrder();
    const typed = [
      ["", "?"],
      ["", "x"],
      ["", "q"],
    ] as const;
    const left = await typeAt({ cwd: root, size: [columns, rows], typed }, "watch");
    expect(left.code).toBe(0);
    expect(left.raw).toContain("\u001b[?1049h");
    expect(left.raw.trimEnd().endsWith(LEFT_SCREEN)).toBe(true);
  });

  test("NO_COLOR takes the colours and leaves the view; a dumb terminal gets lines", async () => {
    const { root } = inOrder();
    const sgr = /\u001b\[[0-9;]*m/;
    const typed = [[ready, "q"]] as const;
    expect((await typeAt({ cwd: root, typed }, "watch")).raw).toMatch(sgr);
    const plain = await typeAt({ cwd: root, typed, environment: { NO_COLOR: "1" } }, "watch");
    expect(plain.raw).not.toMatch(sgr);
    const dumb = await typeAt({ cwd: root, typed: [["  state ", KEYS.ctrlC]], environment: { TERM: "dumb" } }, "watch");
    expect(dumb.raw).not.toContain("\u001b");
  });

  test("other open issues and claims stand beside the active one, and follow what happens", async () => {
    const { root } = makeProject();
    const folder = join(root, ".git");
    mkdirSync(join(folder, "refs"), { recursive: true });
    mkdirSync(join(folder, "objects"));
    writeFileSync(join(folder, "HEAD"), "ref: refs/heads/main\n");
    for (const [issue, title] of [
      ["8", "Eight"],
      ["7", "Seven"],
    ] as const)
      await runGate(root, "start", issue, "--title", title);
    const switched = await typeAt(
      {
        cwd: root,
        size: [130, 30],
        typed: [
          [
            /Other open issues[\s\S]*#8 {2}paused {2}\d+m {2}Eight[\s\S]*Claims[\s\S]*#7 {2}\S+ {2}.*, until /,
            () => runGate(root, "start", "8"),
          ],
          [/#7 {2}paused {2}\d+m {2}Seven/, "q"],
        ],
      },
      "watch",
    );
    expect(switched).toMatchObject({ code: 0, restored: true });
  });

  test("c, h and ? show their texts, and r recovers and comes back", async () => {
    const project = inOrder();
    await runGate(project.root, "save", "--log", "Kept");
    const left = await typeAt(
      {
        cwd: project.root,
        typed: [
          [ready, "?"],
          ["any key goes back", "x"],
          [ready, "c"],
          ["0 errors", "x"],
          [ready, "h"],
          ["The versions of the documents", "x"],
          [ready, "q"],
        ],
      },
      "watch",
    );
    expect(left).toMatchObject({ code: 0, restored: true });
    project.write(PATH, `${project.read(PATH)}\n## Active Work\n`);
    const recovered = await typeAt(
      {
        cwd: project.root,
        typed: [
          ["Press r to recover", "r"],
          ["rebuild? [yes/no]", "yes\r"],
          ["Press Enter to go back", "\r"],
          ["? help", "q"],
        ],
      },
      "watch",
    );
    expect(recovered).toMatchObject({ code: 0, restored: true });
    expect(recovered.text).toContain("Rebuilt .claude/state.md");
    expect(await runJson(project.root, "status")).toMatchObject({ valid: true });
  });
});

test("suspended it gives the terminal back, continued it takes it again, also after a stop it did not see", () => {
  const written: string[] = [];
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => void raw.push(on) });
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24 });
  output.on("data", (data: Buffer) => written.push(String(data)));
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  const redraw = vi.fn();
  const keys: string[] = [];
  const before = process.listenerCount("SIGCONT");
  const stage = new Stage({ input, output } as never, true, { redraw, end: () => {}, key: (name) => keys.push(name) });
  stage.enter();
  input.write("\u001a");
  expect(kill).toHaveBeenLastCalledWith(process.pid, "SIGTSTP");
  process.emit("SIGTSTP");
  expect(kill).toHaveBeenLastCalledWith(process.pid, "SIGSTOP");
  expect(written.at(-1)).toContain(LEFT_SCREEN);
  expect(raw).toEqual([true, false]);
  process.emit("SIGCONT");
  expect(written.at(-1)).toContain("\u001b[?1049h");
  expect(raw).toEqual([true, false, true]);
  process.emit("SIGCONT");
  expect(raw).toEqual([true, false, true, false, true]);
  output.emit("resize");
  expect(redraw).toHaveBeenCalledTimes(4);
  input.write("a\u001b[A");
  expect(keys).toEqual(["a", "up"]);
  stage.leave();
  stage.leave();
  expect(raw.at(-1)).toBe(false);
  expect(process.listenerCount("SIGCONT")).toBe(before);
});

test("keys are told apart, whatever comes at once", () => {
  expect(keysIn("qé🎉\u001b[A\u001bOB\u001b[5~\u001b[6~ \u001b[1;5C\u001b")).toEqual([
    "q",
    "é",
    "🎉",
    "up",
    "down",
    "page up",
    "page down",
    "page down",
    "\u001b[1;5C",
    "\u001b",
  ]);
});
