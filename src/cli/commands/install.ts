/** `gate install`: see `gate/install/install.ts`. */
import { GateError } from "../../base/errors.ts";
import { type Installation, type InstallInput, install as installInto } from "../../gate/install/install.ts";
import { AGENTS } from "../../settings/agents.ts";
import { type Call, command } from "../command.ts";
import type { Options } from "../option.ts";
import { changeSettings, settingsOf } from "../options/install.ts";

const OPTIONS = {
  ...settingsOf("install for"),
  mcp: { flag: "--mcp", about: "enter the MCP server, `gate mcp`" },
  allow: { flag: "--allow", about: "let the agent run gate without asking" },
  autoApprove: { flag: "--auto-approve", about: "let a hook grant writes of the state's own files" },
  git: { flag: "--git", about: "set up the merge driver: .gitattributes and the repository's configuration" },
  agentsMd: { flag: "--agents-md", about: "add a block to AGENTS.md that says how to use the gate" },
  skill: {
    flag: "--skill",
    about: "add a skill that says so, in .agents/skills and .claude/skills, where no plugin is",
  },
} as const satisfies Options;

export const install = command({
  description:
    "Enters the hooks of the gate into the settings of coding agents, and what else is asked for. Shows the change and " +
    "asks first. Everything else in the settings stays as it is, comments too; a second time changes nothing.",
  examples: [
    ["gate install", "for the agents that are there"],
    ["gate install --agent claude --mcp --allow --git", "all of it for Claude Code, for everybody in the project"],
    ["gate install --agent codex --scope user", "in your own settings, for all projects"],
    ["gate install --agent claude --dry-run", "see what would be written"],
    ["gate uninstall", "take it out again"],
  ],
  options: OPTIONS,
  async run(call, given) {
    const input = needsAgents(given) ? { ...given, agents: await detect(call) } : given;
    return await changeSettings(call, input, {
      name: "install",
      options: OPTIONS,
      act: installInto,
      question: questionOf,
    });
  },
});

function questionOf({ gitDriver }: Installation): string {
  return gitDriver === undefined ? "Write this?" : `Write this, with \`${gitDriver}\` as the merge driver in git?`;
}

/** Whether nothing says for whom; `--git`, `--agents-md` and `--skill` are for all. */
function needsAgents({ agents, git, agentsMd, skill, mcp, allow, autoApprove }: InstallInput): boolean {
  return !agents && (Boolean(mcp || allow || autoApprove) || !(git || agentsMd || skill));
}

/** The agents that are there; a person, or `--yes`, still says whether they shall be written to. */
async function detect({ io }: Call): Promise<NonNullable<InstallInput["agents"]>> {
  const hint = `Name them: --agent ${AGENTS.join(", ")}; or give --git, --agents-md or --skill alone.`;
  const { detectAgents } = await import("../../gate/install/detect.ts");
  const found = detectAgents(io.home, io.environment["PATH"]);
  if (found.size === 0) {
    throw new GateError("NOT_FOUND", "Cannot install: no agent is found on this machine", { hint });
  }
  for (const [name, sign] of found) io.error(`Found ${name}: ${sign}.\n`);
  return [...found.keys()];
}
