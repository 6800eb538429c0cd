/** `gate done` as a tool. */
import * as z from "zod/mini";
import { resultOf } from "../../gate/answer/answer.ts";
import { done } from "../../gate/documents/done.ts";
import { TEXT, WRITTEN } from "../shapes.ts";
import { makeTool, WRITE } from "../tool.ts";

export const clearActiveWork = makeTool({
  name: "clear_active_work",
  description: "Finish the active issue and archive its work file.",
  input: z.strictObject({
    reason: z.exactOptional(z.string()),
    pr: z.exactOptional(z.string()),
    no_archive: z.exactOptional(z.boolean()),
    ...WRITE,
  }),
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    archived_issue: z.nullable(z.int()),
    active_issue_changed: z.exactOptional(z.literal(true)),
    recent_work_count: z.int(),
    archived_to: TEXT,
    open_items: z.array(z.string()),
    open_questions: z.array(z.string()),
    proof: z.object({ proven: z.array(z.string()), stale: z.array(z.string()), unproven: z.array(z.string()) }),
    dropped_items: z.array(z.string()),
    revision: TEXT,
    ...WRITTEN,
  }),
  annotations: { readOnlyHint: false, destructiveHint: false },
  async run({ reason, pr, no_archive = false }, { openGate }, write) {
    const input = {
      archive: !no_archive,
      ...(reason !== undefined && { reason }),
      ...(pr !== undefined && { pullRequest: pr }),
    };
    return resultOf(await done(await openGate(), input, write));
  },
});
