/** `gate verify` as a tool. */
import * as z from "zod/mini";
import { parseIssueNumber } from "../../base/ids.ts";
import { verify } from "../../gate/documents/verify.ts";
import { FRESHNESS, PROBLEMS, TEXT } from "../shapes.ts";
import { makeTool } from "../tool.ts";

export const verifyWorkFile = makeTool({
  name: "verify_work_file",
  description: "Whether an issue's work file exists, is sound and fresh.",
  input: z.strictObject({ issue: z.int() }),
  output: z.object({
    exists: z.boolean(),
    valid: z.boolean(),
    issue_number: z.nullable(z.int()),
    issue_title: TEXT,
    status: TEXT,
    started: TEXT,
    last_updated: TEXT,
    freshness: FRESHNESS,
    problems: PROBLEMS,
    revision: TEXT,
    path: z.string(),
    archived_to: z.exactOptional(z.string()),
  }),
  annotations: { readOnlyHint: true },
  async run({ issue }, { openGate }) {
    const number = parseIssueNumber(String(issue));
    return { result: await verify(await openGate(), number) };
  },
});
