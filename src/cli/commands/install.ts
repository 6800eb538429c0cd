/** `gate install`: see `gate/install/install.ts`. */
import { GateError } from "../../base/errors.ts";
import { install as installInto } from "../../gate/install/install.ts";
import type { Call, DefinedCommand } from "../command.ts";
import {
  addAgentOptions,
  flagsOf,
  type InstallFlags,
  inputOf,
  installOptions,
  wordsOf,
} from "../options/install-options.ts";
import { requireConsent } from "../prompts/consent.ts";
import { viewInstallation } from "../views/installation.ts";
import { written } from "../written.ts";

export const install: DefinedCommand = {
  description:
    "Enters the hooks of the gate into the settings of coding agents, and what else is asked for. Shows the change and " +
    "asks first. Everything else in the settings stays as it is, comments too; a second time changes nothing.",
  examples: [
    ["gate install", "on a terminal: for the agents that are there"],
    ["gate install --agent claude --mcp --allow --git", "all of it for Claude Code, for everybody in the project"],
    ["gate install --agent codex --scope user", "in your own settings, for all projects"],
    ["gate install --agent claude --dry-run", "see what would be written"],
    ["gate uninstall", "take it out again"],
  ],
  define(command) {
    addAgentOptions(command, "install for");
    command
      .option("--mcp", "enter the MCP server, `gate mcp`")
      .option("--allow", "let the agent run gate without asking")
      .option("--auto-approve", "let a hook grant writes of the state's own files")
      .option("--git", "set up the merge driver: .gitattributes and the repository's configuration")
      .option("--agents-md", "add a block to AGENTS.md that says how to use the gate");
    return async (call) => {
      const given = flagsOf(command);
      const flags = needsAgents(given) ? { ...given, agent: await detect(call) } : given;
      const gate = call.openGate({ create: true });
      const input = inputOf(flags);
      const options = installOptions(call);
      const planned = await installInto(gate, input, { ...options, dryRun: true });
      if (planned.value.changed) {
        const { gitDriver } = planned.value;
        const question =
          gitDriver === undefined ? "Write this?" : `Write this, with \`${gitDriver}\` as the merge driver in git?`;
        const words = wordsOf("install", flags);
        await requireConsent(call, { act: "install", question, words, planned: async () => planned });
      }
      const outcome = await installInto(gate, input, { ...options, planned });
      return { result: outcome.value, ...written(outcome), text: (style) => viewInstallation(outcome.value, style) };
    };
  },
};

/** Whether nothing says for whom; `--git` and `--agents-md` are for all. */
function needsAgents({ agent, git, agentsMd, mcp, allow, autoApprove }: InstallFlags): boolean {
  return !agent && (Boolean(mcp || allow || autoApprove) || !(git || agentsMd));
}

/** The agents that are there, where a person can say no to them. */
async function detect({ io, flags }: Call): Promise<InstallFlags["agent"] & {}> {
  const hint = "Name them: --agent claude, codex, copilot or gemini; or give --git or --agents-md alone.";
  if (!flags.input || !io.terminal.input) {
    throw new GateError("INVALID_ARGUMENT", "Cannot install: it is not said for which agents", { hint });
  }
  const { detectAgents } = await import("../../gate/install/detect.ts");
  const found = detectAgents(io.home, io.environment["PATH"]);
  if (found.size === 0) {
    throw new GateError("NOT_FOUND", "Cannot install: no agent is found on this machine", { hint });
  }
  for (const [name, sign] of found) io.error(`Found ${name}: ${sign}.\n`);
  return [...found.keys()];
}
