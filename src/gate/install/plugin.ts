/** Whether the plugin is there, as the files of an agent show. */
import { join } from "node:path";
import { attempt } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { openProject } from "../../files/guard/project.ts";
import { listFolder } from "../../files/read/read.ts";
import type { AgentName } from "../../settings/agents.ts";
import { type Machine, textAt, valueAt } from "./look.ts";

const PLUGIN = "state-gatekeeper";

/** What shows that the agent has the plugin; `undefined` where nothing does. */
export function findPlugin(agent: AgentName, { root, home }: Pick<Machine, "root" | "home">): string | undefined {
  if (agent === "claude") return enabledIn(home, root);
  if (agent === "codex") return enabledInToml(textAt(join(home, ".codex/config.toml")) ?? "");
  return agent === "copilot" ? installedIn(home) : undefined;
}

/** Claude Code has a switch for each plugin in its settings; those that are nearer hold over the others. */
function enabledIn(home: string, root: string): string | undefined {
  const files = [
    join(home, ".claude/settings.json"),
    join(root, ".claude/settings.json"),
    join(root, ".claude/settings.local.json"),
  ];
  const switches = files.flatMap((file) => {
    const plugins = valueAt(file)?.["enabledPlugins"];
    return isObject(plugins) ? Object.entries(plugins).filter(([key]) => key.startsWith(`${PLUGIN}@`)) : [];
  });
  return [...new Map(switches)].find(([, enabled]) => enabled === true)?.[0];
}

function enabledInToml(text: string): string | undefined {
  const [, key, body = ""] =
    new RegExp(`^[ \\t]*\\[plugins\\.["'](${PLUGIN}@[^"']*)["']\\]([^[]*)`, "m").exec(text) ?? [];
  return key === undefined || /^[ \t]*enabled[ \t]*=[ \t]*false/m.test(body) ? undefined : key;
}

/** Copilot has a folder for each marketplace. */
function installedIn(home: string): string | undefined {
  const folder = ".copilot/installed-plugins";
  const project = attempt(() => openProject(join(home, folder)));
  const marketplaces = project === undefined ? [] : listFolder(project, "").map(({ name }) => name);
  const found = marketplaces.find((name) => textAt(join(home, folder, name, PLUGIN, ".claude-plugin/plugin.json")));
  return found === undefined ? undefined : `~/${folder}/${found}/${PLUGIN}`;
}
