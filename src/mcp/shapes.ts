/** What several tools answer with. The keys are those of the wire, in the order in which they come. */
import * as z from "zod/mini";

/** A text, or `null` where there is none. */
export const TEXT = z.nullable(z.string());

export const FRESHNESS = z.nullable(z.enum(["recent", "moderate", "stale"]));

export const PROBLEMS = z.array(
  z.object({
    rule: z.string(),
    severity: z.enum(["error", "warning", "info"]),
    message: z.string(),
    line: z.int(),
    column: z.int(),
    end_line: z.int(),
    end_column: z.int(),
    fixable: z.boolean(),
  }),
);

/** What every write answers besides: in a dry run the diff, and what went differently. */
export const WRITTEN = {
  dry_run: z.exactOptional(z.literal(true)),
  diff: z.exactOptional(z.string()),
  warnings: z.array(z.string()),
};

const ITEMS = z.array(
  z.object({
    status: z.enum(["completed", "in_progress", "pending", "blocked"]),
    text: z.string(),
    percentage: z.exactOptional(z.number()),
  }),
);

/** What other tools keep of active work. */
export const ELSEWHERE = {
  elsewhere: z.array(
    z.object({
      ...{ source: z.string(), title: z.string(), status: z.string(), progress: ITEMS },
      ...{ next_steps: z.array(z.string()), blockers: z.array(z.string()), questions: z.array(z.string()) },
      ...{ last_updated: TEXT, updated_by: TEXT, path: z.string(), problems: z.array(z.string()) },
    }),
  ),
  elsewhere_problems: z.exactOptional(z.array(z.string())),
};

/** The lists of the active work. */
export const PLAN = {
  progress_items: ITEMS,
  next_steps: z.array(z.string()),
  open_questions: z.array(z.object({ question: z.string(), decision: TEXT, note: z.optional(z.string()) })),
};

export const START = {
  success: z.literal(true),
  message: z.string(),
  state_file_updated: z.string(),
  previous_work_archived: z.boolean(),
  file_size: z.nullable(z.int()),
  work_file: z.string(),
  work_file_created: z.boolean(),
  work_file_freshness: FRESHNESS,
  resumed: z.boolean(),
  plan_restored: z.exactOptional(z.literal(true)),
  taken_from: z.exactOptional(z.string()),
  reopened: z.exactOptional(z.literal(true)),
  previous_issue: z.exactOptional(z.int()),
  revision: TEXT,
};
