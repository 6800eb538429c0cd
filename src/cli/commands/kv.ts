/** `gate kv`: the commands on keys. A new one is a file in `kv/` and an entry here. */
import type { CommandGroup } from "../command.ts";

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
    {
      name: "init",
      summary: "choose where a namespace is kept",
      load: async () => (await import("./kv/init.ts")).init,
    },
    { name: "save", summary: "save a value under a key", load: async () => (await import("./kv/save.ts")).save },
    { name: "load", summary: "load the value of a key", load: async () => (await import("./kv/load.ts")).load },
    { name: "delete", summary: "remove a key", load: async () => (await import("./kv/delete.ts")).remove },
    { name: "keys", summary: "list the keys", load: async () => (await import("./kv/keys.ts")).keys },
    {
      name: "checkpoint",
      summary: "keep all keys as they are now",
      load: async () => (await import("./kv/checkpoint.ts")).checkpoint,
    },
    {
      name: "checkpoints",
      summary: "list the checkpoints",
      load: async () => (await import("./kv/checkpoints.ts")).checkpoints,
    },
    {
      name: "restore",
      summary: "make the keys what a checkpoint holds",
      load: async () => (await import("./kv/restore.ts")).restore,
    },
    {
      name: "diff",
      summary: "show what changed since a checkpoint",
      load: async () => (await import("./kv/diff.ts")).diff,
    },
    {
      name: "migrate",
      summary: "move a namespace to another backend",
      load: async () => (await import("./kv/migrate.ts")).migrate,
    },
    {
      name: "recover",
      summary: "make a damaged store good again",
      load: async () => (await import("./kv/recover.ts")).recover,
    },
  ],
};
