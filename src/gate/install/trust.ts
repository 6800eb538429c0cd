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

/** Whether the agent trusts the project. */
export function isTrusted(agent: AgentName, root: string, home: string): boolean {
  const checkout = findCheckout(root);
  // A worktree is trusted with the checkout that it belongs to.
  const main = checkout === undefined ? [] : [dirname(commonFolder(checkout.git))];
  return TRUST[agent]([...ancestorsOf(root), ...main], home);
}

/** From a folder on upward: one that is trusted trusts what is in it. */
const TRUST: Readonly<Record<AgentName, (folders: readonly string[], home: string) => boolean>> = {
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
  gemini(folders, home) {
    const settings = valueAt(join(home, ".gemini/settings.json"));
    // It asks nobody unless that is switched on.
    if (partOf(partOf(partOf(settings, "security"), "folderTrust"), "enabled") !== true) return true;
    const rules = Object.entries(valueAt(join(home, ".gemini/trustedFolders.json")) ?? {});
    const trusted = rules.flatMap(([folder, rule]) =>
      rule === "TRUST_FOLDER" ? [folder] : rule === "TRUST_PARENT" ? [dirname(folder)] : [],
    );
    return folders.some((folder) => trusted.includes(folder));
  },
};

function partOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
