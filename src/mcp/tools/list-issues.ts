/** `gate list` as a tool. */
import * as z from "zod/mini";
import { LISTED, list } from "../../gate/documents/list.ts";
import { CLAIM, COUNTS, FRESHNESS, SKIPPED, TEXT } from "../shapes.ts";
import { makeTool } from "../tool.ts";

export const listIssues = makeTool({
  name: "list_issues",
  description: "Issues, open ones by default.",
  input: z.strictObject({ which: z.exactOptional(z.enum(LISTED)) }),
  output: z.object({
    issues: z.array(
      z.object({
        issue_number: z.int(),
        title: z.string(),
        status: TEXT,
        active: z.boolean(),
        progress: COUNTS,
        branch: TEXT,
        started: TEXT,
        last_updated: TEXT,
        freshness: FRESHNESS,
        claim: CLAIM,
        path: z.string(),
      }),
    ),
    skipped: SKIPPED,
  }),
  annotations: { readOnlyHint: true },
  run: async (input, { openGate }) => ({ result: await list(await openGate(), input) }),
});
