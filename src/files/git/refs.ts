/**
 * What git's own files say about branches, and about commits since a moment.
 *
 * Read, never asked of git: a hook runs at every tool call, and a process costs
 * more than all else it does. What these files do not say is not known, and is
 * `undefined`; nothing here is ever an error.
 */
import { join, resolve } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { system } from "../guard/system.ts";
import { type Checkout, kindAt } from "./checkout.ts";

/** What is read of files that grow with the repository, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Bytes at the end of the log of HEAD that are looked at: some four hundred moves. */
const MAX_LOG = 65_536;
const COMMITTED =
  /^(?:commit(?! \(amend\))|cherry-pick|revert|rebase(?: -?\w*)? ?\((?:pick|reword|edit|squash)\)|am)\b/;
const ONLY_SELECTED = /^(?:checkout|switch|commit \(amend\)|rebase)/;

/**
 * A recorded branch against the one that is checked out. A branch without a reference,
 * here or on a remote, is `gone` where the log of HEAD knows it and `not-made-yet` else.
 */
export type BranchStanding = "checked-out" | "elsewhere" | "gone" | "not-made-yet";

/** How a recorded branch stands; `undefined` where another one is checked out, or none, and these files cannot say more. */
export function standingOf(
  checkout: Checkout,
  recorded: string,
  checkedOut: string | undefined,
): BranchStanding | undefined {
  if (recorded === checkedOut) return "checked-out";
  if (hasBranch(checkout, recorded) !== false) return checkedOut === undefined ? undefined : "elsewhere";
  return wasHere(checkout, recorded) ? "gone" : "not-made-yet";
}

/** Whether there is a branch of this name, local or on a remote; `undefined` where these files cannot say. */
export function hasBranch({ git }: Checkout, branch: string): boolean | undefined {
  if (branch === "" || branch.startsWith("/") || /(?:^|\/)\.|[\u0000-\u0020\u007f~^:?*[\\]/.test(branch))
    return undefined;
  const common = commonFolder(git);
  if (kindAt(join(common, "reftable")) !== undefined) return undefined;
  if (kindAt(join(common, "refs/heads", branch)) === "file") return true;
  const remotes = namesIn(join(common, "refs/remotes"));
  if (remotes.some((remote) => kindAt(join(common, "refs/remotes", remote, branch)) === "file")) return true;
  return isPacked(`${readText(join(common, "packed-refs"))}\n`, branch);
}

function isPacked(packed: string, branch: string): boolean {
  const end = `/${branch}\n`;
  for (let at = packed.indexOf(end); at !== -1; at = packed.indexOf(end, at + 1)) {
    const folder = packed.slice(packed.lastIndexOf(" ", at) + 1, at);
    if (/^refs\/(?:heads|remotes\/[^/]+)$/.test(folder)) return true;
  }
  return false;
}

/** Whether HEAD was ever on a branch of this name, or took it in, in this checkout or in the first of its repository. */
function wasHere({ git }: Checkout, branch: string): boolean {
  const common = commonFolder(git);
  if (kindAt(join(common, "logs/refs/heads", branch)) === "file") return true;
  return [...new Set([git, common])].some((folder) =>
    [...readText(join(folder, "logs/HEAD")).matchAll(NAMED)].some((names) => names.includes(branch, 1)),
  );
}

/** The branches that a line of the log of HEAD names. */
const NAMED =
  /\t(?:checkout: moving from (.+) to (.+)|Branch: renamed refs\/heads\/(.+) to refs\/heads\/(.+)|merge (.+?):.*)$/gm;

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

function namesIn(folder: string): readonly string[] {
  try {
    return system.readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

function readText(path: string): string {
  return Buffer.from(readPart(path, MOST_BYTES) ?? []).toString();
}

/** Worktrees share their branches. */
export function commonFolder(git: string): string {
  const named = Buffer.from(readPart(join(git, "commondir"), 4096) ?? [])
    .toString()
    .replace(/[\r\n]+$/, "");
  return named === "" || named.includes("\0") ? git : resolve(git, named);
}
