/** `save --from-json`: what it takes, what it refuses, and how it says so. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonFault, readSaveJson } from "../../src/cli/options/from-json.ts";
import { runs } from "../support/effort.ts";
import { runBuilt } from "../support/program.ts";
import { makeProject } from "../support/project.ts";
import { runGate, runJson } from "../support/terminal.ts";

test("all keys in all their forms", () => {
  const input = {
    progress_items: [
      { status: "completed", text: "a" },
      { status: "in_progress", text: "b", percentage: 40 },
      { status: "pending", text: "c", percentage: null },
    ],
    next_steps: ["n"],
    open_questions: [
      { question: "q", decision: null },
      { question: "r", decision: "d" },
    ],
    log: ["l"],
    decisions: ["d: r", { decision: "e", alternatives: ["f", "g"], impact: "h", notes: ["i"] }],
    learnings: [],
    files: ["a:created", { path: "b" }, { path: "c", status: "created", changes: ["x"] }],
    tests: ["[x] t", { text: "u", done: false }],
  };
  expect(readSaveJson(JSON.stringify(input))).toEqual({
    progress: [
      { status: "completed", text: "a" },
      { status: "in_progress", text: "b", percentage: 40 },
      { status: "pending", text: "c" },
    ],
    nextSteps: ["n"],
    openQuestions: [{ question: "q" }, { question: "r", decision: "d" }],
    log: ["l"],
    decisions: [
      { decision: "d", rationale: "r" },
      { decision: "e", notes: ["i", "Alternatives: f; g", "Impact: h"] },
    ],
    learnings: [],
    files: [
      { path: "a", status: "created" },
      { path: "b", status: "modified" },
      { path: "c", status: "created", changes: ["x"] },
    ],
    tests: [
      { text: "t", done: true },
      { text: "u", done: false },
    ],
  });
  expect(readSaveJson("{}")).toEqual({});
});

test.each([
  ["[]", "it is [], expected an object"],
  ["null", "it is null, expected an object"],
  ['{"progres": []}', "the key progres is not known"],
  ['{"__proto__": []}', "the key __proto__ is not known"],
  ['{"constructor": []}', "the key constructor is not known"],
  ['{"log": "x"}', 'log is "x", expected a list'],
  ['{"log": null}', "log is null, expected a list"],
  ['{"log": ["a", 5]}', "log[1] is 5, expected a text"],
  ['{"next_steps": [["a"]]}', 'next_steps[0] is ["a"], expected a text'],
  ['{"progress_items": ["a"]}', 'progress_items[0] is "a", expected an object'],
  [
    '{"progress_items": [{"status": "done", "text": "a"}]}',
    'progress_items[0].status is "done", expected completed, in_progress, pending, blocked',
  ],
  ['{"progress_items": [{"status": "pending"}]}', "progress_items[0].text is nothing, expected a text"],
  [
    '{"progress_items": [{"status": "pending", "text": "a", "percent": 5}]}',
    "the key progress_items[0].percent is not known",
  ],
  [
    '{"progress_items": [{"status": "pending", "text": "a", "percentage": 101}]}',
    "progress_items[0].percentage is 101, expected a whole number from 0 to 100",
  ],
  [
    '{"progress_items": [{"status": "pending", "text": "a", "percentage": "5"}]}',
    'progress_items[0].percentage is "5"',
  ],
  [
    '{"progress_items": [{"status": "pending", "text": "a", "percentage": 5.5}]}',
    "progress_items[0].percentage is 5.5",
  ],
  ['{"open_questions": [{"decision": "a"}]}', "open_questions[0].question is nothing, expected a text"],
  ['{"decisions": [{"decision": "a", "impact": [1]}]}', "decisions[0].impact[0] is 1, expected a text"],
  ['{"files": [{"path": "a", "status": "deleted"}]}', 'files[0].status is "deleted", expected created, modified'],
  ['{"tests": [{"text": "a", "done": "yes"}]}', 'tests[0].done is "yes", expected true or false'],
  ['{"tests": [{"text": "a"}]}', "tests[0].done is nothing, expected true or false"],
  [`{"log": ["ok", {"a": "${"x".repeat(99)}"}]}`, `log[1] is {"a":"${"x".repeat(34)}…, expected a text`],
])("%s is refused", (text, message) => {
  expect(() => readSaveJson(text)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  expect(() => readSaveJson(text)).toThrow(message);
});

test.each([
  ["", 1, 1],
  ["{", 1, 2],
  ['{\n  "log": ["a",]\n}', 2, 15],
  ['{"log": ["a"]', 1, 14],
  ['{"log": ["a"}', 1, 13],
  ['{"log" ["a"]}', 1, 8],
  ['{log: ["a"]}', 1, 2],
  ["{'log': []}", 1, 2],
  ['{"log": ["a"]} x', 1, 16],
  ['{\r\n"log": [tru]}', 2, 9],
  ['{"log": ["a\nb"]}', 1, 10],
  ["[01]", 1, 3],
])("the fault of %j is at %i:%i", (text, line, column) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonFault(text)).toEqual({ line, column });
  expect(() => readSaveJson(text)).toThrow(`Cannot read the JSON: unexpected text at line ${line}, column ${column}`);
});

test("a fault is found exactly where there is one", () => {
  const end = (text: string) => {
    const lines = text.split(/\r\n|\n|\r/);
    return { line: lines.length, column: lines.at(-1)!.length + 1 };
  };
  const pieces = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    "1",
    "-0.5e+1",
    "true",
    " ",
    "\n",
    '"\\u00e9"',
    '"\\x"',
    "01",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const fault = findJsonFault(text);
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      // The end of a text that parses is where anything more would be wrong.
      if (parses) expect(fault).toEqual(end(text));
    }),
    runs(2000),
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findJsonFault(text)).toEqual(end(text));
      expect(findJsonFault(`${text} @`)).toEqual(end(`${text} `));
    }),
  );
});

test("deep nesting and long texts are no trouble", () => {
  expect(findJsonFault("[".repeat(500_000))).toEqual({ line: 1, column: 500_001 });
  expect(findJsonFault(`"${"a".repeat(1_000_000)}`)).toEqual({ line: 1, column: 1 });
});

test("the lists of the JSON and of the flags are joined, the JSON first", async () => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  const input = JSON.stringify({ progress_items: [{ status: "completed", text: "a" }], log: ["from json"] });
  const ended = await runBuilt({ cwd: root, input }, "save", "--todo", "b", "--from-json", "-", "--blocked", "c");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(await runJson(root, "status")).toMatchObject({
    progress_items: [
      { status: "completed", text: "a" },
      { status: "pending", text: "b" },
      { status: "blocked", text: "c" },
    ],
  });
});

test("an empty list empties where it is the whole list, an absent one stays", async () => {
  const project = makeProject({ "save.json": '\ufeff{"progress_items": [], "replace": true}' });
  const { root } = project;
  await runGate(root, "start", "7", "--title", "Seven");
  await runGate(root, "save", "--done", "a", "--next", "b");
  await runGate(root, "save", "--from-json", "save.json");
  expect(await runJson(root, "status")).toMatchObject({ progress_items: [], next_steps: ["b"] });
});

test("items keep the order of the command line", async () => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  await runGate(
    root,
    "save",
    "--blocked",
    "1",
    "--done",
    "2",
    "--progress",
    "🔄 3 (5% done)",
    "--todo",
    "4",
    "--doing",
    "5th:6",
    "--done",
    "7",
  );
  const { progress_items } = await runJson(root, "status");
  expect((progress_items as { text: string }[]).map(({ text }) => text)).toEqual(["1", "2", "3", "4", "5th", "7"]);
});

test("every list goes to its place in the work file", async () => {
  const project = makeProject();
  const { root } = project;
  await runGate(root, "start", "7", "--title", "Seven");
  await runGate(
    root,
    "save",
    ...["--log", "L1", "--log", "L2", "--decision", "Use it: it works", "--learning", "Learned"],
    ...["--file", "src/a.ts:created", "--file", "src/b.ts", "--test", "[x] passes", "--test", "[ ] waits"],
  );
  const work = project.read(".claude/work/7.md");
  const expected = [
    "- L1\n- L2",
    "1. **Use it:** it works",
    "- Learned",
    "- src/a.ts (created)\n- src/b.ts (modified)",
    "- [x] passes\n- [ ] waits",
  ];
  for (const text of expected) expect(work).toContain(text);
});

test("a status can be saved as it was shown", async () => {
  const { root } = makeProject();
  await runGate(root, "start", "7", "--title", "Seven");
  await runGate(root, "save", "--doing", "a:5", "--todo", "b", "--next", "n", "--question", "q", "--question", "r → d");
  const shown = await runJson(root, "status");
  const { progress_items, next_steps, open_questions } = shown;
  const input = JSON.stringify({ progress_items, next_steps, open_questions });
  expect(await runBuilt({ cwd: root, input }, "save", "--from-json", "-")).toMatchObject({ code: 0 });
  expect(await runJson(root, "status")).toMatchObject({ progress_items, next_steps, open_questions });
});

test("offline writes to the work file alone", async () => {
  const project = makeProject();
  const { root } = project;
  await runGate(root, "start", "7", "--title", "Seven");
  project.write(".claude/state.md", "<<<<<<< ours\n## Active Work\n");
  const before = project.read(".claude/state.md");
  const result = await runJson(root, "save", "--offline", "--issue", "7", "--log", "still here");
  expect(result).toMatchObject({ success: true, work_file_updated: ".claude/work/7.md", revision: null });
  expect(project.read(".claude/state.md")).toBe(before);
  expect(project.read(".claude/work/7.md")).toContain("- still here");
});

test("more than 1 MiB is refused", async () => {
  const { root } = makeProject({
    ".claude/.gate/.gitignore": "*\n",
    "big.json": `{"log": ["${"x".repeat(1024 * 1024)}"]}`,
  });
  const ended = await runGate(root, "save", "--from-json", "big.json");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("it is larger than 1024 KiB");
});
