/** `gate save`: see `gate/documents/save.ts`. */

import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { CLEARABLE, type DecisionInput, type ProgressInput, type QuestionInput } from "../../changes/inputs.ts";
import {
  readChangedFile,
  readDecision,
  readDoing,
  readProgress,
  readQuestion,
  readTest,
} from "../../changes/item-words.ts";
import { readInput } from "../../files/read/input.ts";
import { saveProven } from "../../gate/documents/prove.ts";
import { save as saveProgress } from "../../gate/documents/save.ts";
import type { SaveLists } from "../../gate/documents/save-lists.ts";
import { MAX_DESCRIPTION } from "../../gate/documents/start-input.ts";
import { wrote } from "../answer.ts";
import { command } from "../command.ts";
import { readSaveJson } from "../options/from-json.ts";
import { viewSave } from "../views/save.ts";
import { testLine } from "../views/show.ts";

const MAX_JSON = 1024 * 1024;

const item =
  (status: ProgressInput["status"]) =>
  (text: string): ProgressInput => ({ status, text });

/** A question or a decision, in the order of the call: a decision directly behind a question decides it. */
type Said = { readonly question: QuestionInput } | { readonly decision: string };

export const save = command({
  description:
    "Records where the active work stands. A progress item or question that is there, found by its words or some of " +
    "them, takes what is said of it and keeps its place; another one is added, and what is not named stays. " +
    "Shows the list as it stands then.",
  examples: [
    ["gate save --done middleware --doing 'Tests:40'", "tick one item, say how far another one is"],
    [
      "gate save --todo 'Docs' --next 'Review' --blocker 'No staging database'",
      "add an item and a blocker, say what is next",
    ],
    ["gate save --question 'Per IP?' --decision 'Yes: simplest for guests'", "decide a question"],
    ["gate save --drop docs", "take an item out"],
    ["gate save --done tests -- npm test", "tick an item if a command proves it"],
    ["gate save --from-json save.json", "all of it from a file, in the form below"],
    ["gate save --offline --issue 1234 --log 'State file is damaged'", "write to the work file alone"],
  ],
  notes: [
    "The options for items may be repeated. The form of --from-json; every key may be left out:",
    '  { "progress_items": [{ "status": "completed|in_progress|pending|blocked", "text": "…", "percentage": 40 }],',
    '    "drop": ["…"], "replace": false, "clear": ["progress|next|questions|blockers|context"],',
    '    "next_steps": ["…"], "add_next": ["…"], "open_questions": [{ "question": "…", "decision": "…" }],',
    '    "blockers": ["…"], "unblock": ["…"], "context": ["…"], "description": "…", "approach": "…", "log": ["…"],',
    '    "decisions": ["decision: rationale", { "decision": "…", "rationale": "…", "alternatives": ["…"], "impact": "…" }],',
    '    "learnings": ["…"], "files": ["path:created", { "path": "…", "status": "created|modified", "changes": ["…"] }],',
    '    "tests": ["[x] …", { "text": "…", "done": true }] }',
  ],
  behind: "[command...]",
  options: {
    progress: [
      { flag: "--done <text>", about: "a progress item that is completed", read: item("completed") },
      {
        flag: "--doing <text[:percent]>",
        about: "one in progress, with how far it is: 'Tests:40' or 'Tests 40%'",
        read: readDoing,
      },
      { flag: "--todo <text>", about: "one that is pending", read: item("pending") },
      { flag: "--blocked <text>", about: "one that is blocked", read: item("blocked") },
      {
        flag: "--progress <item>",
        about: "one as it stands in the file, such as '🔄 Tests (40% done)'",
        read: readProgress,
      },
    ],
    drop: [{ flag: "--drop <text>", about: "words of an item, step or question to take out" }],
    replace: { flag: "--replace", about: "the items and questions given are all there shall be" },
    nextSteps: [{ flag: "--next <text>", about: "a next step; those given are the whole list" }],
    addNext: [{ flag: "--add-next <text>", about: "a next step behind those that are there" }],
    said: [
      {
        flag: "--question <text>",
        about: "an open question, with ' → decision' behind it once decided",
        read: (word): Said => ({ question: readQuestion(word) }),
      },
      {
        flag: "--decision <text>",
        about: "'decision: rationale' for the work file; behind a --question it decides that",
        read: (word): Said => ({ decision: word }),
      },
    ],
    blockers: [{ flag: "--blocker <text>", about: "what blocks the work" }],
    unblock: [{ flag: "--unblock <text>", about: "words of a blocker that is none any more" }],
    context: [{ flag: "--context <text>", about: "a line of context, for whoever goes on" }],
    clear: [{ flag: "--clear <list>", about: "empty a list before anything is added to it", choices: CLEARABLE }],
    log: [{ flag: "--log <text>", about: "a line for the work file's log" }],
    learnings: [{ flag: "--learning <text>", about: "something learned, for the work file" }],
    files: [
      {
        flag: "--file <path[:status]>",
        about: "a file that was 'created' or 'modified' (default)",
        read: readChangedFile,
      },
    ],
    tests: [
      {
        flag: "--test <text>",
        about: "a test, with --passed or --failed; '[x] text' and '[ ] text' say it too",
        read: readTest,
      },
    ],
    passed: { flag: "--passed", about: "the tests given pass", conflicts: ["--failed"] },
    failed: { flag: "--failed", about: "the tests given do not pass" },
    description: {
      flag: "--description <text>",
      about: "what the issue is about, for the work file; - is standard input",
    },
    approach: { flag: "--approach <text>", about: "how it is done, for the work file; - is standard input" },
    fromJson: { flag: "--from-json <file>", about: "all of it as JSON, see below; - is standard input" },
    offline: { flag: "--offline", about: "write to the work file alone, for when the state file is damaged" },
    named: { flag: "--issue <number>", about: "another issue than the active one; its paused plan takes the lists" },
  },
  async run(
    { io, openGate, write, flags, behind },
    { fromJson, offline, named, said = [], description, approach, replace, passed, failed, ...lists },
  ) {
    const issue = named === undefined ? undefined : parseIssueNumber(named);
    const gate = openGate();
    requireOneInput({ "--from-json": fromJson, "--description": description, "--approach": approach });
    const textOf = (word: string) => (word === "-" ? readInput(word, io.cwd, MAX_DESCRIPTION) : word);
    const first = fromJson === undefined ? {} : readSaveJson(readInput(fromJson, io.cwd, MAX_JSON));
    const given = {
      ...lists,
      ...(lists.tests && (passed || failed) && { tests: lists.tests.map((test) => ({ ...test, done: passed })) }),
      ...decide(said),
      ...(description !== undefined && { description: textOf(description) }),
      ...(approach !== undefined && { approach: textOf(approach) }),
      ...(replace && { replace }),
    };
    const input = { ...join(first, given), offline, ...(issue !== undefined && { issue }) };
    if (behind === undefined) {
      return wrote(await saveProgress(gate, input, write), (value, style) => viewSave(value, input, style));
    }
    const by = { command: behind, cwd: io.cwd, outputTo: flags.json ? "error" : "output" } as const;
    const outcome = await saveProven(gate, input, by, write);
    return wrote(outcome, (value, style) => [viewSave(value, input, style), ...value.tests.map(testLine)].join("\n"));
  },
});

/** Questions and decisions; what decides a question is a decision of the work file too. */
function decide(said: readonly Said[]): Pick<SaveLists, "openQuestions" | "decisions"> {
  const openQuestions: QuestionInput[] = [];
  const decisions: DecisionInput[] = [];
  for (const [at, each] of said.entries()) {
    if ("question" in each) openQuestions.push(each.question);
    else {
      decisions.push(readDecision(each.decision));
      const before = said[at - 1];
      if (before && "question" in before && before.question.decision === undefined) {
        openQuestions[openQuestions.length - 1] = { ...before.question, decision: each.decision };
      }
    }
  }
  return {
    ...(openQuestions.length > 0 && { openQuestions }),
    ...(decisions.length > 0 && { decisions }),
  };
}

/** Standard input can be read once. */
function requireOneInput(given: Readonly<Record<string, string | undefined>>): void {
  const [first, second] = Object.entries(given).flatMap(([flag, word]) => (word === "-" ? [flag] : []));
  if (second === undefined) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot read standard input twice, for ${first} and ${second}`, {
    hint: "Give one of them as a text or a file.",
  });
}

/** Both where both are given. What neither gives stays absent, for absent lists are left alone. */
function join(first: SaveLists, then: SaveLists): SaveLists {
  const lists = Object.entries(then).map(([name, given]) => {
    const before = first[name as keyof SaveLists];
    return [name, Array.isArray(given) && Array.isArray(before) ? [...before, ...given] : given];
  });
  return { ...first, ...Object.fromEntries(lists) };
}
