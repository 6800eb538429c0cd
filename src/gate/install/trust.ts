/**
 * Whether an agent trusts a project, as its own files in the home folder say. Of one that
 * no person has agreed to, an agent runs no hooks, or keeps to no rules, and says nothing.
 */
import { dirname, join } from "node:path";
import { isObject } from "../../base/json.ts";
import { findCheckout } from "../../files/git/checkout.ts";
import { commonFolder } from "../../files/git/refs.ts";
import { ancestorsOf } from "../../files/guard/project.ts";
import type { AgentName } from "../../settings/agents.ts";
import { textAt, valueAt } from "./look.ts";

/** Whether the agent trusts the project; `undefined` where its files do not say it. */
export function isTrusted(agent: AgentName, root: string, home: string): boolean | undefined {
  const checkout = findCheckout(root);
  // A worktree is trusted with the checkout that it belongs to.
  const main = checkout === undefined ? [] : [dirname(commonFolder(checkout.git))];
  return TRUST[agent]?.([...ancestorsOf(root), ...main], home);
}

/** From a folder on upward: one that is trusted trusts what is in it. */
type Trust = (folders: readonly string[], home: string) => boolean;

const TRUST: { readonly [name in AgentName]?: Trust } = {
  claude(folders, home) {
    const projects = valueAt(join(home, ".claude.json"))?.["projects"];
    return folders.some((folder) => partOf(partOf(projects, folder), "hasTrustDialogAccepted") === true);
  },
  codex(folders, home) {
    const text = textAt(join(home, ".codex/config.toml")) ?? "";
    const trusted = Array.from(
      text.matchAll(/^[ \t]*\[[ \t]*projects[ \t]*\.[ \t]*(?:"([^"\r\n]*)"|'([^'\r\n]*)')[ \t]*\]([^[]*)/gm),
    ).filter(([, , , body = ""]) => /^[ \t]*trust_level[ \t]*=[ \t]*["']trusted["']/m.test(body));
    return trusted.some(([, one, other]) => folders.includes(one ?? other!));
  },
  copilot(folders, home) {
    const config = valueAt(join(home, ".copilot/config.json")) ?? {};
    const trusted = [config["trustedFolders"], config["trusted_folders"]].find(Array.isArray) ?? [];
    return folders.some((folder) => trusted.includes(folder));
  },
  gemini: trustedBy(".gemini"),
  qwen: trustedBy(".qwen"),
};

/** Gemini, and Qwen Code that came of it: they ask nobody unless that is switched on. */
function trustedBy(folder: string): Trust {
  return (folders, home) => {
    const settings = valueAt(join(home, folder, "settings.json"));
    if (partOf(partOf(partOf(settings, "security"), "folderTrust"), "enabled") !== true) return true;
    const rules = Object.entries(valueAt(join(home, folder, "trustedFolders.json")) ?? {});
    const trusted = rules.flatMap(([path, rule]) =>
      rule === "TRUST_FOLDER" ? [path] : rule === "TRUST_PARENT" ? [dirname(path)] : [],
    );
    return folders.some((path) => trusted.includes(path));
  };
}

function partOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
