/** `gate help`: the help of the program, or of one command. */
import type { DefinedCommand } from "../command.ts";
import { build, findCommand, helpOf, programHelp } from "../parse.ts";

export const help: DefinedCommand = {
  description: "Shows what the program can do, or all about one command.",
  examples: [
    ["gate help", "list the commands"],
    ["gate help save", "all that can be recorded"],
  ],
  define(command) {
    command.argument("[command]", "the command to explain");
    return async ({ io }) => {
      const [name] = command.args;
      if (name === undefined) return { verbatim: programHelp(io) };
      const registered = findCommand(name);
      const built = build(registered, await registered.load(), io);
      return { verbatim: helpOf(built.command) };
    };
  },
};
