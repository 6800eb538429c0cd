/**
 * An agent that also runs the hooks in another one's settings. In a checkout with both it
 * would ask, and be answered, twice: where it has hooks of its own for the event, those
 * answer. Seen from the settings alone, because the two calls know nothing of each other.
 */
import { join } from "node:path";
import { findRoot } from "../files/guard/project.ts";
import { textAt } from "../gate/install/look.ts";
import { findPlugin } from "../gate/install/plugin.ts";
import { AGENT } from "../settings/agents.ts";
import { ourCommands } from "../settings/entries.ts";
import { unloadable } from "../settings/loadable.ts";
import type { Call } from "./call.ts";

/** Whether the agent has hooks of ours for the event in its own settings, or in the plugin. */
export function answersItself({ agent: name, event, cwd }: Call, home: string): boolean {
  if (name === undefined) return false;
  const agent = AGENT[name];
  const root = findRoot({ cwd, home })?.root ?? cwd;
  const files = [
    agent.hooks.project && join(root, agent.hooks.project),
    agent.hooks.user && join(home, agent.hooks.user),
  ];
  const isEntered = files.some((file) => {
    const text = file === undefined ? undefined : textAt(file);
    if (text === undefined || unloadable(text, agent)) return false;
    return ourCommands(text).some((command) => command.includes(` hook ${event} `));
  });
  return isEntered || findPlugin(name, { root, home }) !== undefined;
}
