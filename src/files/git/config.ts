/**
 * The configuration that git has for a checkout, as text. It is read, not asked of git,
 * because starting a process costs more; files that it includes are not followed.
 */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { homeFolder } from "../guard/home.ts";
import { commonFolder } from "./refs.ts";

const LONGEST = 1024 * 1024;

/** The texts of its files, those that hold over others first. */
export function configTexts(git: string): readonly string[] {
  const { GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM, XDG_CONFIG_HOME } = process.env;
  const home = homeFolder();
  const own = [join(home, ".gitconfig"), join(XDG_CONFIG_HOME ?? join(home, ".config"), "git/config")];
  return [
    join(git, "config.worktree"),
    join(commonFolder(git), "config"),
    ...(GIT_CONFIG_GLOBAL === undefined ? own : [GIT_CONFIG_GLOBAL]),
    GIT_CONFIG_SYSTEM ?? "/etc/gitconfig",
  ].map((path) => Buffer.from(readPart(path, LONGEST) ?? []).toString());
}

/** What a text sets, by names such as `init.defaultbranch` and `remote.origin.url`; of two lines the last one holds. */
export function settingsIn(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let section = "";
  for (const line of text.split("\n")) {
    const [head = "", name, part] = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line) ?? [];
    if (name !== undefined)
      section = name.toLowerCase() + (part === undefined ? "" : `.${part.replace(/\\(.)/g, "$1")}`);
    const [, key, value] = /^\s*([a-z][\w-]*)\s*=\s*"?([^"#;\s]*)/i.exec(line.slice(head.length)) ?? [];
    if (key !== undefined) settings.set(`${section}.${key.toLowerCase()}`, value!);
  }
  return settings;
}
