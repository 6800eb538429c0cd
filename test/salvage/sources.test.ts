/** What is completed from an older state, from work files and from the archive, and what is not. */
import { expect, test } from "vitest";
import { textOfItem } from "../../src/document/items.ts";
import { parseState } from "../../src/document/state.ts";
import { parseWork } from "../../src/document/work.ts";
import { checkWork } from "../../src/rules/check.ts";
import { salvageState } from "../../src/salvage/salvage-state.ts";
import { salvageWork } from "../../src/salvage/salvage-work.ts";
import type { KnownWork, Sources } from "../../src/salvage/source.ts";
import { readYaml } from "../../src/syntax/yaml/read-yaml.ts";
import { sourceOf } from "../../src/text/source.ts";
import { NOW } from "../support/clock.ts";
import { fixture } from "../support/project.ts";

const WHOLE = fixture("salvage/conflict-as-git-writes-it/after.ours.md");
const OPTIONS = { now: NOW, readYaml };
const NOTHING: Sources = { work: [], archived: [] };
const OLDER: Sources = { ...NOTHING, older: { id: "older", text: WHOLE } };

const bytesOf = (text: string) => new TextEncoder().encode(text);

function rebuild(damaged: string | Uint8Array, sources: Sources = OLDER) {
  const salvage = salvageState(typeof damaged === "string" ? bytesOf(damaged) : damaged, sources, OPTIONS);
  const state = parseState(sourceOf(salvage.text), readYaml);
  const from = (part: string) => salvage.parts.find((one) => one.part === part)?.source;
  return { ...salvage, state, from, progress: state.progress.map(({ item }) => item.raw) };
}

/** The text up to the end of what is given, which stays. */
const upTo = (text: string, end: string) => text.slice(0, text.indexOf(end) + end.length);

test("a letter that cannot be read is read in the older state", () => {
  const bytes = bytesOf(WHOLE.replace("Researched", "Resea@ched").replace("authentication\n", "aut@entication\n"));
  for (const [at, byte] of bytes.entries()) if (byte === 64) bytes[at] = 0x80;
  const { state, progress, from } = rebuild(bytes);
  expect(progress).toEqual([
    "✅ Researched rate limiting approaches",
    "🔄 Implementing middleware (80% done)",
    "⏸️ Need to add tests",
  ]);
  expect(state.active.issueField!.value.raw).toBe("#1234 - Add rate limiting to authentication");
  expect([from("progress"), from("issue")]).toEqual(["history", "history"]);
});

test("the status is that of the damaged line, the words are those of the older one", () => {
  const bytes = bytesOf(WHOLE.replace("- ⏸️ Need to add", "- ✅ Need to a@d"));
  for (const [at, byte] of bytes.entries()) if (byte === 64) bytes[at] = 0xff;
  expect(rebuild(bytes).progress.at(-1)).toBe("✅ Need to add tests");
});

test("what stood behind a cut comes back, what was taken out in front of it does not", () => {
  const shorter = WHOLE.replace("- ✅ Researched rate limiting approaches\n", "");
  const { progress, state, from } = rebuild(upTo(shorter, "(80%"));
  expect(progress).toEqual(["🔄 Implementing middleware (80% done)", "⏸️ Need to add tests"]);
  expect(state.nextSteps.map(textOfItem)).toEqual([
    "Complete middleware implementation",
    "Write unit tests for rate limiter",
  ]);
  expect([from("progress"), from("next_steps"), from("context")]).toEqual(["history", "history", "history"]);
});

test("free text behind a cut comes back as well", () => {
  const text = WHOLE.replace("- Working primarily", "Words of mine.\n\n- Working primarily");
  const { text: rebuilt, from } = rebuild(upTo(text, "Words of mi"), { ...NOTHING, older: { id: "o", text } });
  expect(rebuilt).toContain("Words of mine.");
  expect(rebuilt).toContain("- Builds on work from #1100");
  expect(from("context")).toBe("history");
});

test("of several texts in a JSON value the longest is the document", () => {
  const { progress } = rebuild(JSON.stringify({ note: "a\nb", list: [WHOLE], deep: { n: 1 } }), NOTHING);
  expect(progress).toHaveLength(3);
});

test("a list of another issue is not taken", () => {
  const { progress, state } = rebuild(upTo(WHOLE.replace("#1234 - Add", "#77 - Other"), "### Progress\n"));
  expect(progress).toEqual([]);
  expect(state.recentWork).toHaveLength(1);
});

test("fields that are gone come from the older state of the same issue", () => {
  const { state, from } = rebuild(
    WHOLE.replace(/\*\*(?:Branch|Started|Last Updated):.*\n/g, "").replace("## Blockers", "\0"),
  );
  expect(state.active.branch?.value.value).toBe("feature/rate-limiting");
  expect(state.active.started?.field.value).toBe("2024-10-23T10:00:00Z");
  expect(state.lastUpdated?.field.value).toBe("2024-10-23T14:30:00Z");
  expect([from("branch"), from("started"), from("last_updated")]).toEqual(["history", "history", "history"]);
});

test("the user's sections behind a cut come back where they stood", () => {
  const text = WHOLE.replace("## Blockers", "## Links\n\n- one\n\n## Blockers").concat("\n## Notes\n\nWords.\n");
  const { text: rebuilt, from } = rebuild(upTo(text, "### Next Steps\n"), { ...NOTHING, older: { id: "o", text } });
  expect(rebuilt.match(/^## .*/gm)).toEqual([
    "## Active Work",
    "## Recent Work",
    "## Links",
    "## Blockers",
    "## Context",
    "## Notes",
  ]);
  expect(from("sections")).toBe("history");
});

test("a number that the cut may have shortened is that of the older state, or none", () => {
  const cut = upTo(WHOLE, "**Current Issue:** #12");
  expect(rebuild(cut).state.active.issueField?.value.raw).toContain("#1234 - Add");
  expect(rebuild(cut, NOTHING).state.active.issue).toBeUndefined();
  expect(rebuild(cut, NOTHING).text).toContain("**Current Issue:** #12\n```");
});

const WORK: KnownWork = {
  path: ".claude/work/1234.md",
  number: 1234,
  title: "Add rate limiting to authentication",
  completed: false,
  started: "2024-10-22T08:00:00Z",
  updated: Date.UTC(2024, 9, 23, 9),
  progress: ["✅ From the log"],
  nextSteps: ["From next actions"],
};

test("without history a title, lists and times come from the work file", () => {
  const { state, progress, from } = rebuild(upTo(WHOLE, "#1234 - Add ra").replace(/\*\*Last.*\n/, ""), {
    ...NOTHING,
    work: [WORK],
  });
  expect(state.active.issueField!.value.raw).toBe("#1234 - Add rate limiting to authentication");
  expect(state.active.started!.field.value).toBe("2024-10-22T08:00:00Z");
  expect(state.lastUpdated!.field.value).toBe("2024-10-23T09:00:00Z");
  expect(progress).toEqual(["✅ From the log"]);
  expect(state.nextSteps.map(textOfItem)).toEqual(["From next actions"]);
  expect(["issue", "started", "progress", "next_steps", "last_updated"].map(from)).toEqual(Array(5).fill("work"));
});

test("the newest open work file is the active work where the file does not say, and none where it says idle", () => {
  const work = [{ ...WORK, number: 9, title: "", completed: true }, WORK];
  expect(rebuild("", { ...NOTHING, work }).state.active.issueField!.value.raw).toContain("#1234 - Add");
  expect(rebuild("", { ...NOTHING, work: [{ ...WORK, title: "" }] }).state.active.issueField!.value.raw).toBe("#1234");
  const idle = "## Active Work\n\nNo active work currently.\n\n## Recent Work\n\n## Context\n\0\n";
  expect(rebuild(idle, { ...NOTHING, work }).state.active.issue).toBeUndefined();
  const paused = "## Recent Work\n\n**Previous Issue:** #1234 - Add (Paused 2024-10-22)\n";
  expect(rebuild(paused, { ...NOTHING, work }).state.active.issue).toBeUndefined();
  const empty = "# Session State\n\n## Active Work\n\n## Recent Work\n\n## Blockers\n";
  expect(rebuild(empty, { ...NOTHING, work }).state.active.issue).toBeUndefined();
});

test("Recent Work comes from the archive where nothing is left of it", () => {
  const archived = [5, 1234, 4, 3, 2].map((number) => ({
    path: `.claude/archive/${number}.md`,
    line: `**Previous Issue:** #${number} - T (Completed 2024-10-20)`,
  }));
  const { state, from } = rebuild(upTo(WHOLE, "### Next Steps\n"), { ...NOTHING, archived });
  expect(state.recentWork.map(({ reading }) => reading.issue)).toMatchObject([
    { issue: { number: 5 } },
    { issue: { number: 4 } },
    { issue: { number: 3 } },
  ]);
  expect(from("recent_work")).toBe("archive");
});

test("a time that nobody knows is that of the file, else that of now", () => {
  const text = WHOLE.replace(/\*\*Last.*\n/, "");
  const modified = Date.UTC(2024, 9, 1);
  expect(rebuild(text, { ...NOTHING, modified }).state.lastUpdated!.field.value).toBe("2024-10-01T00:00:00Z");
  expect(rebuild(text, { ...NOTHING, modified }).from("last_updated")).toBe("file");
  expect(rebuild(text, NOTHING).state.lastUpdated!.field.value).toBe("2024-10-23T16:30:00Z");
  expect(rebuild(text, NOTHING).from("last_updated")).toBe("new");
});

test.each(["<!-- a", "<?php", "<!DOCTYPE x", "<![CDATA[", "<script>"])(
  "%s closed is kept as it stands, open it swallows nothing",
  (opening) => {
    const closing = { "<!-- a": "-->", "<?php": "?>", "<!DOCTYPE x": ">", "<![CDATA[": "]]>", "<script>": "</script>" }[
      opening
    ];
    const closed = WHOLE.replace("## Blockers", `${opening}\n- ✅ mine\n${closing}\n\n## Blockers`).replace(
      "## Context",
      "\0## Context",
    );
    expect(rebuild(closed, NOTHING).text).toContain(`${opening}\n- ✅ mine\n${closing}\n`);
    const open = rebuild(WHOLE.replace("## Recent Work", `${opening}\n## Recent Work`), NOTHING);
    expect(open.progress).toHaveLength(3);
    expect(open.state.known.blockers).toBeDefined();
    expect(open.text).toContain(opening);
  },
);

test("a file of thousands of items is left as it is found", () => {
  const many = Array.from({ length: 1500 }, (_, at) => `- ✅ item ${at}\n`).join("");
  const text = WHOLE.replace("### Next Steps", `${many}### Next Steps`);
  expect(rebuild(upTo(text, "item 1200\n"), { ...NOTHING, older: { id: "o", text } }).progress).toHaveLength(1204);
});

test("what cannot stand in its place stands in code, down to all of it", () => {
  const { text, state } = rebuild(
    WHOLE.replace("- Working primarily", "x\n===\n- Working primarily").replace("## Blockers", "\0"),
    NOTHING,
  );
  expect(text).toContain("- Working primarily in src/auth/");
  expect(state.known.context).toBeDefined();
  const long = rebuild(`${WHOLE.replace("## Context", "")}\n## Mine\n${"word ".repeat(160_000)}\n`, NOTHING);
  expect(long.text.length).toBeLessThan(1024 * 1024);
  expect(long.progress).toHaveLength(3);
});

const FILE = [
  "---",
  "schema_version: 1",
  "---",
  "# Issue #42: Try the gate",
  "",
  "**GitHub:** https://github.com/o/r/issues/42",
  "**Status:** in_progress",
  "**Started:** 2024-10-23T10:00:00Z",
  "**Last Updated:** 2024-10-23T14:30:00Z",
  "",
  "## Issue Description",
  "",
  "What it is about.",
  "",
  "## Approach",
  "",
  "Words.",
  "",
  "## Progress Log",
  "",
  "### 2024-10-23T14:30:00Z",
  "- Did a thing",
  "",
  "### 2024-10-23T12:00:00Z",
  "- Did another thing",
  "",
  "## Learnings",
  "",
  "- Much",
  "",
  "## Mine",
  "",
  "- own",
  "",
].join("\n");

function rebuildWork(damaged: string, older: string | undefined = undefined, modified?: number) {
  const sources = {
    issue: 42,
    ...(older !== undefined && { older: { id: "o", text: older } }),
    ...(modified && { modified }),
  };
  const salvage = salvageWork(bytesOf(damaged), sources, OPTIONS);
  const document = parseWork(sourceOf(salvage.text), readYaml);
  const errors = checkWork(document, { now: NOW, fileIssue: 42 }).filter(({ severity }) => severity === "error");
  expect(errors).toEqual([]);
  return { ...salvage, document };
}

test("a work file in order comes out as it went in", () => {
  expect(rebuildWork(FILE).text).toBe(FILE);
  expect(rebuildWork(FILE.replaceAll("\n", "\r\n")).text).toBe(FILE.replaceAll("\n", "\r\n"));
});

test("its head has each field once, also where it lost its heading", () => {
  const fields = FILE.replace(
    "**Status:** in_progress\n",
    "**Status:** in_progress\n**Status:** done\n**Last Updated:** 2024-10-22T00:00:00Z\n",
  );
  const { text, lost } = rebuildWork(fields.replace("# Issue #42: Try the gate\n", ""));
  expect(text).toContain("# Issue #42\n");
  expect(text.match(/^\*\*Last Updated:\*\*.*/gm)).toEqual(
    ["**Last Updated:** 2024-10-23T14:30:00Z"].concat("**Last Updated:** 2024-10-22T00:00:00Z"),
  );
  expect(lost).toEqual([]);
});

test("a heading of another issue is kept aside", () => {
  const { text, document } = rebuildWork(FILE.replace("# Issue #42: Try the gate", "# Issue #41: Another"), FILE);
  expect(document.header?.value.issue).toMatchObject({ issue: { number: 42, title: "Try the gate" } });
  expect(text).toContain("```text\n# Issue #41: Another\n```");
});

test("a second heading of an issue is kept aside, and the log stays", () => {
  const { text, document } = rebuildWork(FILE.replace("What it is about.", "# Issue #9: quoted"));
  expect(text).toContain("```text\n# Issue #9: quoted\n```");
  expect(document.log).toHaveLength(2);
});

test("what the cut took away comes from the history, without saying anything twice", () => {
  for (const end of ["- Did a th", "### 2024-10-23T12", "- Did another thing\n", "## Learn", "**Started:** 2024-10"]) {
    const { text, parts, document } = rebuildWork(upTo(FILE, end), FILE);
    for (const line of FILE.split("\n").filter((each) => each.trim() !== ""))
      expect(text, `${end}: ${line}`).toContain(line);
    expect(text.match(/- Did a thing/g)).toHaveLength(1);
    expect(document.log.map(({ title }) => title)).toEqual(["2024-10-23T14:30:00Z", "2024-10-23T12:00:00Z"]);
    expect(parts.map(({ source }) => source)).toContain("history");
  }
});

test("a line that stands twice is found by the one before it", () => {
  const twice = FILE.replace("- Did another thing", "- Did a thing");
  const { text } = rebuildWork(upTo(twice, "12:00:00Z\n- Did a thing\n"), twice);
  expect(text).toBe(twice);
  const other = rebuildWork(`${upTo(twice, "14:30:00Z\n- Did a thing\n")}- And more\n`, twice);
  expect(other.text.match(/- Did a thing/g)).toHaveLength(2);
  expect(other.text).toContain("- And more");
});

test("fields that markup hides are found, and all the rest stands in code", () => {
  const { text, document } = rebuildWork(FILE.replace("**GitHub", "<div>\n**GitHub"));
  expect(document.fields["Status"]).toBeDefined();
  expect(text).toContain("<div>");
  expect(text).toContain("- Did another thing");
});

test("without history a cut file gets what the format asks for, and its own time", () => {
  const { text } = rebuildWork(
    upTo(FILE, "**GitHub:** https://github.com/o/r/issues/42\n"),
    undefined,
    Date.UTC(2024, 9, 20),
  );
  expect(text).toContain(
    "**Status:** in_progress\n**Started:** 2024-10-20T00:00:00Z\n**Last Updated:** 2024-10-20T00:00:00Z\n",
  );
  expect(rebuildWork("").text).toContain("# Issue #42\n");
});

test("doubled headings become one, with the entries below them in their order", () => {
  const doubled = FILE.replace("## Approach\n", "## Approach\n\nFirst.\n\n## Approach\n").replace(
    "### 2024-10-23T12:00:00Z",
    "## Progress Log\n\n### 2024-10-23T12:00:00Z",
  );
  const { text, document } = rebuildWork(doubled);
  expect(text.match(/^## Approach$/gm)).toHaveLength(1);
  expect(text).toMatch(/First\.\n\nWords\./);
  expect(document.log).toHaveLength(2);
});

test("an open fence and unknown text that breaks the file go into code", () => {
  const { text, document } = rebuildWork(FILE.replace("Words.", "```ts\nWords."));
  expect(text).toContain("## Recovered\n\n````text\n```ts\n````");
  expect(document.known.learnings).toBeDefined();
  expect(rebuildWork(FILE.replace("## Mine", "<<<<<<< x\n## Mine")).document.known.learnings).toBeDefined();
});
