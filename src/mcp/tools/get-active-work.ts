/** `gate status` as a tool. */
import * as z from "zod/mini";
import { status } from "../../gate/view/status.ts";
import { ELSEWHERE, FRESHNESS, PLAN, PROBLEMS, TEXT } from "../shapes.ts";
import { makeTool } from "../tool.ts";

export const getActiveWork = makeTool({
  name: "get_active_work",
  description: "The active issue, progress, next steps, freshness. Call it first.",
  input: z.strictObject({}),
  output: z.object({
    exists: z.boolean(),
    valid: z.boolean(),
    issue_number: z.nullable(z.int()),
    issue_title: TEXT,
    branch: TEXT,
    started: TEXT,
    last_updated: TEXT,
    freshness: FRESHNESS,
    hours_since_update: z.nullable(z.int()),
    ...PLAN,
    recent_work: z.array(
      z.object({
        issue_number: z.nullable(z.int()),
        issue_title: TEXT,
        status: TEXT,
        date: TEXT,
        reason: z.exactOptional(z.string()),
      }),
    ),
    blockers: TEXT,
    context: z.array(z.string()),
    problems: PROBLEMS,
    revision: TEXT,
    path: z.string(),
    project: z.exactOptional(z.string()),
    work_file: z.nullable(z.enum(["present", "missing", "archived", "both"])),
    damaged_records: z.exactOptional(z.array(z.object({ path: z.string(), fault: z.string(), command: z.string() }))),
    guarded_problems: z.exactOptional(
      z.array(z.object({ path: z.string(), rule: z.string(), severity: z.string(), message: z.string() })),
    ),
    git: z.nullable(
      z.object({
        branch: TEXT,
        recorded_branch: z.nullable(z.enum(["checked-out", "elsewhere", "gone", "not-made-yet"])),
        commits: z.nullable(z.int()),
        changed_files: z.nullable(z.int()),
      }),
    ),
    ...ELSEWHERE,
  }),
  annotations: { readOnlyHint: true },
  run: async (_input, { openGate }) => ({ result: await status(await openGate({ create: true })) }),
});
