/** `gate save` as a tool; its lists are those of `--from-json`. */
import * as z from "zod/mini";
import { parseIssueNumber } from "../../base/ids.ts";
import { resultOf } from "../../gate/answer/answer.ts";
import { type SaveInput, save } from "../../gate/documents/save.ts";
import { readSaveLists } from "../../gate/documents/save-lists.ts";
import { PLAN, TEXT, WRITTEN } from "../shapes.ts";
import { makeTool, WRITE } from "../tool.ts";

const texts = z.exactOptional(z.array(z.string()));

export const updateProgress = makeTool({
  name: "update_progress",
  description:
    "Save the active work. Items and questions are found by their words and updated, others added; next_steps is the " +
    "whole list. decisions 'what: why', files 'path:created', tests '[x] passes'. offline: work file only.",
  input: z.strictObject({
    progress_items: z.exactOptional(
      z.array(
        z.strictObject({
          status: z.enum(["completed", "in_progress", "pending", "blocked"]),
          text: z.string(),
          percentage: z.exactOptional(z.int()),
        }),
      ),
    ),
    drop: texts,
    replace: z.exactOptional(z.boolean()),
    clear: texts,
    next_steps: texts,
    add_next: texts,
    open_questions: z.exactOptional(
      z.array(
        z.strictObject({
          question: z.string(),
          decision: z.exactOptional(z.nullable(z.string())),
          note: z.exactOptional(z.string()),
        }),
      ),
    ),
    blockers: texts,
    unblock: texts,
    context: texts,
    description: z.exactOptional(z.string()),
    approach: z.exactOptional(z.string()),
    log: texts,
    decisions: texts,
    learnings: texts,
    files: texts,
    tests: texts,
    offline: z.exactOptional(z.boolean()),
    issue: z.exactOptional(z.int()),
    ...WRITE,
  }),
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    items_updated: z.int(),
    timestamp: z.string(),
    work_file_updated: TEXT,
    issue_number: z.nullable(z.int()),
    ...PLAN,
    active_issue_changed: z.boolean(),
    added: z.array(z.string()),
    revision: TEXT,
    ...WRITTEN,
  }),
  annotations: { readOnlyHint: false, destructiveHint: false },
  async run({ offline = false, issue, ...lists }, { openGate }, write) {
    const input: SaveInput = {
      ...readSaveLists(lists),
      ...(offline && { offline }),
      ...(issue !== undefined && { issue: parseIssueNumber(String(issue)) }),
    };
    return resultOf(await save(await openGate(), input, write));
  },
});
