/** Items in one word of the command line. */
import { expect, test } from "vitest";
import {
  readChangedFile,
  readDecision,
  readDoing,
  readProgress,
  readQuestion,
  readTest,
} from "../../src/changes/item-words.ts";

test.each([
  ["Tests", { text: "Tests" }],
  ["Tests:40", { text: "Tests", percentage: 40 }],
  ["Tests:0", { text: "Tests", percentage: 0 }],
  ["Tests:100", { text: "Tests", percentage: 100 }],
  ["a:b:40", { text: "a:b", percentage: 40 }],
  ["see http://x:80", { text: "see http://x", percentage: 80 }],
  ["see http://x:80:50", { text: "see http://x:80:50" }],
  ["Ship v1:2", { text: "Ship v1:2" }],
  ["time 12:30", { text: "time 12:30" }],
  ["Tests :40", { text: "Tests :40" }],
  ["port:443", { text: "port:443" }],
  ["Tests 40%", { text: "Tests", percentage: 40 }],
  ["Tests:40%", { text: "Tests", percentage: 40 }],
  ["Tests (40%)", { text: "Tests", percentage: 40 }],
  ["Ship v1:2 40%", { text: "Ship v1:2", percentage: 40 }],
  ["Loss 3.5%", { text: "Loss 3.5%" }],
  ["Growth 150%", { text: "Growth 150%" }],
  ["40%", { text: "40%" }],
  ["see http://x:8080", { text: "see http://x:8080" }],
  ["Tests: 40", { text: "Tests: 40" }],
  ["Tests:", { text: "Tests:" }],
  ["Tests:4x", { text: "Tests:4x" }],
  ["two\nlines:7", { text: "two\nlines", percentage: 7 }],
])("--doing %j", (word, expected) => {
  expect(readDoing(word)).toEqual({ status: "in_progress", ...expected });
});

test.each([
  ["✅ Done", { status: "completed", text: "Done" }],
  ["- [x] Done", { status: "completed", text: "Done" }],
  ["[ ] Not yet", { status: "pending", text: "Not yet" }],
  ["🔄 Tests (40% done)", { status: "in_progress", text: "Tests", percentage: 40 }],
  ["  * ❌ Stuck", { status: "blocked", text: "Stuck" }],
  ["No marker", { status: "pending", text: "No marker" }],
])("--progress %j", (word, expected) => {
  expect(readProgress(word)).toEqual(expected);
});

test.each([
  ["Per IP?", { question: "Per IP?" }],
  ["Per IP? → Yes", { question: "Per IP?", decision: "Yes" }],
  ["Per IP? -> Decision: Yes", { question: "Per IP?", decision: "Yes" }],
  ["Limits? → TBD: ask", { question: "Limits?", decision: "TBD: ask" }],
  ["A→B?", { question: "A→B?" }],
])("--question %j", (word, expected) => {
  expect(readQuestion(word)).toEqual(expected);
});

test.each([
  ["Redis: it is fast", { decision: "Redis", rationale: "it is fast" }],
  ["Redis: fast: yes", { decision: "Redis", rationale: "fast: yes" }],
  ["use http://x", { decision: "use http://x" }],
  ["Redis:", { decision: "Redis" }],
])("--decision %j", (word, expected) => {
  expect(readDecision(word)).toEqual(expected);
});

test.each([
  ["src/a.ts", { path: "src/a.ts", status: "modified" }],
  ["src/a.ts:created", { path: "src/a.ts", status: "created" }],
  ["C:\\a:modified", { path: "C:\\a", status: "modified" }],
  ["a:deleted", { path: "a:deleted", status: "modified" }],
])("--file %j", (word, expected) => {
  expect(readChangedFile(word)).toEqual(expected);
});

test.each([
  ["[x] passes", { text: "passes", done: true }],
  ["- [X] passes", { text: "passes", done: true }],
  ["[ ] fails", { text: "fails", done: false }],
  ["not run", { text: "not run", done: false }],
])("--test %j", (word, expected) => {
  expect(readTest(word)).toEqual(expected);
});
