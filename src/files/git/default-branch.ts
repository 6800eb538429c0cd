/** Which branch a repository calls its default one: work on an issue is not on it. */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import type { Checkout } from "./checkout.ts";
import { configTexts, settingsIn } from "./config.ts";
import { commonFolder } from "./refs.ts";

/** Whether it is the one that `origin` names or, where that names none, one that a new repository begins with. */
export function isDefaultBranch({ git }: Checkout, branch: string): boolean {
  const head = Buffer.from(readPart(join(commonFolder(git), "refs/remotes/origin/HEAD"), 4096) ?? []).toString();
  const named = /^ref: *refs\/remotes\/origin\/(.+?)\s*$/.exec(head)?.[1];
  if (named !== undefined) return branch === named;
  return branch === "main" || branch === "master" || branch === firstBranch(git);
}

/** What git is told to call the first branch of a new repository. */
function firstBranch(git: string): string | undefined {
  for (const text of configTexts(git)) {
    const value = settingsIn(text).get("init.defaultbranch");
    if (value) return value;
  }
  return undefined;
}
