/** `gate run`: the state of runs of skills. Each of its commands is in `run/`. */
import { type CommandGroup, register } from "../command.ts";

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
    register("new", "make an id for a run", () => import("./run/new.ts")),
    register("save", "save the state of a run", () => import("./run/save.ts")),
    register("load", "read the state of a run", () => import("./run/load.ts")),
    register("list", "list the runs, newest first", () => import("./run/load.ts")),
    register("recover", "bring a damaged run back", () => import("./run/recover.ts")),
    register("archive", "put a run away", () => import("./run/archive.ts")),
    register("prune", "remove old runs", () => import("./run/archive.ts")),
    register("path", "say where the state of a run is kept", () => import("./run/new.ts")),
  ],
};
