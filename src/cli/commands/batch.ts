/** `gate batch`: features worked through one by one. Each of its commands is a file in `batch/`. */
import type { CommandGroup } from "../command.ts";

export const batch: CommandGroup = {
  description:
    "Works through a list of features, one by one or by several workers at once. The record is " +
    ".claude/batch_state.json; other programs may read and write it too. Features count from 0.",
  examples: [
    ["gate batch create --features-file features.txt", "begin with one feature for each line"],
    ["gate batch next --claim --worker w1", "take the next feature, so that nobody else does"],
    ["gate batch complete 0 --tokens 8000", "finish it"],
    ["gate batch status", "see where the batch stands"],
  ],
  subcommands: [
    {
      name: "create",
      summary: "begin a batch",
      load: async () => (await import("./batch/create.ts")).create,
    },
    {
      name: "status",
      summary: "show where the batch stands, feature by feature",
      load: async () => (await import("./batch/status.ts")).status,
    },
    {
      name: "summary",
      summary: "the same in short, with what to do now",
      load: async () => (await import("./batch/status.ts")).summary,
    },
    {
      name: "next",
      summary: "name the next feature, or claim it",
      load: async () => (await import("./batch/next.ts")).next,
    },
    {
      name: "extend",
      summary: "keep a claimed feature for longer",
      load: async () => (await import("./batch/next.ts")).extend,
    },
    {
      name: "complete",
      summary: "record that a feature is done",
      load: async () => (await import("./batch/end.ts")).complete,
    },
    {
      name: "fail",
      summary: "record that a feature failed",
      load: async () => (await import("./batch/end.ts")).fail,
    },
    {
      name: "skip",
      summary: "record that a feature is left out",
      load: async () => (await import("./batch/end.ts")).skip,
    },
    {
      name: "retry",
      summary: "count a retry and say whether it may be made",
      load: async () => (await import("./batch/retry.ts")).retry,
    },
    {
      name: "git",
      summary: "record the commit, push or pull request of a feature",
      load: async () => (await import("./batch/git.ts")).git,
    },
    {
      name: "clear-event",
      summary: "record that the context was cleared",
      load: async () => (await import("./batch/pause.ts")).clearEvent,
    },
    {
      name: "pause",
      summary: "pause the batch",
      load: async () => (await import("./batch/pause.ts")).pause,
    },
    {
      name: "resume",
      summary: "go on with the batch",
      load: async () => (await import("./batch/pause.ts")).resume,
    },
    {
      name: "cleanup",
      summary: "remove the record",
      load: async () => (await import("./batch/cleanup.ts")).cleanup,
    },
  ],
};
