/** Which agents are there, as far as their folders and programs show. */
import { resolve } from "node:path";
import { findProgram } from "../../files/guard/program.ts";
import { openProject } from "../../files/guard/project.ts";
import { listFolder } from "../../files/read/read.ts";
import { AGENTS, type AgentName } from "../../settings/agents.ts";

/** Agents with what showed that they are there. Every project of the gate has `.claude`, so only the one in the home folder counts. */
export function detectAgents(home: string, path: string | undefined): ReadonlyMap<AgentName, string> {
  const folders = new Set(
    listFolder(openProject(resolve(home)), "").flatMap(({ name, kind }) => (kind === "folder" ? [name] : [])),
  );
  return new Map(
    AGENTS.flatMap((name): [AgentName, string][] => {
      if (findProgram(name, path) !== undefined) return [[name, `${name} is on the PATH`]];
      return folders.has(`.${name}`) ? [[name, `~/.${name} is there`]] : [];
    }),
  );
}
