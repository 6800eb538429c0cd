/**
 * Any file of a folder, written as documents are: under a lock between processes, whole or not
 * at all, on the disk before it counts, and never over bytes that nobody has read.
 */
import { homedir } from "node:os";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { requireShape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { ensureFolders } from "../../files/guard/folders.ts";
import { fingerprint } from "../../files/guard/path.ts";
import { currentFolder, GATE_FOLDER, openProject, type Project } from "../../files/guard/project.ts";
import { acquireLock, type Lock } from "../../files/lock/lock.ts";
import { exists, readStore } from "../../files/read/read.ts";
import { ChangedOnDisk, replaceFile } from "../../files/replace/replace.ts";
import { retryChanged } from "../../files/replace/retry.ts";
import { warningsOf } from "../../files/replace/warnings.ts";
import { inAscii, stringify } from "../../json/json-text.ts";
import { revisionOf } from "../../text/source.ts";
import { folderOf, overtaken } from "./post-write.ts";

/** Where a file may be, and how it is written. */
export interface AtomicOptions {
  /** The folder that the file must be in; the current one by default. */
  readonly root?: string;
  /** Reject with `DRY_RUN`, whose `path` is where it would be written. */
  readonly dryRun?: boolean;
  /** How long to wait for another writer, in milliseconds; 30,000 by default. */
  readonly lockTimeout?: number;
}

/** What was written. */
export interface AtomicWritten {
  /** The absolute path. */
  readonly path: string;
  readonly size: number;
  /** The digest of its bytes. */
  readonly revision: string;
  readonly warnings: readonly string[];
}

/** A file whose lock is held. */
export interface LockedFile {
  /** The absolute path. */
  readonly path: string;
  /** Its bytes; `undefined` where there is none. */
  read(): Uint8Array | undefined;
  /** Replaces what was read last, or makes the file. Rejects with `CONFLICT` where another program changed it since. */
  write(content: string | Uint8Array): AtomicWritten;
}

/**
 * Writes a file inside `root`: after a crash it holds the old bytes or the new ones. Rejects
 * with `UNSAFE_PATH` outside of it, through links, and for names that begin with a dot, and
 * with `LOCKED` and `IO`; then nothing was changed.
 *
 * ```ts
 * await atomicWrite("out/report.txt", "done\n", { root: "/srv/app" });
 * ```
 */
export async function atomicWrite(
  path: string,
  content: string | Uint8Array,
  options: AtomicOptions = {},
): Promise<AtomicWritten> {
  const bytes = requireContent(content);
  return await retryChanged(
    () => locked(path, options, (file) => file.replace(bytes)),
    (cause) => overtaken("write", cause),
  );
}

/** Writes a value as JSON, as `atomicWrite` does: two spaces for each level, in ASCII. */
export async function saveStateAtomic(
  state: unknown,
  path: string,
  options: AtomicOptions = {},
): Promise<AtomicWritten> {
  return await atomicWrite(path, inAscii(jsonOf(state)), options);
}

function jsonOf(state: unknown): string {
  let reason = "it cannot be JSON";
  try {
    const text = stringify(state, 2);
    if (text !== undefined) return text;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new GateError("INVALID_ARGUMENT", `Cannot save the state: ${reason}`, {
    hint: "Give an object, a list, a text, a number, true, false or null.",
  });
}

/**
 * Holds the lock of a file inside `root` while `body` runs, for reading, changing and writing
 * it with nobody in between. Gives what `body` gives.
 *
 * ```ts
 * await withFileLock("count.txt", (file) => {
 *   const count = Number(Buffer.from(file.read() ?? []).toString());
 *   file.write(String(count + 1));
 * });
 * ```
 */
export async function withFileLock<T>(
  path: string,
  body: (file: LockedFile) => T | Promise<T>,
  options: AtomicOptions = {},
): Promise<T> {
  requireShape("withFileLock", { body }, { body: "function" });
  return await locked(path, options, async (file) => {
    let known = file.read();
    return await body({
      path: file.path,
      read: () => (known = file.read()),
      write: (content) => {
        const bytes = requireContent(content);
        const written = unlessChanged(file.path, () => file.replaceKnown(known, bytes));
        known = bytes;
        return written;
      },
    });
  });
}

/** Who holds the lock decides anew what to write, not this program. */
function unlessChanged<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof ChangedOnDisk)) throw error;
    throw new GateError("CONFLICT", `Cannot write ${printable(path)}: another program changed it since it was read`, {
      path,
      hint: "Read it again, and decide anew.",
      cause: error,
    });
  }
}

/** A file under its lock, in the terms of this program. */
class Held {
  readonly path: string;
  readonly #project: Project;
  readonly #name: string;
  readonly #lock: Lock;

  constructor(project: Project, name: string, lock: Lock) {
    this.#project = project;
    this.#name = name;
    this.#lock = lock;
    this.path = resolve(project.root, name);
  }

  read(): Uint8Array | undefined {
    const file = readStore(this.#project, this.#name);
    if (file.kind === "file") return file.bytes;
    if (file.kind === "missing") return undefined;
    throw new GateError("UNSAFE_PATH", `Cannot use ${printable(this.#name)}: ${file.rule}`, { path: this.path });
  }

  replace(bytes: Uint8Array): AtomicWritten {
    return this.replaceKnown(this.read(), bytes);
  }

  replaceKnown(expected: Uint8Array | undefined, bytes: Uint8Array): AtomicWritten {
    const folder = folderOf(this.#name);
    if (folder !== "") ensureFolders(this.#project, [folder]);
    const replaced = replaceFile(this.#project, this.#name, bytes, { expected, lock: this.#lock });
    const { length: size } = bytes;
    return { path: this.path, size, revision: revisionOf(bytes), warnings: warningsOf(this.#name, replaced) };
  }
}

async function locked<T>(path: string, options: AtomicOptions, body: (file: Held) => T | Promise<T>): Promise<T> {
  requireShape("atomicWrite", options, { root: "text?", dryRun: "flag?", lockTimeout: "number?" });
  const { root = currentFolder(), dryRun = false, lockTimeout: timeoutMs } = options;
  const { root: real } = openProject(root);
  const project: Project = { root: real, own: "" };
  const name = nameIn(real, path);
  if (dryRun) {
    const target = resolve(real, name);
    throw new GateError("DRY_RUN", `Cannot write ${printable(target)}: this is a dry run`, {
      path: target,
      hint: "Leave the dry run away to write it.",
    });
  }
  const { home, document } = lockOf(project, name);
  const lock = await acquireLock(home, document, { timeoutMs, command: "a program's own write" });
  try {
    return await body(new Held(project, name, lock));
  } finally {
    lock.release();
  }
}

/** In a project the lock lies with the others, else with those of runs in the home folder: nothing is left beside the file. */
function lockOf(project: Project, name: string): { readonly home: Project; readonly document: string } {
  if (exists({ root: project.root }, GATE_FOLDER)) return { home: { root: project.root }, document: name };
  const key = Buffer.from(resolve(project.root, name)).toString("base64url");
  return { home: openProject(homedir()), document: `files/${fingerprint(key)}-${key.slice(-60)}` };
}

/** The path inside the folder. */
function nameIn(root: string, path: string): string {
  const name = typeof path === "string" && path !== "" ? relative(root, resolve(root, path)) : "";
  if (name !== "" && name !== ".." && !name.startsWith(`..${sep}`) && !isAbsolute(name))
    return name.split(sep).join("/");
  throw new GateError(
    "UNSAFE_PATH",
    `Cannot write ${printable(String(path))}: it is not a file inside ${printable(root)}`,
    {
      hint: "Give a path inside the folder, or another folder as root.",
    },
  );
}

function requireContent(content: unknown): Uint8Array {
  if (typeof content === "string") return Buffer.from(content);
  if (content instanceof Uint8Array) return content;
  throw new GateError("INVALID_ARGUMENT", "Cannot write a file: the content is neither text nor bytes");
}
