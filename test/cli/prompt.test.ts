/** Prompts that are drawn, at a real terminal: what is shown, what each key does, and how the terminal is left. */
import { describe, expect, test } from "vitest";
import { columnsOf } from "../../src/cli/views/columns.ts";
import { linesFor } from "../../src/cli/views/suggestions.ts";
import type { Suggestion } from "../../src/gate/documents/reconstruct.ts";
import { terminalColumns } from "../support/columns.ts";
import { listTree } from "../support/program.ts";
import { makeProject, type TestProject } from "../support/project.ts";
import { ctrlC, runAtTerminal, runGate, runJson } from "../support/terminal.ts";
import { HAS_TERMINALS, KEYS, type Terminal, typeAt } from "../support/typing.ts";

const { up, down, enter, ctrlC: interrupt, ctrlD } = KEYS;
const WHICH = "Which one shall be active?";
const HELP = "Enter: confirm";
const WRITE = "Write this?";
const STATE = ".claude/state.md";

interface Work {
  readonly issue: number;
  readonly title: string;
  readonly hours: number;
  readonly status?: string;
  readonly items?: readonly string[];
}

function workFile({ issue, title, hours, status = "in_progress", items = [] }: Work): string {
  const time = `${new Date(Date.now() - hours * 3_600_000 - 1000).toISOString().slice(0, 19)}Z`;
  return `# Issue #${issue}: ${title}

**GitHub:** https://example.org/${issue}
**Status:** ${status}
**Started:** ${time}
**Last Updated:** ${time}

## Progress Log

### ${time}
- said something

### ${time}
${items.map((item) => `- ${item}\n`).join("")}
## Next Actions

1. Go on
`;
}

function makeWork(...works: readonly Work[]): TestProject {
  return makeProject(Object.fromEntries(works.map((work) => [`.claude/work/${work.issue}.md`, workFile(work)])));
}

const SEVEN = { issue: 7, title: "Seven", hours: 2, items: ["✅ a", "✅ b", "🔄 c (40% done)", "⏸️ d", "❌ e"] };
const EIGHT = { issue: 8, title: "Eight", hours: 30 };
const NINE = { issue: 9, title: "Nine", hours: 80, status: "completed" };

/** Types at the list, and at the question behind it. */
function answer(project: TestProject, keys: string, consent?: string): Pick<Terminal, "cwd" | "typed"> {
  return { cwd: project.root, typed: [[HELP, keys], ...(consent === undefined ? [] : [[WRITE, consent] as const])] };
}

describe.runIf(HAS_TERMINALS)("reconstruct at a terminal", () => {
  test("shows the list, the state file that would be written, and writes it after a yes", async () => {
    const project = makeWork(SEVEN, EIGHT, NINE);
    const before = project.read(".claude/work/8.md");
    const ended = await typeAt(answer(project, down + enter, "y"), "reconstruct");
    expect(ended.text).toMatch(/#7 {2}Seven {2}2 of 5 done {2}2 hours ago \(recent\)/);
    expect(ended.text).toMatch(/#8 {2}Eight {15}1 day ago \(moderate\)/);
    expect(ended.text).toMatch(/#9 {2}Nine {3}completed {4}3 days ago \(stale\)/);
    expect(ended.text).toContain("None of these");
    expect(ended.raw).toContain("\u001b[32m+**Current Issue:** #8 - Eight\u001b[39m");
    expect(ended.text.indexOf("+**Current Issue:** #8")).toBeLessThan(ended.text.indexOf(WRITE));
    expect(ended.text).toContain("Active work set to #8 - Eight");
    expect(ended).toMatchObject({ code: 0, restored: true });
    expect(await runJson(project.root, "status")).toMatchObject({ issue_number: 8, valid: true });
    expect(project.read(".claude/work/8.md")).toBe(before);
  });

  test.each([
    ["the left key and Enter", `${up}${enter}`],
    ["j, k and Enter at the list, y at the question", "y"],
  ])("%s say yes too", async (_name, consent) => {
    const project = makeWork(SEVEN, EIGHT);
    expect(await typeAt(answer(project, `jjk${enter}`, consent), "reconstruct")).toMatchObject({ code: 0 });
    expect(await runJson(project.root, "status")).toMatchObject({ issue_number: 8 });
  });

  test.each([
    ["n", "n"],
    ["Enter alone", enter],
    ["the end of input", ctrlD],
  ])("%s at the question declines", async (_name, consent) => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt(answer(project, enter, consent), "reconstruct");
    expect(ended).toMatchObject({ code: 3, restored: true });
    expect(ended.text).toContain("error: Cannot make #7 the active work: it was declined");
    expect(listTree(project.root)).toEqual(before);
  });

  test.each([
    ["Ctrl-C at the list", [interrupt]],
    ["Escape at the list", [KEYS.escape]],
    ["Ctrl-Z at the list", [KEYS.ctrlZ]],
    ["Ctrl-C at the question", [enter, interrupt]],
    ["Escape at the question", [down + enter, KEYS.escape]],
  ] as const)("%s exits with 130 and touches nothing", async (_name, [keys, consent]) => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt(answer(project, keys, consent), "reconstruct");
    expect(ended).toMatchObject({ code: 130, restored: true });
    expect(ended.text).not.toContain("error:");
    expect(listTree(project.root)).toEqual(before);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s leaves the terminal as it was", async (signal, code) => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt({ cwd: project.root, typed: [[HELP, { signal }]] }, "reconstruct");
    expect(ended).toMatchObject({ code, restored: true });
    expect(listTree(project.root)).toEqual(before);
  });

  test.each([
    ["None of these", up + enter],
    ["the end of input", ctrlD],
  ])("%s changes nothing", async (_name, keys) => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt(answer(project, keys), "reconstruct");
    expect(ended).toMatchObject({ code: 0, restored: true });
    expect(ended.text).toContain("None was chosen, and nothing was changed.");
    expect(ended.text).not.toContain(WRITE);
    expect(listTree(project.root)).toEqual(before);
  });

  test("what is typed before the result is shown is no consent to it", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt(answer(project, `${enter}y`, interrupt), "reconstruct");
    expect(ended.code).toBe(130);
    expect(listTree(project.root)).toEqual(before);
  });

  test("a dry run chooses, shows the same diff on standard output and writes nothing", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt(answer(project, enter), "reconstruct", "--dry-run");
    expect(ended.code).toBe(0);
    expect(ended.text).toContain("+**Current Issue:** #7 - Seven");
    expect(ended.text).toContain("Dry run: nothing was written.");
    expect(listTree(project.root)).toEqual(before);
  });

  test("what cannot be read is named above the list", async () => {
    const project = makeWork(SEVEN);
    project.write(".claude/work/notes.md", "# Words\n");
    const { text } = await typeAt(answer(project, interrupt), "reconstruct");
    expect(text.indexOf("Skipped, because they cannot be read")).toBeLessThan(text.indexOf(WHICH));
    expect(text).toContain(".claude/work/notes.md  ");
  });

  test("text from files cannot steer the terminal", async () => {
    const project = makeWork({ ...SEVEN, title: "a\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eb" });
    const { raw, text } = await typeAt(answer(project, enter, "n"), "reconstruct");
    expect(text).toContain("a\\u{1b}]0;owned\\u{7}");
    expect(raw).not.toMatch(/\u001b\]|\u0007|\u001b\[2J|\u009b|\u202e/);
  });

  test("thirty fit on a screen of 80 columns and 24 rows, and all can be reached", async () => {
    const works = Array.from({ length: 30 }, (_, at) => ({
      issue: 1000 + at,
      title: `A piece of work with a title that is longer than the screen is wide, number ${at}`,
      hours: at * 5,
      items: ["✅ a", "⏸️ b"],
    }));
    const project = makeWork(...works);
    const ended = await typeAt(answer(project, up + up + enter, "n"), "reconstruct");
    const [frame = ""] = ended.text.split(HELP);
    const lines = frame.split(/\r?\n/);
    expect(lines.length).toBeLessThan(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => /[●○] #10\d\d {2}A piece of .*… {2}1 of 2 done {2}/.test(line)).length).toBe(9);
    expect(ended.text).toContain("+**Current Issue:** #1029 - ");
    const whole = ended.text.replace(/\s+│?\s*/g, " ");
    expect(whole).toContain("(A piece of work with a title that is longer than the screen is wide, number 29)");
  });

  test("thirty fit on a screen of 40 columns and 15 rows, wide titles too, and all can be reached", async () => {
    const titles = [
      "制限を追加する速度制限ミドルウェアの実装",
      "Party 🎉 of words that is longer than the screen is wide",
    ];
    const works = Array.from({ length: 30 }, (_, at) => ({ issue: 1000 + at, title: titles[at % 2]!, hours: at * 5 }));
    const project = makeWork(...works);
    const size = [40, 15] as const;
    const ended = await typeAt({ ...answer(project, up + up + enter, "n"), size }, "reconstruct");
    const [frame = ""] = ended.text.split(HELP);
    const lines = frame.split(/\r?\n/);
    expect(lines.length).toBeLessThan(15);
    for (const line of lines) expect(terminalColumns(line.trimEnd()), line).toBeLessThan(40);
    expect(
      lines.filter((line) => /^[●○] #10\d\d {2}(?:制限を|Party 🎉).*… +(?:just now|\d.* ago)$/.test(line.trimEnd()))
        .length,
    ).toBe(8);
    expect(ended.text).toContain("+**Current Issue:** #1029 - ");
    expect(ended).toMatchObject({ code: 3, restored: true });
    const typed = [
      ["[1 to 10, #issue, or nothing for none] ", `11${enter}`],
      ["11 is none of them.", `#1029${enter}`],
      ["[yes/no] ", `maybe${enter}`],
      ["neither yes nor no", `n${enter}`],
    ] as const;
    const byLine = await typeAt({ cwd: project.root, typed, size, environment: { TERM: "dumb" } }, "reconstruct");
    const [list = ""] = byLine.text.split("Which one");
    const rows = list.trimEnd().split(/\r?\n/);
    expect(rows).toHaveLength(11);
    expect(rows.at(-1)).toBe("and 20 older ones, chosen by #issue");
    for (const line of rows) expect(terminalColumns(line), line).toBeLessThanOrEqual(40);
    expect(byLine.text).toContain("+**Current Issue:** #1029 - ");
    expect(byLine.code).toBe(3);
  });

  test("nothing is coloured with NO_COLOR", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const ended = await typeAt({ ...answer(project, enter, "n"), environment: { NO_COLOR: "1" } }, "reconstruct");
    expect(ended.code).toBe(3);
    expect(ended.raw).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test("a terminal that does not know its size is taken for a usual one", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const ended = await typeAt({ ...answer(project, enter, "y"), size: [0, 0] }, "reconstruct");
    expect(ended).toMatchObject({ code: 0, restored: true });
  });

  test("standard output holds the result alone", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const ended = await typeAt({ ...answer(project, enter, "y"), redirect: ">out.txt" }, "reconstruct");
    expect(ended.code).toBe(0);
    expect(project.read("out.txt")).toBe("Active work set to #7 - Seven\nWork file: .claude/work/7.md (recent)\n");
  });

  test.each([
    ["a dumb terminal", { environment: { TERM: "dumb" } }],
    ["standard error elsewhere", { redirect: "2>&1 | cat" }],
  ])("%s is asked by the line", async (_name, terminal) => {
    const project = makeWork(SEVEN, EIGHT);
    const typed = [
      ["nothing for none] ", `#8${enter}`],
      ["[yes/no] ", `yes${enter}`],
    ] as const;
    const ended = await typeAt({ cwd: project.root, typed, ...terminal }, "reconstruct");
    expect(ended.code).toBe(0);
    expect(ended.text).toMatch(/1\. #7 {2}Seven {2}2 of 5 done {2}2 hours ago \(recent\)/);
    expect(ended.raw).not.toContain("\u001b[?25l");
    expect(await runJson(project.root, "status")).toMatchObject({ issue_number: 8 });
  });
});

describe.runIf(HAS_TERMINALS)("start without a number at a terminal", () => {
  test("starts what is chosen, as with its number, and asks no second time", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const ended = await typeAt(answer(project, down + enter), "start", "--branch", "fix/8");
    expect(ended).toMatchObject({ code: 0, restored: true });
    expect(ended.text).toContain("Active work set to #8 - Eight");
    expect(ended.text).not.toContain(WRITE);
    expect(await runJson(project.root, "status")).toMatchObject({ issue_number: 8, branch: "fix/8" });
    const other = await typeAt(answer(project, enter), "start");
    expect(other.text).toContain("#8 is paused: `gate start 8` comes back to it.");
  });

  test.each([
    ["None of these", up + enter, 3],
    ["the end of input", ctrlD, 3],
    ["Ctrl-C", interrupt, 130],
    ["Escape", KEYS.escape, 130],
  ])("%s starts nothing", async (_name, keys, code) => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const ended = await typeAt(answer(project, keys), "start");
    expect(ended).toMatchObject({ code, restored: true });
    expect(ended.text.includes("error: Cannot start work: none was chosen")).toBe(code === 3);
    expect(listTree(project.root)).toEqual(before);
  });

  test("asks by the line where nothing can be drawn", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const typed = [["nothing for none] ", `8${enter}`]] as const;
    const ended = await typeAt({ cwd: project.root, typed, environment: { TERM: "dumb" } }, "start");
    expect(ended.code).toBe(0);
    expect(ended.text).not.toContain("gate reconstruct --select");
    expect(await runJson(project.root, "status")).toMatchObject({ issue_number: 8 });
  });
});

describe("start without a number where nobody can be asked", () => {
  const NEW = "Run `gate start N --title T` to begin with an issue.";

  test("says what to give, and names what there is", async () => {
    const project = makeWork(SEVEN, EIGHT);
    const before = listTree(project.root);
    const alone = await runGate(project.root, "start");
    expect(alone.code).toBe(2);
    expect(alone.stderr).toBe(
      "error: Cannot run gate start: no issue number is given\n" +
        "  Run `gate start N` to go on with one of these: #7 Seven (2 hours ago), #8 Eight (1 day ago). " +
        "Run `gate start N --title T` to begin with another.\n",
    );
    for (const flag of ["--no-input", "--json", "--quiet", "--yes"]) {
      const ended = await runAtTerminal({ cwd: project.root, answers: ["7"] }, "start", flag);
      expect(ended.code).toBe(2);
      expect(ended.stderr).not.toContain(WHICH);
    }
    expect(await runJson(project.root, "start")).toMatchObject({ error: { code: "INVALID_ARGUMENT" } });
    expect(listTree(project.root)).toEqual(before);
  });

  test("there is nothing to choose from", async () => {
    const { root } = makeProject();
    const ended = await runAtTerminal({ cwd: root, answers: ["7"] }, "start");
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(NEW) });
    expect(await runJson(root, "start")).toMatchObject({ error: { code: "INVALID_ARGUMENT", hint: NEW } });
  });
});

test("without a drawn prompt Ctrl-C exits with 130 as well", async () => {
  const project = makeWork(SEVEN, EIGHT);
  const before = listTree(project.root);
  expect(await runAtTerminal({ cwd: project.root, answers: [ctrlC] }, "start")).toMatchObject({ code: 130 });
  expect(await runAtTerminal({ cwd: project.root, answers: [ctrlC] }, "reconstruct")).toMatchObject({ code: 130 });
  expect(await runAtTerminal({ cwd: project.root, answers: ["7", ctrlC] }, "reconstruct")).toMatchObject({ code: 130 });
  expect(listTree(project.root)).toEqual(before);
  expect(project.exists(STATE)).toBe(false);
});

describe("the lines of the list", () => {
  const suggestion = (title: string, more: Partial<Suggestion> = {}): Suggestion => ({
    issueNumber: 7,
    title,
    lastUpdated: undefined,
    recency: undefined,
    status: undefined,
    freshness: undefined,
    progress: undefined,
    ...more,
  });

  test("stand in columns, wide characters counted as the terminal does", () => {
    const lines = linesFor(
      [suggestion("制限を"), suggestion("e\u0301e\u0301", { issueNumber: 1234, progress: { completed: 0, total: 3 } })],
      80,
    );
    expect(lines).toEqual([
      { label: "#7     制限を               no date" },
      { label: "#1234  e\u0301e\u0301      0 of 3 done  no date" },
    ]);
  });

  test("have the beginning of a title that does not fit, and what can be read of it beside it", () => {
    const [line] = linesFor([suggestion("x".repeat(1_000_000))], 40);
    expect(line).toEqual({ label: `#7  ${"x".repeat(26)}…  no date`, hint: `${"x".repeat(159)}…` });
    const [wide] = linesFor([suggestion("制".repeat(30))], 40);
    expect(wide!.label).toBe(`#7  ${"制".repeat(13)}…  no date`);
  });

  test("fit into few columns: freshness goes first, then progress, then the age", () => {
    const known = { recency: "2 hours ago", freshness: "recent", progress: { completed: 2, total: 5 } } as const;
    const lineIn = (width: number) => linesFor([suggestion("制限🎉".repeat(9), known)], width)[0]!.label;
    expect(lineIn(55)).toBe("#7  制限🎉制限🎉制…  2 of 5 done  2 hours ago (recent)");
    expect(lineIn(50)).toBe("#7  制限🎉制限🎉制限🎉…  2 of 5 done  2 hours ago");
    expect(lineIn(40)).toBe("#7  制限🎉制限🎉制限🎉制限…  2 hours ago");
    expect(lineIn(24)).toBe("#7  制限🎉制限🎉制限🎉…");
    expect(lineIn(1)).toBe("#7  …");
    for (let width = 8; width < 100; width++) expect(columnsOf(lineIn(width)), `${width}`).toBeLessThanOrEqual(width);
  });
});
