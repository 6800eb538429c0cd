/** Which branch a repository calls its default one: work on an issue is not on it. */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import type { Checkout } from "./checkout.ts";
import { configTexts } from "./config.ts";
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
    let value: string | undefined;
    let isInit = false;
    for (const line of text.split("\n")) {
      const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
      if (section !== undefined) isInit = section.trim().toLowerCase() === "init";
      // Of two lines of one file the last one holds.
      if (isInit) value = /(?:^|\])\s*defaultBranch\s*=\s*"?([^"#;\s]+)/i.exec(line)?.[1] ?? value;
    }
    if (value !== undefined) return value;
  }
  return undefined;
}
