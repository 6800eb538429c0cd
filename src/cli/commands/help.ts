/** `gate help`: the help of the program, or of one command. */
import { command } from "../command.ts";
import { explain } from "../commander/explain.ts";
import { explainFlags } from "../commander/make.ts";

export const help = command({
  description: "Shows what the program can do, or all about one command.",
  examples: [
    ["gate help", "list the commands"],
    ["gate help save", "all that can be recorded"],
    ["gate help kv restore", "a command of a group"],
    ["gate help flags", "what every command takes"],
  ],
  arguments: {
    name: { name: "[command]", about: "the command to explain" },
    inner: { name: "[subcommand]", about: "one of its commands" },
  },
  async run({ io }, { name, inner }, { commands }) {
    if (name === "flags" && inner === undefined) return { verbatim: explainFlags() };
    const words = [name, inner].filter((word) => word !== undefined);
    return { verbatim: (await explain(["--help", "--", ...words], commands, io.version)) ?? "" };
  },
});
