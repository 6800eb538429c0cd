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
