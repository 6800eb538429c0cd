/**
 * The guard in front of every file: where a path of the project really leads.
 *
 * Invariant: no call of this room reaches a file outside the project, or through
 * a symbolic link in the last place. The folder is opened first and asked where
 * it is afterwards; on Linux its files are then named through the descriptor, so
 * that a folder swapped for a link in between is never looked at again. Comparing
 * strings before opening would leave exactly that gap.
 */
import { dirname, isAbsolute, relative, sep } from "node:path";
import { GateError } from "../../base/errors.ts";
import { faultOfName } from "../../base/ids.ts";
import { printable } from "../../base/line.ts";
import { isMarkdown } from "../../base/markdown.ts";
import { asGateError, attempt, codeOf, explained } from "./errors.ts";
import { giveToOwnerOf } from "./owner.ts";
import type { Project } from "./project.ts";
import { isSettingsPath } from "./settings-paths.ts";
import { FLAGS, system } from "./system.ts";

/** What `lstat` knows, with inode numbers of full width. */
export type Stats = NonNullable<ReturnType<typeof statsAt>>;

const OWN_NAMES = new Set([".claude", ".gate", ".gitignore"]);
/** A file system that cannot do this to a folder says so with one of these; that is no sign of lost data. */
const CANNOT_SYNC_FOLDER = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EBADF"]);

/** An open folder of the project. Has to be closed. */
export class Folder {
  /** The folder, relative to the project. */
  readonly path: string;
  readonly #real: string;
  readonly #base: string;
  readonly #descriptor: number | undefined;
  #closed = false;

  /** `base` is how system calls reach the folder, `real` where it was when it was opened. */
  constructor(path: string, real: string, base: string, descriptor: number | undefined) {
    this.path = path;
    this.#real = real;
    this.#base = base;
    this.#descriptor = descriptor;
  }

  /** The name by which system calls reach a file of this folder. */
  at(name: string): string {
    return `${this.#base}/${name}`;
  }

  /**
   * The name by which a file of this folder is reached while nobody moves the folder:
   * half the way for the system. For looking at thousands of files, where what is seen
   * is worth no more than a name.
   */
  near(name: string): string {
    return `${this.#real}/${name}`;
  }

  /** Gives the folder, which is new, to the owner of the one above it. */
  giveToOwner(): void {
    if (this.#descriptor !== undefined) giveToOwnerOf(dirname(this.#real), this.#descriptor);
  }

  /** Flushes the names of the folder to the disk; `false` when the disk refuses. */
  sync(): boolean {
    if (this.#descriptor === undefined) return true;
    try {
      system.fsyncSync(this.#descriptor);
      return true;
    } catch (error) {
      return CANNOT_SYNC_FOLDER.has(codeOf(error) ?? "");
    }
  }

  /** The names in the folder, in no order. */
  names(): string[] {
    return system.readdirSync(this.at("."));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const descriptor = this.#descriptor;
    if (descriptor !== undefined) attempt(() => system.closeSync(descriptor));
  }
}

/** A file that may be written: its open folder, its name in it, and what stands there now. */
export interface Located {
  readonly path: string;
  readonly folder: Folder;
  readonly name: string;
  /** `undefined` where there is nothing. */
  readonly stats: Stats | undefined;
  close(): void;
}

/**
 * Finds the place of a file that is to be written. Refused with `UNSAFE_PATH`: a
 * name that cannot be one, a folder that leads out of the project, and a target
 * that is a link or not a regular file. `NOT_FOUND` where the folder is missing.
 */
export function locate(project: Project, path: string): Located {
  const { parent, name } = split(path);
  const folder = openFolder(project, parent);
  if (folder === undefined) {
    throw new GateError("NOT_FOUND", `Cannot use ${printable(path)}: its folder does not exist`, {
      path,
      hint: "Run: gate init",
    });
  }
  try {
    const stats = explained("look at", path, () => statsAt(folder.at(name)));
    if (stats?.isSymbolicLink()) throw unsafe(path, "it is a symbolic link", "Replace the link by a real file.");
    if (stats !== undefined && !stats.isFile()) {
      throw unsafe(path, "it is not a regular file", "Move what stands there out of the way.");
    }
    return { path, folder, name, stats, close: () => folder.close() };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** Opens a folder of the project, `""` for the project itself; `undefined` where there is none. */
export function openFolder(project: Project, path: string): Folder | undefined {
  if (path !== "") checkSegments(path, true);
  const wanted = path === "" ? project.root : `${project.root}/${path}`;
  let descriptor: number | undefined;
  try {
    if (system.platform !== "win32") descriptor = system.openSync(wanted, FLAGS.read | FLAGS.folder);
    const opened = descriptor === undefined ? undefined : pathOfDescriptor(descriptor);
    const real = opened ?? system.realpathSync(wanted);
    if (descriptor === undefined && !system.statSync(real).isDirectory()) return undefined;
    if (real !== wanted) requireInside(project, real, path);
    return new Folder(path, real, opened === undefined ? real : `/proc/self/fd/${descriptor}`, descriptor);
  } catch (error) {
    const open = descriptor;
    if (open !== undefined) attempt(() => system.closeSync(open));
    if (isMissing(error)) return undefined;
    throw asGateError(error, "open", path === "" ? "." : path);
  }
}

/** Where an open folder is; `undefined` where the system cannot say. */
function pathOfDescriptor(descriptor: number): string | undefined {
  if (system.platform !== "linux") return undefined;
  try {
    const path = system.readlinkSync(`/proc/self/fd/${descriptor}`);
    return path.startsWith("/") ? path : undefined;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function requireInside(project: Project, real: string, path: string): void {
  const way = relative(project.root, real);
  if (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return;
  throw unsafe(path, "a link leads out of the project", "Replace the link by a real folder.");
}

/** What stands at a place, links not followed; `undefined` where there is nothing. */
export function statsAt(place: string) {
  return system.lstatSync(place, { bigint: true, throwIfNoEntry: false });
}

/** Whether two looks saw one and the same file. */
export function isSameFile(one: Stats | undefined, other: Stats | undefined): boolean {
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** Whether an error says that there is nothing at a place. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Divides a path into its folder (`""` for the project) and its name, both checked. */
export function split(path: string): { readonly parent: string; readonly name: string } {
  checkSegments(path);
  const slash = path.lastIndexOf("/");
  return { parent: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}

/**
 * Refuses a path to write to that is not below `.claude`: nothing else in a project is
 * the program's to write, but for the settings of agents when it is installed, and for
 * the one file of others that a project names.
 */
export function requireOwn({ own = ".claude", also }: Project, path: string): void {
  if (own === "" || path.startsWith(`${own}/`) || isSettingsPath(path)) return;
  if (also !== undefined && (also === path || also.startsWith(`${path}/`))) return;
  throw unsafe(path, `it is not in the ${own} folder`, `Give a path below ${own}.`);
}

/**
 * The name under which locks and history of a document are kept: its path below `.claude` as
 * one name. Files of others have longer paths and any names, and get one that nothing else has.
 */
export function keyOf(document: string): string {
  checkSegments(document);
  if (isMarkdown(document) && !document.startsWith(".claude/"))
    return `@${document.replaceAll("/", "__").slice(0, 60)}-${fingerprint(document)}`;
  const key = document.replace(/^\.claude\//, "").replaceAll("/", "__");
  return Buffer.byteLength(key) <= 200 ? key : `${key.slice(0, 60)}-${fingerprint(key)}`;
}

/** Eight hex digits that tell texts apart well enough for a name, not against an enemy (FNV-1a). */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Hidden files are nobody's documents; the folders around one may be hidden. */
function checkSegments(path: string, isFolder = false): void {
  const segments = path.split("/");
  segments.forEach((segment, index) => {
    if (OWN_NAMES.has(segment)) return;
    const isHiddenFolder = (isFolder || index < segments.length - 1) && segment.startsWith(".");
    const fault = faultOfName(isHiddenFolder ? segment.slice(1) : segment);
    if (fault === undefined || isSettingsPath(path)) return;
    throw unsafe(path, `${JSON.stringify(printable(segment))} cannot be a name in it: ${fault}`, "Use another name.");
  });
}

function unsafe(path: string, reason: string, hint: string): GateError {
  return new GateError("UNSAFE_PATH", `Cannot use ${printable(path) || "an empty path"}: ${reason}`, { path, hint });
}
