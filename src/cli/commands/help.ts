/** `gate help`: the help of the program, or of one command. */
import type { DefinedCommand } from "../command.ts";
import { build, findCommand, findSubcommand, groupHelp, helpOf, programHelp } from "../commander/parse.ts";

export const help: DefinedCommand = {
  description: "Shows what the program can do, or all about one command.",
  examples: [
    ["gate help", "list the commands"],
    ["gate help save", "all that can be recorded"],
    ["gate help kv restore", "a command of a group"],
  ],
  define(command) {
    command.argument("[command]", "the command to explain").argument("[subcommand]", "one of its commands");
    return async ({ io }) => {
      const [name, inner] = command.args;
      if (name === undefined) return { verbatim: programHelp(io) };
      const registered = findCommand(name);
      const module = await registered.load();
      if (!("subcommands" in module)) return { verbatim: helpOf(build(registered, module, io).command) };
      if (inner === undefined) return { verbatim: groupHelp(registered, module, io) };
      const subcommand = findSubcommand(registered, module, inner);
      return { verbatim: helpOf(build(subcommand, await subcommand.load(), io).command) };
    };
  },
};
