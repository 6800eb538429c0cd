import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_UPDATE, updateWork } from "../../src/changes/update-work.ts";
import { droppedItems } from "../../src/document/dropped.ts";
import { type ProofRun, printRun, proofOf, readRun, testsIn } from "../../src/document/tests.ts";
import { parseWork } from "../../src/document/work.ts";
import { DROPPED, testContent, workContentOf } from "../../src/document/work-content.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { sourceOf } from "../../src/text/source.ts";
import { line } from "../support/arbitraries.ts";
import { NOW } from "../support/clock.ts";
import { runs } from "../support/effort.ts";

const TREE = "0123456789abcdef".repeat(4);
const COMMIT = "89abcdef".repeat(5);
const RUN: ProofRun = {
  ...{ command: "npm test", exitCode: 0, timestamp: "2024-10-23T16:30:00Z", commit: COMMIT, tree: TREE },
};
const SAID = `\`npm test\` → exit 0, 2024-10-23T16:30:00Z, commit ${COMMIT}, tree sha256:${TREE}`;
const HEAD =
  "# Issue #7: Seven\n\n**Status:** in_progress\n**Started:** 2024-10-22T10:00:00Z\n**Last Updated:** 2024-10-23T10:00:00Z\n";
const workOf = (...lines: readonly string[]) => parseWork(sourceOf(`${HEAD}\n${lines.join("\n")}\n`));

test("a run is one line that a person reads", () => {
  expect(printRun(RUN)).toBe(SAID);
  const bare = { ...RUN, commit: undefined, tree: undefined };
  expect(printRun(bare)).toBe("`npm test` → exit 0, 2024-10-23T16:30:00Z");
  expect(printRun({ ...bare, exitCode: undefined, signal: "SIGKILL" })).toBe(
    "`npm test` → ended by SIGKILL, 2024-10-23T16:30:00Z",
  );
});

test("a run is read with any bullet, and nothing else is one", () => {
  for (const bullet of ["", "- ", "* ", "+\t"]) expect(readRun(bullet + SAID)).toEqual(RUN);
  for (const other of [
    "",
    "- npm test → exit 0, 2024-10-23T16:30:00Z",
    "- `npm test` → exit 0",
    "- `npm test` → exit zero, 2024-10-23T16:30:00Z",
    "- `npm test` → exit 0, yesterday",
    "- `npm test` → exit 0, 2024-13-23T16:30:00Z",
    "- `npm test` → exit 0, 2024-10-23T16:30:00Z, commit main",
    "- `npm test` → exit 0, 2024-10-23T16:30:00Z, tree sha256:12",
    "- `` → exit 0, 2024-10-23T16:30:00Z",
    "- `npm test → exit 0, 2024-10-23T16:30:00Z",
    `- ${"`".repeat(50_000)} → exit 0`,
  ]) {
    expect(readRun(other), other.slice(0, 99)).toBeUndefined();
  }
});

const command = fc.oneof(
  line,
  fc.stringMatching(/^[` ]*[`a→ \\<!\-&;*_[\]()#|~]+$/).map((text) => text.trim() || "x"),
  fc.constantFrom(
    "`",
    "``a`",
    "a `b` → exit 0, 2024-10-23T16:30:00Z",
    "<!-- x",
    "--> <b>",
    "` - [x] y",
    "# a",
    "\\`",
    "&amp;",
  ),
);
const run = fc
  .record({
    command,
    exitCode: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
    commit: fc.constantFrom(undefined, COMMIT),
    tree: fc.constantFrom(undefined, TREE),
  })
  .map(
    ({ exitCode, ...rest }): ProofRun => ({
      ...rest,
      exitCode,
      timestamp: RUN.timestamp,
      ...(exitCode === undefined && { signal: "SIGTERM" }),
    }),
  );

test("any run reads back as it was given, in the file too, and makes no other structure", () => {
  fc.assert(
    fc.property(run, line, (proof, name) => {
      expect(readRun(printRun(proof))).toEqual(proof);
      const before = workOf("## Tests", "", "- [ ] Other", "", "## Next Actions", "", "- [ ] Go on");
      const edits = updateWork(before, { ...EMPTY_UPDATE, tests: [{ text: name, done: true, proof }] }, NOW);
      const after = parseWork(sourceOf(applyEdits(before.text, edits)));
      expect(after.sections.map(({ title }) => title)).toEqual(before.sections.map(({ title }) => title));
      expect(testsIn(after).at(-1)).toEqual({ name, passed: true, run: proof });
      expect(Object.keys(after.fields)).toEqual(Object.keys(before.fields));
    }),
    runs(200),
  );
});

test("the last run stands in place of the one before, and what a person wrote stays", () => {
  const before = workOf(
    "## Tests",
    "",
    "* [ ] Tests pass",
    "  on two lines",
    "  * see ci.yml",
    `  * ${SAID}`,
    "    deeper",
    `  * ${SAID}`,
    "  * and more",
    "* [x] Other",
  );
  const proof = { ...RUN, command: "make", exitCode: 2 };
  const given = [{ text: "Tests pass on two lines", done: false, proof }];
  const text = applyEdits(before.text, updateWork(before, { ...EMPTY_UPDATE, tests: given }, NOW));
  expect(text.slice(text.indexOf("## Tests")).split("\n")).toEqual([
    ...["## Tests", "", "* [ ] Tests pass", "  on two lines", "  * see ci.yml", "    deeper"],
    `  * ${printRun(proof)}`,
    ...["  * and more", "* [x] Other", ""],
  ]);
  const added = workOf("## Tests", "", "- Tests pass", "  - see ci.yml", "", "## Next Actions");
  const again = applyEdits(
    added.text,
    updateWork(added, { ...EMPTY_UPDATE, tests: [{ text: "Tests pass", done: true, proof: RUN }] }, NOW),
  );
  expect(again).toContain(`- [x] Tests pass\n  - see ci.yml\n  - ${SAID}\n\n## Next Actions`);
});

test.each([
  ["proven on the very files", "[x]", RUN, TREE, "proven"],
  ["stale on others", "[x]", RUN, COMMIT.padEnd(64, "0"), "stale"],
  ["stale where nobody can tell", "[x]", RUN, undefined, "stale"],
  ["unproven where it failed", "[ ]", { ...RUN, exitCode: 1 }, TREE, "unproven"],
  ["unproven where a signal ended it", "[ ]", { ...RUN, exitCode: undefined, signal: "SIGINT" }, TREE, "unproven"],
  ["unproven where somebody took the box away", "[ ]", RUN, TREE, "unproven"],
  ["unproven where nobody knew the files", "[x]", { ...RUN, tree: undefined }, TREE, "unproven"],
  ["proven without a box", "", RUN, TREE, "proven"],
])("%s", (_name, box, proof, tree, state) => {
  const document = workOf("## Tests", "", `- ${box} Tests pass`.replace("  ", " "), `  - ${printRun(proof)}`);
  expect(workContentOf(document, tree).tests).toEqual([
    {
      ...{ name: "Tests pass", passed: box === "" ? undefined : box === "[x]", command: "npm test" },
      ...{ exitCode: proof.exitCode, timestamp: proof.timestamp, commit: COMMIT, state },
    },
  ]);
});

test("a test without a run is unproven, and a project without a work file has none", () => {
  const [only] = testsIn(workOf("## Tests", "", "- [x] By hand"));
  expect(testContent(only!, TREE)).toEqual({
    ...{ name: "By hand", passed: true, command: undefined, exitCode: undefined },
    ...{ timestamp: undefined, commit: undefined, state: "unproven" },
  });
  expect(testsIn(undefined)).toEqual([]);
});

test("items are proven by the tests of their names", () => {
  const document = workOf(
    "## Tests",
    "",
    "- [x] A",
    `  - ${SAID}`,
    "- [x] B",
    `  - ${SAID.replace(TREE, "0".repeat(64))}`,
    "- [ ] C",
  );
  expect(proofOf(["A", "B", "C", "D"], testsIn(document), TREE)).toEqual({
    proven: ["A"],
    stale: ["B"],
    unproven: ["C", "D"],
  });
});

test("what was dropped and never completed is found in the log", () => {
  const document = workOf(
    "## Progress Log",
    ...["", "### 2024-10-23T15:00:00Z", "- ✅ Completed later", `- ${DROPPED}✅ Done before`],
    ...["", "### 2024-10-23T14:00:00Z", `- ${DROPPED}⏸️ Back in the list`, `- ${DROPPED}🔄 Half (40% done)`],
    ...["", "### 2024-10-23T13:00:00Z", `- ${DROPPED}⏸️ Completed later`, `- ${DROPPED}❌ A \\<!-- b`],
    ...["", "### whenever", `- ${DROPPED}[ ] By hand`, "- Talked about what was Dropped: nothing"],
    ...["", "### 2024-10-21T10:00:00Z", `- ${DROPPED}⏸️ Before the start`],
  );
  const about = { since: "2024-10-22T10:00:00Z", there: ["Back in the list"] };
  expect(droppedItems(document, about)).toEqual(["By hand", "A <!-- b", "Half"]);
  expect(droppedItems(document, { since: undefined, there: [] })[0]).toBe("Before the start");
});
