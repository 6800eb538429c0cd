/** What several tools answer with. The keys are those of the wire, in the order in which they come. */
import * as z from "zod/mini";

/** A text, or `null` where there is none. */
export const TEXT = z.nullable(z.string());

export const FRESHNESS = z.nullable(z.enum(["recent", "moderate", "stale"]));

export const PROBLEM = {
  rule: z.string(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  line: z.int(),
  column: z.int(),
  end_line: z.int(),
  end_column: z.int(),
  fixable: z.boolean(),
};

export const PROBLEMS = z.array(z.object(PROBLEM));

/** How many items are completed. */
export const COUNTS = z.nullable(z.object({ completed: z.int(), total: z.int() }));

/** Files that were left out, and why. */
export const SKIPPED = z.array(z.object({ file: z.string(), reason: z.string() }));

export const CLAIM = z.nullable(
  z.object({
    issue_number: z.int(),
    ...{ holder: z.string(), worktree: z.string(), branch: TEXT, session: TEXT },
    ...{ since: z.string(), until: z.string(), live: z.boolean(), remote: TEXT },
  }),
);

/** The active work, and any issue that is shown as that is. */
export const STATUS = {
  exists: z.boolean(),
  valid: z.boolean(),
  issue_number: z.nullable(z.int()),
  issue_title: TEXT,
  branch: TEXT,
  started: TEXT,
  last_updated: TEXT,
  freshness: FRESHNESS,
  hours_since_update: z.nullable(z.int()),
  progress_items: z.array(
    z.object({
      status: z.enum(["completed", "in_progress", "pending", "blocked"]),
      text: z.string(),
      percentage: z.exactOptional(z.number()),
    }),
  ),
  next_steps: z.array(z.string()),
  open_questions: z.array(z.object({ question: z.string(), decision: TEXT, note: z.optional(z.string()) })),
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
  git: z.nullable(
    z.object({
      branch: TEXT,
      recorded_branch: z.nullable(z.enum(["checked-out", "elsewhere", "gone"])),
      commits: z.nullable(z.int()),
      changed_files: z.nullable(z.int()),
    }),
  ),
};

/** What every write answers besides: in a dry run the diff, and what went differently. */
export const WRITTEN = {
  dry_run: z.exactOptional(z.literal(true)),
  diff: z.exactOptional(z.string()),
  warnings: z.array(z.string()),
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
  revision: TEXT,
};
