/** What `install` and `uninstall` have in common on the command line. */
import type { Command } from "commander";
import type { InstallInput, InstallOptions } from "../../gate/install/install.ts";
import { AGENTS, type AgentName, SCOPES, type Scope } from "../../settings/agents.ts";
import type { Call } from "../command.ts";
import { collect, optionsOf } from "../options.ts";

export interface InstallFlags {
  readonly agent?: readonly AgentName[];
  readonly scope?: Scope;
  readonly mcp?: true;
  readonly allow?: true;
  readonly autoApprove?: true;
  readonly git?: true;
  readonly agentsMd?: true;
}

export function addAgentOptions(command: Command, verb: string): void {
  const agents: string[] = [];
  const agent = command.createOption("--agent <name>", `${verb} this agent; repeatable`).choices([...AGENTS]);
  const known = agent.parseArg!;
  agent.argParser(collect(agents, (word) => known(word, undefined as never) as string));
  command
    .addOption(agent)
    .addOption(
      command
        .createOption("--scope <scope>", "whose settings: of all who check out the project, or your own")
        .choices([...SCOPES]),
    );
}

export function flagsOf(command: Command): InstallFlags {
  return optionsOf<InstallFlags>(command, "agent", "scope", "mcp", "allow", "autoApprove", "git", "agentsMd");
}

export function inputOf({ agent, ...rest }: InstallFlags): InstallInput {
  return { ...(agent && { agents: agent }), ...rest };
}

/** The words of the call, so that it can be repeated. */
export function wordsOf(name: string, { agent = [], scope, ...switches }: InstallFlags): string[] {
  const kebab = (word: string) => word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    name,
    ...agent.flatMap((each) => ["--agent", each]),
    ...(scope === undefined ? [] : ["--scope", scope]),
    ...Object.keys(switches).map((each) => `--${kebab(each)}`),
  ];
}

export function installOptions({ io, write }: Call): InstallOptions {
  const [, program] = process.argv;
  const surroundings = { path: io.environment["PATH"], program, node: process.execPath };
  return { dryRun: write.dryRun ?? false, home: io.home, surroundings };
}
