/**
 * What git's own files say about branches, and about commits since a moment.
 *
 * Read, never asked of git: a hook runs at every tool call, and a process costs
 * more than all else it does. What these files do not say is not known, and is
 * `undefined`; nothing here is ever an error.
 */
import { join, resolve } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { type Checkout, kindAt } from "./checkout.ts";

const MAX_PACKED = 16 * 1024 * 1024;
/** Bytes at the end of the log of HEAD that are looked at: some four hundred moves. */
const MAX_LOG = 65_536;
const COMMITTED =
  /^(?:commit(?! \(amend\))|cherry-pick|revert|rebase(?: -?\w*)? ?\((?:pick|reword|edit|squash)\)|am)\b/;
const ONLY_SELECTED = /^(?:checkout|switch|commit \(amend\)|rebase)/;

/** Whether there is a local branch of this name; `undefined` where these files cannot say. */
export function hasBranch({ git }: Checkout, branch: string): boolean | undefined {
  if (branch === "" || branch.startsWith("/") || /(?:^|\/)\.|[\u0000-\u0020\u007f~^:?*[\\]/.test(branch))
    return undefined;
  const common = commonFolder(git);
  if (kindAt(join(common, "reftable")) !== undefined) return undefined;
  if (kindAt(join(common, "refs/heads", branch)) === "file") return true;
  const packed = readPart(join(common, "packed-refs"), MAX_PACKED);
  if (packed === undefined) return false;
  return ` ${Buffer.from(packed).toString()}\n`.includes(` refs/heads/${branch}\n`);
}

/** How HEAD moved since a moment. */
export interface Moves {
  /** The commits that were made here. */
  readonly commits: number;
  /** Whether HEAD moved in a way that may have brought commits without saying how many, such as a pull. */
  readonly unclear: boolean;
}

/** What the log of HEAD tells; `undefined` where git keeps none. */
export function movesSince({ git }: Checkout, since: number): Moves | undefined {
  const bytes = readPart(join(git, "logs/HEAD"), MAX_LOG, true);
  if (bytes === undefined) return undefined;
  let commits = 0;
  let unclear = false;
  let inside = bytes.length < MAX_LOG;
  for (const line of Buffer.from(bytes).toString().split("\n")) {
    const [, seconds, act] = /> (\d{1,12}) [+-]\d{4}\t(.*)$/.exec(line) ?? [];
    if (seconds === undefined || act === undefined) continue;
    // The times of files are whole seconds: what is of the same one came before.
    if (Math.floor(since / 1000) >= Number(seconds)) {
      inside = true;
      continue;
    }
    if (COMMITTED.test(act)) commits++;
    else if (!ONLY_SELECTED.test(act)) unclear = true;
  }
  // The log goes back further than was looked at.
  return { commits, unclear: unclear || !inside };
}

/** Worktrees share their branches. */
export function commonFolder(git: string): string {
  const named = Buffer.from(readPart(join(git, "commondir"), 4096) ?? [])
    .toString()
    .replace(/[\r\n]+$/, "");
  return named === "" || named.includes("\0") ? git : resolve(git, named);
}
