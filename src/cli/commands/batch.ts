/** `gate batch`: features worked through one by one. Each of its commands is a file in `batch/`. */
import { type CommandGroup, register } from "../command.ts";

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
    register("create", "begin a batch", () => import("./batch/create.ts")),
    register("status", "show where the batch stands, feature by feature", () => import("./batch/status.ts")),
    register("summary", "the same in short, with what to do now", () => import("./batch/status.ts")),
    register("next", "name the next feature, or claim it", () => import("./batch/next.ts")),
    register("extend", "keep a claimed feature for longer", () => import("./batch/next.ts")),
    register("complete", "record that a feature is done", () => import("./batch/end.ts")),
    register("fail", "record that a feature failed", () => import("./batch/end.ts")),
    register("skip", "record that a feature is left out", () => import("./batch/end.ts")),
    register("set", "set how the features are worked on", () => import("./batch/set.ts")),
    register("retry", "count a retry and say whether it may be made", () => import("./batch/retry.ts")),
    register("git", "record the commit, push or pull request of a feature", () => import("./batch/git.ts")),
    register("clear-event", "record that the context was cleared", () => import("./batch/pause.ts")),
    register("pause", "pause the batch", () => import("./batch/pause.ts")),
    register("resume", "go on with the batch", () => import("./batch/pause.ts")),
    register("recover", "bring a damaged batch back", () => import("./batch/recover.ts")),
    register("cleanup", "remove the record", () => import("./batch/cleanup.ts")),
  ],
};
