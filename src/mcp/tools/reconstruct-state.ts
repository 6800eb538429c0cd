/** `gate reconstruct` as a tool. */
import * as z from "zod/mini";
import { parseIssueNumber } from "../../base/ids.ts";
import { resultOf } from "../../gate/answer/answer.ts";
import { reconstruct, reconstructFrom, selectionOf } from "../../gate/documents/reconstruct.ts";
import { status } from "../../gate/view/status.ts";
import { requireConsent } from "../consent.ts";
import { FRESHNESS, START, TEXT, WRITTEN } from "../shapes.ts";
import { makeTool, WRITE } from "../tool.ts";

export const reconstructState = makeTool({
  name: "reconstruct_state",
  description: "Work files to resume, newest first. select activates one; the user is asked.",
  input: z.strictObject({ select: z.exactOptional(z.int()), ...WRITE }),
  unlisted: ["dry_run", "if_match"],
  output: z.object({
    found_work_files: z.int(),
    suggestions: z.array(
      z.object({
        issue_number: z.int(),
        title: z.string(),
        last_updated: TEXT,
        recency: TEXT,
        status: TEXT,
        freshness: FRESHNESS,
        progress: z.nullable(z.object({ completed: z.int(), total: z.int() })),
      }),
    ),
    skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
    user_selection_needed: z.boolean(),
    ...z.partial(z.object({ ...START, ...WRITTEN })).shape,
    complete: z.boolean(),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  async run({ select }, call, given) {
    const asked = select === undefined ? undefined : parseIssueNumber(String(select));
    const gate = await call.openGate();
    const found = await reconstruct(gate);
    if (asked === undefined) return { result: found };
    let write = given;
    if (!given.dryRun) {
      const { revision } = await status(gate);
      await requireConsent(call, {
        act: `make #${asked} the active work`,
        question: `Make #${asked} the active work?`,
        words: ["reconstruct", "--select", String(asked)],
        planned: () => reconstructFrom(gate, asked, { ...given, dryRun: true }),
      });
      // What was shown is what is written, or nothing.
      if (revision !== undefined) write = { ifMatch: revision, ...given };
    }
    const outcome = await reconstructFrom(gate, asked, write);
    return { ...resultOf(outcome), result: selectionOf(found, outcome) };
  },
});
