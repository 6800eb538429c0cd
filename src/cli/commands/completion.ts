/** `gate completion`: scripts for shells, made from the commands themselves. */
import { command } from "../command.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { wordsOfCommands } from "../completion/words.ts";
import { zshScript } from "../completion/zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

export const completion = command({
  description: "Prints a script that completes commands, flags and issue numbers in your shell.",
  examples: [
    ["source <(gate completion bash)", "in ~/.bashrc"],
    ["source <(gate completion zsh)", "in ~/.zshrc, below compinit"],
    ["gate completion fish > ~/.config/fish/completions/gate.fish", "once"],
  ],
  arguments: { shell: { name: "<shell>", about: "the shell", choices: ["bash", "zsh", "fish"] } },
  async run(_call, { shell }, { commands }) {
    return { verbatim: SCRIPTS[shell](await wordsOfCommands(commands)) };
  },
});
