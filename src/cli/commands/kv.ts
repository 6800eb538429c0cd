/** `gate kv`: values under keys. Its commands are in `kv/`. */
import { type CommandGroup, register } from "../command.ts";

export const kv: CommandGroup = {
  description:
    "Keeps values under keys, for programs that need them again: in a JSON file, in SQLite or on a Redis server. " +
    "Saving is atomic, also between processes; a checkpoint is a picture of all keys that can be put back.",
  examples: [
    ["gate kv save --key build --value '{\"count\": 7}'", "save a value"],
    ["gate kv load --key build --default null", "load it, or null"],
    ["gate kv checkpoint --name before-upgrade", "keep all keys as they are now"],
    ["gate kv restore --checkpoint before-upgrade", "go back to them"],
    ["gate kv migrate --from json --to sqlite", "move to a database"],
  ],
  subcommands: [
    register("init", "choose where a namespace is kept", () => import("./kv/init.ts")),
    register("save", "save a value under a key", () => import("./kv/values.ts")),
    register("load", "load the value of a key", () => import("./kv/values.ts")),
    register("delete", "remove a key", () => import("./kv/values.ts")),
    register("keys", "list the keys", () => import("./kv/values.ts")),
    register("checkpoint", "keep all keys as they are now", () => import("./kv/checkpoints.ts")),
    register("checkpoints", "list the checkpoints", () => import("./kv/checkpoints.ts")),
    register("prune", "remove old checkpoints", () => import("./kv/prune.ts")),
    register("restore", "make the keys what a checkpoint holds", () => import("./kv/restore.ts")),
    register("diff", "show what changed since a checkpoint", () => import("./kv/diff.ts")),
    register("migrate", "move a namespace to another backend", () => import("./kv/migrate.ts")),
    register("recover", "make a damaged store good again", () => import("./kv/recover.ts")),
  ],
};
