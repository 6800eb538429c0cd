/** The commands, in the order in which help lists them. A new one is a file in `commands/` and an entry here. */
import { type Registered, register } from "./command.ts";

/** The commands by what they are for, in the order of the help. */
const GROUPS: Readonly<Record<string, readonly Registered[]>> = {
  "Every day": [
    register("start", "make an issue the active work, or resume it", () => import("./commands/start.ts")),
    register("save", "record progress, next steps and decisions", () => import("./commands/save.ts")),
    register("prove", "run a command, and record that it passes", () => import("./commands/prove.ts")),
    register("status", "show the active work and how fresh it is", () => import("./commands/status.ts")),
    register("list", "list the issues, one line each", () => import("./commands/list.ts")),
    register("show", "show one issue with all that is recorded of it", () => import("./commands/show.ts")),
    register("edit", "edit the state file or a work file in your editor", () => import("./commands/edit.ts")),
    register("tick", "check one box of a Markdown file", () => import("./commands/tick.ts")),
    register("search", "find lines in the state, the work files and the archive", () => import("./commands/search.ts")),
    register("done", "finish the active work and archive its file", () => import("./commands/done.ts")),
    register("watch", "show the active work live, or print what happens", () => import("./commands/watch.ts")),
    register("init", "make the state file and its folders", () => import("./commands/init.ts")),
  ],
  Repair: [
    register("check", "validate documents, and mend them with --fix", () => import("./commands/check.ts")),
    register("recover", "rebuild a damaged state or work file", () => import("./commands/recover.ts")),
    register("undo", "take back changes, or make them again", () => import("./commands/undo.ts")),
    register("redo", "make undone changes again", () => import("./commands/undo.ts")),
    register("restore", "put a version of a document back", () => import("./commands/restore.ts")),
    register("history", "list the versions of the documents", () => import("./commands/history.ts")),
    register("diff", "show what a version changed", () => import("./commands/diff.ts")),
    register("guard", "guard Markdown files of any format", () => import("./commands/guard.ts")),
    register("reconstruct", "find work to take up again in the work files", () => import("./commands/reconstruct.ts")),
    register("verify", "say whether an issue's work file can be trusted", () => import("./commands/verify.ts")),
  ],
  Agents: [
    register(
      "install",
      "enter the gate into the settings of coding agents and git",
      () => import("./commands/install.ts"),
    ),
    register("uninstall", "take it out of the settings again", () => import("./commands/uninstall.ts")),
    register("doctor", "say whether what is installed works", () => import("./commands/doctor.ts")),
    register("mcp", "serve the state to an agent over MCP", () => import("./commands/mcp.ts")),
    register("lsp", "serve the documents to an editor", () => import("./commands/lsp.ts")),
    register("hook", "answer a hook of a coding agent", () => import("./commands/hook.ts")),
    register("brief", "print what an agent has to know of the active work", () => import("./commands/brief.ts")),
    register("blame", "show where each line of a document comes from", () => import("./commands/blame.ts")),
    register(
      "statusline",
      "print the active work as one line for a status bar",
      () => import("./commands/statusline.ts"),
    ),
    register("checkpoint", "note what an agent has done", () => import("./commands/checkpoint.ts")),
    register("grow", "show what was learned and decided since the last time", () => import("./commands/grow.ts")),
  ],
  "Several people": [
    register("claims", "list which worktree works on which issue", () => import("./commands/claims.ts")),
    register("claim", "claim an issue for this worktree", () => import("./commands/claims.ts")),
    register("release", "give a claim up", () => import("./commands/claims.ts")),
    {
      // Git takes 1 to 128 for a conflict in a file that was written, and anything above for a failure.
      failureCode: 129,
      ...register("merge", "merge two versions of a document, for git", () => import("./commands/merge.ts")),
    },
    register("trust", "let the project's own programs run around operations", () => import("./commands/trust.ts")),
    register("config", "show or set what holds for this clone", () => import("./commands/config.ts")),
  ],
  Programs: [
    register("batch", "work through a list of features", () => import("./commands/batch.ts")),
    register("kv", "keep values under keys, in a file or a database", () => import("./commands/kv.ts")),
    register("run", "keep the state of runs of skills", () => import("./commands/run.ts")),
  ],
  "This program": [
    register("completion", "print a completion script for a shell", () => import("./commands/completion.ts")),
    register("help", "show help for a command", () => import("./commands/help.ts")),
  ],
};

export const COMMANDS: readonly Registered[] = Object.entries(GROUPS).flatMap(([group, commands]) =>
  commands.map((command) => ({ ...command, group })),
);
