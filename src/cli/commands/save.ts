/** `gate save`: see `gate/documents/save.ts`. */
import { parseIssueNumber } from "../../base/ids.ts";
import type { ProgressInput } from "../../changes/inputs.ts";
import {
  readChangedFile,
  readDecision,
  readDoing,
  readProgress,
  readQuestion,
  readTest,
} from "../../changes/item-words.ts";
import { readInput } from "../../files/read/input.ts";
import { save as saveProgress } from "../../gate/documents/save.ts";
import type { SaveLists } from "../../gate/documents/save-lists.ts";
import { viewMessage, wrote } from "../answer.ts";
import { command } from "../command.ts";
import { readSaveJson } from "../options/from-json.ts";

const MAX_JSON = 1024 * 1024;

const item =
  (status: ProgressInput["status"]) =>
  (text: string): ProgressInput => ({ status, text });

export const save = command({
  description:
    "Records where the active work stands. Progress items, next steps and questions replace the list that is there, " +
    "in the order given; what is not given stays. The rest is added to the work file.",
  examples: [
    ["gate save --done 'Wrote the middleware' --doing 'Tests:40' --todo 'Docs'", "replace the progress list"],
    ["gate save --next 'Review' --decision 'Per IP: simplest for guests'", "replace next steps, add a decision"],
    ["gate save --from-json save.json", "all lists from a file, in the form below"],
    ["gate save --offline --issue 1234 --log 'State file is damaged'", "write to the work file alone"],
  ],
  notes: [
    "The options for items may be repeated. The form of --from-json; every key may be left out:",
    '  { "progress_items": [{ "status": "completed|in_progress|pending|blocked", "text": "…", "percentage": 40 }],',
    '    "next_steps": ["…"], "open_questions": [{ "question": "…", "decision": "…" }], "log": ["…"],',
    '    "decisions": ["decision: rationale", { "decision": "…", "rationale": "…", "alternatives": ["…"], "impact": "…" }],',
    '    "learnings": ["…"], "files": ["path:created", { "path": "…", "status": "created|modified", "changes": ["…"] }],',
    '    "tests": ["[x] …", { "text": "…", "done": true }] }',
  ],
  options: {
    progress: [
      { flag: "--done <text>", about: "a progress item that is completed", read: item("completed") },
      {
        flag: "--doing <text[:percent]>",
        about: "one in progress; digits behind the last colon are its percentage, 0 to 100",
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
    nextSteps: [{ flag: "--next <text>", about: "a next step" }],
    openQuestions: [
      {
        flag: "--question <text>",
        about: "an open question, with ' → decision' behind it once decided",
        read: readQuestion,
      },
    ],
    log: [{ flag: "--log <text>", about: "a line for the work file's log" }],
    decisions: [{ flag: "--decision <text>", about: "'decision: rationale' for the work file", read: readDecision }],
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
        about: "'[x] text' for a test that passes, '[ ] text' for one that does not",
        read: readTest,
      },
    ],
    fromJson: { flag: "--from-json <file>", about: "lists as JSON, see below; - is standard input" },
    offline: { flag: "--offline", about: "write to the work file alone, for when the state file is damaged" },
    named: { flag: "--issue <number>", about: "another issue than the active one; its paused plan takes the lists" },
  },
  async run({ io, openGate, write }, { fromJson, offline, named, ...lists }) {
    const issue = named === undefined ? undefined : parseIssueNumber(named);
    const gate = openGate();
    const first = fromJson === undefined ? {} : readSaveJson(readInput(fromJson, io.cwd, MAX_JSON));
    const input = { ...join(first, lists), offline, ...(issue !== undefined && { issue }) };
    return wrote(await saveProgress(gate, input, write), viewMessage);
  },
});

/** Both where both are given. A list that neither gives stays absent, for absent lists are left alone. */
function join(first: SaveLists, then: SaveLists): SaveLists {
  const names = new Set([...Object.keys(first), ...Object.keys(then)] as (keyof SaveLists)[]);
  return Object.fromEntries(Array.from(names, (name) => [name, [...(first[name] ?? []), ...(then[name] ?? [])]]));
}
