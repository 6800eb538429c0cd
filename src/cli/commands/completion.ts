/** `gate completion`: scripts for shells, made from the commands themselves. */
import type { DefinedCommand } from "../command.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { wordsOfCommands } from "../completion/words.ts";
import { zshScript } from "../completion/zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

export const completion: DefinedCommand = {
  description: "Prints a script that completes commands, flags and issue numbers in your shell.",
  examples: [
    ["source <(gate completion bash)", "in ~/.bashrc"],
    ["source <(gate completion zsh)", "in ~/.zshrc, below compinit"],
    ["gate completion fish > ~/.config/fish/completions/gate.fish", "once"],
  ],
  define(command) {
    command.addArgument(command.createArgument("<shell>", "the shell").choices(Object.keys(SCRIPTS)));
    return async ({ io }) => ({ verbatim: SCRIPTS[command.args[0] as Shell](await wordsOfCommands(io)) });
  },
};
