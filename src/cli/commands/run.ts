/** `gate run`: the state of runs of skills. Each of its commands is in `run/`. */
import type { CommandGroup } from "../command.ts";

export const run: CommandGroup = {
  description:
    "Keeps the state of runs of skills in ~/.claude/state/<skill>/<run_id>.json, so that a run can go on where " +
    "another process left it. Needs no project.",
  examples: [
    ["gate run new review", "make an id for a run"],
    ["gate run save review-20241023-163000-1f2e3d --skill review --json-file state.json", "save its state"],
    ["gate run load review-20241023-163000-1f2e3d", "read it"],
  ],
  subcommands: [
    { name: "new", summary: "make an id for a run", load: async () => (await import("./run/new.ts")).newId },
    { name: "save", summary: "save the state of a run", load: async () => (await import("./run/save.ts")).save },
    { name: "load", summary: "read the state of a run", load: async () => (await import("./run/load.ts")).load },
    { name: "list", summary: "list the runs, newest first", load: async () => (await import("./run/load.ts")).list },
    { name: "archive", summary: "put a run away", load: async () => (await import("./run/archive.ts")).archive },
    { name: "prune", summary: "remove old runs", load: async () => (await import("./run/archive.ts")).prune },
    {
      name: "path",
      summary: "say where the state of a run is kept",
      load: async () => (await import("./run/new.ts")).path,
    },
  ],
};
