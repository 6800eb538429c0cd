/** The commands, in the order in which help lists them. A new one is a file in `commands/` and an entry here. */
import type { Registered } from "./command.ts";

export const COMMANDS: readonly Registered[] = [
  {
    name: "init",
    summary: "make the state file and its folders",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "status",
    summary: "show the active work and how fresh it is",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "start",
    summary: "make an issue the active work, or resume it",
    load: async () => (await import("./commands/start.ts")).start,
  },
  {
    name: "save",
    summary: "record progress, next steps and decisions",
    load: async () => (await import("./commands/save.ts")).save,
  },
  {
    name: "done",
    summary: "finish the active work and archive its file",
    load: async () => (await import("./commands/done.ts")).done,
  },
  {
    name: "reconstruct",
    summary: "find work to take up again in the work files",
    load: async () => (await import("./commands/reconstruct.ts")).reconstruct,
  },
  {
    name: "verify",
    summary: "say whether an issue's work file can be trusted",
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  {
    name: "check",
    summary: "validate documents, and mend them with --fix",
    load: async () => (await import("./commands/check.ts")).check,
  },
  {
    name: "recover",
    summary: "rebuild a damaged state or work file",
    load: async () => (await import("./commands/recover.ts")).recover,
  },
  {
    name: "history",
    summary: "list what changed the documents",
    load: async () => (await import("./commands/history.ts")).history,
  },
  {
    name: "diff",
    summary: "show what a change did",
    load: async () => (await import("./commands/diff.ts")).diff,
  },
  {
    name: "undo",
    summary: "take back changes, or make them again",
    load: async () => (await import("./commands/undo.ts")).undo,
  },
  {
    name: "watch",
    summary: "show the active work live, or print what happens",
    load: async () => (await import("./commands/watch.ts")).watch,
  },
  {
    name: "kv",
    summary: "keep values under keys, in a file or a database",
    load: async () => (await import("./commands/kv.ts")).kv,
  },
  {
    name: "batch",
    summary: "work through a list of features",
    load: async () => (await import("./commands/batch.ts")).batch,
  },
  {
    name: "run",
    summary: "keep the state of runs of skills",
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "install",
    summary: "enter the gate into the settings of coding agents and git",
    load: async () => (await import("./commands/install.ts")).install,
  },
  {
    name: "uninstall",
    summary: "take it out of the settings again",
    load: async () => (await import("./commands/uninstall.ts")).uninstall,
  },
  {
    name: "merge",
    summary: "merge two versions of a document, for git",
    // Git takes 1 to 128 for a conflict in a file that was written, and anything above for a failure.
    failureCode: 129,
    load: async () => (await import("./commands/merge.ts")).merge,
  },
  {
    name: "mcp",
    summary: "serve the state to an agent over MCP",
    load: async () => (await import("./commands/mcp.ts")).mcp,
  },
  {
    name: "hook",
    summary: "answer a hook of a coding agent",
    load: async () => (await import("./commands/hook.ts")).hook,
  },
  {
    name: "brief",
    summary: "print what an agent has to know of the active work",
    load: async () => (await import("./commands/brief.ts")).brief,
  },
  {
    name: "statusline",
    summary: "print the active work as one line for a status bar",
    load: async () => (await import("./commands/statusline.ts")).statusline,
  },
  {
    name: "completion",
    summary: "print a completion script for a shell",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  {
    name: "help",
    summary: "show help for a command",
    load: async () => (await import("./commands/help.ts")).help,
  },
];
