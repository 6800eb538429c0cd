/**
 * An agent that also runs the hooks in another one's settings. In a checkout with both it
 * would ask, and be answered, twice: where it has hooks of its own for the event, those
 * answer. Seen from the settings alone, because the two calls know nothing of each other.
 */
import { join } from "node:path";
import { findRoot } from "../files/guard/project.ts";
import { textAt } from "../gate/install/look.ts";
import { findPlugin } from "../gate/install/plugin.ts";
import { AGENT, type AgentName, ALSO_RUNS } from "../settings/agents.ts";
import { ourCommands } from "../settings/entries.ts";
import { unloadable } from "../settings/loadable.ts";
import type { Call, EventName } from "./call.ts";

/** Whether somebody else answers a borrowed call: the agent's own hooks, or those of another lender before this one. */
export function isAnsweredElsewhere({ agent, borrowed, event, cwd }: Call, home: string): boolean {
  if (agent === undefined || borrowed === undefined) return false;
  const lenders = ALSO_RUNS[agent] ?? [];
  const before = [agent, ...lenders.slice(0, lenders.indexOf(borrowed))];
  return before.some((name) => answers(name, event, { cwd, home }));
}

/** Whether an agent has hooks of ours for the event in its own settings, or in the plugin. */
function answers(name: AgentName, event: EventName, { cwd, home }: { cwd: string; home: string }): boolean {
  const agent = AGENT[name];
  const root = findRoot({ cwd, home })?.root ?? cwd;
  const { project, local, user } = agent.hooks;
  const files = [project && join(root, project), local && join(root, local), user && join(home, user)];
  const isEntered = files.some((file) => {
    const text = file === undefined ? undefined : textAt(file);
    if (text === undefined || unloadable(text, agent)) return false;
    return ourCommands(text).some((command) => command.includes(` hook ${event} `));
  });
  return isEntered || findPlugin(name, { root, home }) !== undefined;
}
