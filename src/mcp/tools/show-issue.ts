/** `gate show` as a tool. */
import * as z from "zod/mini";
import { parseIssueNumber } from "../../base/ids.ts";
import { show } from "../../gate/documents/show.ts";
import { PROBLEM, STATUS, TEXT } from "../shapes.ts";
import { makeTool } from "../tool.ts";

export const showIssue = makeTool({
  name: "show_issue",
  description: "All about an issue, the active one by default.",
  input: z.strictObject({ issue: z.exactOptional(z.int()) }),
  output: z.object({
    ...STATUS,
    problems: z.array(z.object({ ...PROBLEM, path: z.exactOptional(z.string()) })),
    description: TEXT,
    approach: TEXT,
    decisions: z.array(z.string()),
    learnings: z.array(z.string()),
    tests: z.array(
      z.object({
        name: z.string(),
        passed: z.nullable(z.boolean()),
        command: TEXT,
        exit_code: z.nullable(z.int()),
        timestamp: TEXT,
        commit: TEXT,
        state: z.enum(["proven", "stale", "unproven"]),
      }),
    ),
    log: z.array(z.object({ timestamp: z.string(), items: z.array(z.string()) })),
    files: z.array(z.string()),
    status: TEXT,
    active: z.boolean(),
    older_log: z.exactOptional(z.int()),
  }),
  annotations: { readOnlyHint: true },
  async run({ issue }, { openGate }) {
    const number = issue === undefined ? undefined : parseIssueNumber(String(issue));
    return { result: await show(await openGate(), number) };
  },
});
