/** Which agents are there, as far as their folders and programs show. */
import { join, resolve } from "node:path";
import { findProgram } from "../../files/guard/program.ts";
import { isThere } from "../../files/guard/real-path.ts";
import { AGENT, AGENTS, type AgentName } from "../../settings/agents.ts";

/** Agents with what showed that they are there. Every project of the gate has `.claude`, so only the one in the home folder counts. */
export function detectAgents(home: string, path: string | undefined): ReadonlyMap<AgentName, string> {
  return new Map(
    AGENTS.flatMap((name): [AgentName, string][] => {
      const { program = name, folder = `.${name}` } = AGENT[name];
      if (findProgram(program, path) !== undefined) return [[name, `${program} is on the PATH`]];
      return isThere(join(resolve(home), folder)) ? [[name, `~/${folder} is there`]] : [];
    }),
  );
}
