/** Where an issue of the checkout's repository can be read, by the address of its remote. */
import type { Checkout } from "./checkout.ts";
import { configTexts, settingsIn } from "./config.ts";

/** Hosts whose issues have addresses that are known, with what stands before the number. */
const HOSTS: Readonly<Record<string, string>> = { "github.com": "issues", "gitlab.com": "-/issues" };
const REMOTE = /^(?:https?:\/\/|ssh:\/\/|git:\/\/)?(?:[^@/]*@)?([\w.-]+)(?::\d+\/|[/:])([\w.-]+(?:\/[\w.-]+)+)$/;

/**
 * The address of an issue; `undefined` where no remote or no host is known. The remote is the
 * one that `gh` was told to use, else `upstream`, because `origin` of a fork has no issues.
 */
export function issueAddress({ git }: Checkout, issue: number): string | undefined {
  // Those that hold over others come first, and so last here.
  const texts = [...configTexts(git)].reverse();
  const settings = new Map(texts.flatMap((text) => [...settingsIn(text)]));
  const chosen = [...settings].find(([name, value]) => /^remote\..+\.gh-resolved$/.test(name) && value === "base")?.[0];
  const names = [chosen?.split(".").slice(1, -1).join("."), "upstream", "origin"];
  const remote = names.map((name) => settings.get(`remote.${name}.url`)).find((url) => url !== undefined);
  const [, host = "", path] = REMOTE.exec(remote?.replace(/(?:\.git)?\/?$/, "") ?? "") ?? [];
  const issues = HOSTS[host.toLowerCase()];
  return issues && `https://${host.toLowerCase()}/${path}/${issues}/${issue}`;
}
