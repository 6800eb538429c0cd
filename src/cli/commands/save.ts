/** `gate save`: see `gate/save.ts`. */
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import type { DecisionInput, FileInput, ProgressInput, QuestionInput, TestInput } from "../../changes/inputs.ts";
import {
  readChangedFile,
  readDecision,
  readDoing,
  readProgress,
  readQuestion,
  readTest,
} from "../../changes/item-words.ts";
import { readInput } from "../../files/read/input.ts";
import { type SaveInput, save as saveProgress } from "../../gate/documents/save.ts";
import type { SaveLists } from "../../gate/documents/save-lists.ts";
import type { DeclaredCommand, Words } from "../command.ts";
import { readSaveJson } from "../options/from-json.ts";
import { collect, optionsOf } from "../options.ts";
import { shown } from "../style.ts";
import { written } from "../written.ts";

const MAX_JSON = 1024 * 1024;

export const save: DeclaredCommand = {
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
  declare(command) {
    const lists = defineLists(command);
    command
      .option("--from-json <file>", "lists as JSON, see below; - is standard input")
      .option("--offline", "write to the work file alone, for when the state file is damaged")
      .option("--issue <number>", "whose work file, with --offline");
    return async ({ io, openGate, write }) => {
      const options = optionsOf<{ fromJson?: string; offline?: boolean; issue?: string }>(
        command,
        "fromJson",
        "offline",
        "issue",
      );
      const issue = issueOf(options);
      const gate = openGate();
      const given = options.fromJson === undefined ? {} : readSaveJson(readInput(options.fromJson, io.cwd, MAX_JSON));
      const input: SaveInput = {
        ...join(given, lists),
        ...(options.offline && { offline: true }),
        ...(issue !== undefined && { issue }),
      };
      const outcome = await saveProgress(gate, input, write);
      return { result: outcome.value, ...written(outcome), text: ({ bold }) => bold(shown(outcome.value.message)) };
    };
  },
};

/** Adds the flags of the lists; they are filled as the flags are read. The five for progress share one, so that their order counts. */
function defineLists(command: Words) {
  const lists = {
    progress: [] as ProgressInput[],
    nextSteps: [] as string[],
    openQuestions: [] as QuestionInput[],
    log: [] as string[],
    decisions: [] as DecisionInput[],
    learnings: [] as string[],
    files: [] as FileInput[],
    tests: [] as TestInput[],
  };
  const item = (status: ProgressInput["status"]) => collect(lists.progress, (text) => ({ status, text }));
  const line = (list: string[]) => collect(list, (text) => text);
  command
    .option("--done <text>", "a progress item that is completed", item("completed"))
    .option(
      "--doing <text[:percent]>",
      "one in progress; digits behind the last colon are its percentage, 0 to 100",
      collect(lists.progress, readDoing),
    )
    .option("--todo <text>", "one that is pending", item("pending"))
    .option("--blocked <text>", "one that is blocked", item("blocked"))
    .option(
      "--progress <item>",
      "one as it stands in the file, such as '🔄 Tests (40% done)'",
      collect(lists.progress, readProgress),
    )
    .option("--next <text>", "a next step", line(lists.nextSteps))
    .option(
      "--question <text>",
      "an open question, with ' → decision' behind it once decided",
      collect(lists.openQuestions, readQuestion),
    )
    .option("--log <text>", "a line for the work file's log", line(lists.log))
    .option("--decision <text>", "'decision: rationale' for the work file", collect(lists.decisions, readDecision))
    .option("--learning <text>", "something learned, for the work file", line(lists.learnings))
    .option(
      "--file <path[:status]>",
      "a file that was 'created' or 'modified' (default)",
      collect(lists.files, readChangedFile),
    )
    .option(
      "--test <text>",
      "'[x] text' for a test that passes, '[ ] text' for one that does not",
      collect(lists.tests, readTest),
    );
  return lists;
}

/** Both where both are given, the JSON's first. A list that neither gives stays absent, for absent lists are left alone. */
function join(given: SaveLists, lists: Required<SaveLists>): SaveLists {
  const names = Object.keys(lists) as (keyof SaveLists)[];
  const joined = names.map((name) => [name, [...(given[name] ?? []), ...lists[name]]] as const);
  return Object.fromEntries(joined.filter(([name, list]) => list.length > 0 || given[name] !== undefined));
}

function issueOf({ issue, offline }: { readonly issue?: string; readonly offline?: boolean }): number | undefined {
  if (issue === undefined) return undefined;
  if (offline) return parseIssueNumber(issue);
  throw new GateError("INVALID_ARGUMENT", "Cannot save to another issue: --issue goes with --offline", {
    hint: `Run \`gate start ${shown(issue)}\` first, or add --offline to write to its work file alone.`,
  });
}
