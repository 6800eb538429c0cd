/**
 * Claims of issues, as the worktrees of one repository share them: small files in the
 * common folder of git.
 *
 * `<issue>-<n>` is what became of an issue's claim, and the highest `n` rules. The next
 * number is made by a link, which only one process can, and only who has seen the one
 * before makes it: so each change is made by somebody who knew what he changed, without a
 * lock that a stopped process could keep. A lease runs by the clock of the file system,
 * which all have in common. Not flushed: who comes back from a power cut claims again.
 * Model: `proof/claims.pml`.
 */
import { parseObject } from "../../base/json.ts";
import { COMMON_FOLDER, type CommonPlace, commonPlace } from "../git/common.ts";
import { closeQuietly, openRegular, readAll, removeQuietly } from "../guard/descriptor.ts";
import { ensureFolders } from "../guard/folders.ts";
import { type Folder, openFolder, statsAt } from "../guard/path.ts";
import type { Project } from "../guard/project.ts";
import { system } from "../guard/system.ts";
import { PROBE, publish, publishNew } from "../lock/private-file.ts";

/** Who holds a claim. */
export interface ClaimHolder {
  /** Random, one for each copy of a repository. */
  readonly clone: string;
  /** `main`, or `worktree-` and its name. */
  readonly checkout: string;
  /** User and machine. */
  readonly name: string;
  /** The folder of the worktree; of another clone its last part alone. */
  readonly folder: string;
}

/** What became of the claim of an issue. Times are milliseconds since the epoch. */
export interface ClaimRecord {
  /** `ended` is what is known of another clone's where its remote shows it no more. */
  readonly state: "held" | "released" | "finished" | "ended";
  readonly holder: ClaimHolder;
  readonly branch?: string;
  /** The sessions that work on the issue in this worktree, and of how many each has been told. */
  readonly sessions: readonly { readonly id: string; readonly knows: number }[];
  readonly since: number;
  /** When it was made or renewed, by the holder's clock. */
  readonly renewed: number;
  /** How long it holds without being renewed. */
  readonly lease: number;
  /** Where other clones see it, the commit that says so there, and when that was. */
  readonly remote?: { readonly name: string; readonly commit: string; readonly pushed: number };
  /** Where they should see it and do not yet, and when that was tried last. */
  readonly untold?: { readonly name: string; readonly tried: number };
}

/** A claim as it was found. */
export interface FoundClaim {
  /** 0 where there was none yet. */
  readonly number: number;
  /** `undefined` also where it cannot be read. */
  readonly record: ClaimRecord | undefined;
  /** When it was written, by the clock of the file system. */
  readonly written: number;
}

const FOLDER = `${COMMON_FOLDER}/claims`;
const MAX_SIZE = 16_384;
/** Beyond so many names what is long over is cleared away. */
const MANY = 400;
/** Twice the longest lease. */
const LONG_OVER = 60 * 86_400_000;

/** The open claims of a repository. Has to be closed. */
export class ClaimFiles {
  readonly place: CommonPlace;
  /** This copy of the repository. */
  readonly clone: string;
  readonly #folder: Folder;

  constructor(place: CommonPlace, folder: Folder, make: boolean) {
    this.place = place;
    this.#folder = folder;
    this.clone = cloneAt(folder, make);
  }

  /** The claim of an issue as it stands. */
  read(issue: number): FoundClaim {
    return this.#found(issue, this.#numbersOf().get(issue) ?? 0);
  }

  /** All claims, by issue. */
  all(): ReadonlyMap<number, FoundClaim> {
    return new Map([...this.#numbersOf()].map(([issue, number]) => [issue, this.#found(issue, number)]));
  }

  /** Makes a record the one that rules after `seen`; `undefined` where another one does by now. */
  follow(issue: number, seen: FoundClaim, record: ClaimRecord): FoundClaim | undefined {
    const number = seen.number + 1;
    const name = `${issue}-${number}`;
    const published = publishNew(this.#folder, Buffer.from(`${JSON.stringify(record)}\n`), name);
    if (published === undefined) return undefined;
    closeQuietly(published.descriptor);
    // Who slept for months may have seen what was cleared away since.
    if (number > 1 && statsAt(this.#folder.at(`${issue}-${seen.number}`)) === undefined) {
      removeQuietly(this.#folder, name);
      return undefined;
    }
    if (this.#numbersOf().get(issue) !== number) return undefined;
    this.#clear(issue, seen.number, published.written);
    return { number, record, written: published.written };
  }

  /** What the clock of the file system says. */
  time(): number {
    return publish(this.#folder, PROBE).written;
  }

  close(): void {
    this.#folder.close();
  }

  #found(issue: number, number: number): FoundClaim {
    const opened = number === 0 ? undefined : openRegular(this.#folder, `${issue}-${number}`);
    if (opened?.kind !== "file") return { number, record: undefined, written: 0 };
    try {
      const record = recordIn(Buffer.from(readAll(opened.descriptor, MAX_SIZE)).toString());
      return { number, record, written: Number(opened.stats.mtimeMs) };
    } finally {
      closeQuietly(opened.descriptor);
    }
  }

  /** The ruling number of each issue. */
  #numbersOf(): Map<number, number> {
    const numbers = new Map<number, number>();
    for (const name of this.#folder.names()) {
      const [, issue, number] = NAME.exec(name) ?? [];
      if (issue === undefined) continue;
      numbers.set(Number(issue), Math.max(numbers.get(Number(issue)) ?? 0, Number(number)));
    }
    return numbers;
  }

  /** Removes what stands behind the record before the ruling one, and with many of them all that is long over. */
  #clear(issue: number, kept: number, now: number): void {
    const names = this.#folder.names();
    for (const name of names) {
      const [, of, number] = NAME.exec(name) ?? [];
      const isBehind = Number(of) === issue && Number(number) < kept;
      if (isBehind || (names.length > MANY && this.#isLongOver(name, now))) removeQuietly(this.#folder, name);
    }
  }

  #isLongOver(name: string, now: number): boolean {
    const stats = statsAt(this.#folder.at(name));
    return (NAME.test(name) || name.startsWith("own-")) && now - Number(stats?.mtimeMs ?? now) > LONG_OVER;
  }
}

const NAME = /^([1-9]\d{0,15})-([1-9]\d{0,14})$/;

/** Opens the claims of the repository around a project; `undefined` without git, and with `make` false where there are none. */
export function openClaims(project: Project, { make }: { readonly make: boolean }): ClaimFiles | undefined {
  const place = commonPlace(project);
  if (place === undefined) return undefined;
  if (make) ensureFolders(place.common, [FOLDER]);
  const folder = openFolder(place.common, FOLDER);
  return folder && new ClaimFiles(place, folder, make);
}

/**
 * The name of this copy of the repository. A copy of the folder has another inode, and
 * gives itself another name: else two copies would hold what one of them claimed. Until
 * it does, for who only looks, it is known by its inode.
 */
function cloneAt(folder: Folder, make: boolean): string {
  const inode = String(system.statSync(folder.at("."), { bigint: true }).ino);
  const name = `clone-${inode}`;
  const isNew = make && statsAt(folder.at(name)) === undefined;
  const made = isNew ? publishNew(folder, Buffer.from(`${system.random(8)}\n`), name) : undefined;
  if (made) closeQuietly(made.descriptor);
  const opened = openRegular(folder, name);
  if (opened.kind !== "file") return inode;
  try {
    return Buffer.from(readAll(opened.descriptor, 64)).toString().trim() || inode;
  } finally {
    closeQuietly(opened.descriptor);
  }
}

/** The record that a text says; `undefined` where it says none. */
export function recordIn(text: string): ClaimRecord | undefined {
  const value = parseObject(text);
  const holder = value?.["holder"] as Partial<ClaimHolder> | undefined;
  const times = ["since", "renewed", "lease"].map((key) => value?.[key]);
  const isWhole =
    ["held", "released", "finished", "ended"].includes(value?.["state"] as string) &&
    [holder?.clone, holder?.checkout, holder?.name, holder?.folder].every((part) => typeof part === "string") &&
    Array.isArray(value?.["sessions"]) &&
    times.every((time) => Number.isSafeInteger(time) && Math.abs(time as number) < 8.64e15);
  return isWhole ? (value as unknown as ClaimRecord) : undefined;
}
