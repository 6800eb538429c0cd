/**
 * The log of what was done: one JSON object per line, for people and for grep.
 *
 * Each line is one write to the end of the file, so that lines of several
 * processes do not mix, and characters that could steer a terminal or hide text
 * are escaped. The log is for looking back, not for getting back: a line that
 * cannot be written never stops the operation it tells of.
 */
import { join } from "node:path";
import { escapeHidden } from "../../base/line.ts";
import { closeQuietly, createNew, removeQuietly } from "../guard/descriptor.ts";
import { codeOf } from "../guard/errors.ts";
import { ensureGateFolder } from "../guard/folders.ts";
import { giveToOwnerOf } from "../guard/owner.ts";
import { type Folder, isSameFile, openFolder, type Stats, statsAt } from "../guard/path.ts";
import { GATE_FOLDER, type Project } from "../guard/project.ts";
import { FLAGS, system } from "../guard/system.ts";

const NAME = "audit.jsonl";
const CLAIM = `${NAME}.rotating`;
/** Bytes after which the log is begun anew. */
const MAX_SIZE = 1024 * 1024;
const KEPT_FILES = 5;
/** Bytes of a line with its line break: what one write is sure to take whole. */
const MAX_LINE = 4095;
/** A rotation takes no time; one that lasts longer, in milliseconds, died. */
const CLAIM_DIES = 60_000;
const LINE_BREAK = 10;

/** Appends one entry; `false` where that failed, for whatever reason. Long texts in it are shortened. */
export function appendAudit(project: Project, entry: Readonly<Record<string, unknown>>): boolean {
  const log = new AuditLog(project);
  try {
    return log.append(entry);
  } finally {
    log.close();
  }
}

/**
 * The log for who appends often: its file stays open as long as the name still
 * leads to it, which is looked at for each line. Has to be closed.
 */
export class AuditLog {
  readonly #project: Project;
  readonly #place: string;
  readonly #later: Readonly<Record<string, unknown>>[] = [];
  #file: LogFile | undefined;

  constructor(project: Project) {
    this.#project = project;
    this.#place = join(project.root, GATE_FOLDER, NAME);
  }

  /** As `appendAudit`. */
  append(entry: Readonly<Record<string, unknown>>): boolean {
    try {
      const line = encodeLine(entry);
      if (!this.#isCurrent(line.length)) {
        this.#closeFile();
        this.#file = openLog(this.#project, line.length);
      }
      return this.#file !== undefined && write(this.#file, line);
    } catch {
      return false;
    }
  }

  /**
   * Appends an entry when there is nothing else to do. Who writes one key after another
   * waits for a server, and that is when there is time for the log: in the turn of the
   * event loop in which the next command is sent, or the one after. Whoever is killed in
   * between has one line less, as by being killed before `append`.
   */
  appendLater(entry: Readonly<Record<string, unknown>>): void {
    this.#later.push(entry);
    if (this.#later.length === 1) setImmediate(() => setImmediate(() => this.#flush()));
  }

  #flush(): void {
    for (const entry of this.#later.splice(0)) this.append(entry);
  }

  close(): void {
    this.#flush();
    this.#closeFile();
  }

  #closeFile(): void {
    if (this.#file !== undefined) closeQuietly(this.#file.descriptor);
    this.#file = undefined;
  }

  /** Whether the open file is the one that a line belongs to; if so, its size is known anew. */
  #isCurrent(length: number): boolean {
    if (this.#file === undefined) return false;
    const stats = statsAt(this.#place);
    if (stats === undefined || !isSameFile(stats, this.#file.stats)) return false;
    this.#file.stats = stats;
    return Number(stats.size) + length <= MAX_SIZE;
  }
}

interface LogFile {
  readonly descriptor: number;
  stats: Stats;
  /** Where a line of ours ended: as long as the file ends there, it ends with a line break. */
  end?: number;
}

/** Opens the log, begun anew where a line of this length has no room in it; `undefined` where it is no file. */
function openLog(project: Project, length: number): LogFile | undefined {
  let folder = openFolder(project, GATE_FOLDER);
  if (folder === undefined) {
    ensureGateFolder(project);
    folder = openFolder(project, GATE_FOLDER);
  }
  if (folder === undefined) return undefined;
  try {
    const size = statsAt(folder.at(NAME))?.size ?? 0n;
    if (Number(size) + length > MAX_SIZE) rotate(folder);
    const flags = FLAGS.readWrite | FLAGS.append | FLAGS.create | FLAGS.noFollow | FLAGS.noWait;
    const descriptor = system.openSync(folder.at(NAME), flags, 0o600);
    if (size === 0n) giveToOwnerOf(folder.at("."), descriptor);
    try {
      const stats = system.fstatSync(descriptor, { bigint: true });
      if (stats.isFile()) return { descriptor, stats };
    } catch (error) {
      closeQuietly(descriptor);
      throw error;
    }
    closeQuietly(descriptor);
    return undefined;
  } finally {
    folder.close();
  }
}

function write(file: LogFile, line: Uint8Array): boolean {
  const { descriptor, end } = file;
  const size = Number(file.stats.size);
  // A line torn by a crash keeps its own line, and ours stays readable.
  const isWhole = size === end || endsWithBreak(descriptor, size);
  const whole = isWhole ? line : Buffer.concat([Buffer.from("\n"), line]);
  const count = system.writeSync(descriptor, whole, 0, whole.length, null);
  if (count === whole.length) file.end = size + count;
  return count === whole.length;
}

function endsWithBreak(descriptor: number, size: number): boolean {
  if (size === 0) return true;
  const last = new Uint8Array(1);
  return system.readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === LINE_BREAK;
}

/** Moves the log to `.1` and the older ones up. Only one process does it; the others write on meanwhile. */
function rotate(folder: Folder): void {
  if (!claim(folder)) return;
  try {
    const size = statsAt(folder.at(NAME))?.size ?? 0n;
    // Another process may have rotated between our look and our claim.
    if (Number(size) <= MAX_SIZE - MAX_LINE) return;
    for (let number = KEPT_FILES - 1; number >= 0; number--) {
      const from = folder.at(number === 0 ? NAME : `${NAME}.${number}`);
      if (statsAt(from) !== undefined) system.renameSync(from, folder.at(`${NAME}.${number + 1}`));
    }
  } finally {
    removeQuietly(folder, CLAIM);
  }
}

function claim(folder: Folder): boolean {
  const place = folder.at(CLAIM);
  try {
    closeQuietly(createNew(place, 0o600));
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const stats = statsAt(place);
    if (stats !== undefined && system.now() - Number(stats.mtimeMs) > CLAIM_DIES) removeQuietly(folder, CLAIM);
    return false;
  }
}

/** One line of less than 4 KiB: whole if it fits, else with its texts cut shorter and shorter. */
function encodeLine(entry: Readonly<Record<string, unknown>>): Uint8Array {
  for (const limit of [Number.POSITIVE_INFINITY, 1000, 200, 40]) {
    const line = encode(entry, limit);
    if (line.length <= MAX_LINE) return line;
  }
  let fitting: Record<string, unknown> = { truncated: true };
  for (const [key, value] of Object.entries(entry)) {
    const more = { ...fitting, [key]: value };
    if (encode(more, 40).length <= MAX_LINE) fitting = more;
  }
  return encode(fitting, 40);
}

function encode(entry: Readonly<Record<string, unknown>>, limit: number): Uint8Array {
  const shorten = (_key: string, value: unknown) =>
    typeof value !== "string" || value.length <= limit ? value : `${value.slice(0, limit)}…`;
  const safe = escapeHidden(JSON.stringify(entry, Number.isFinite(limit) ? shorten : undefined));
  return Buffer.from(`${safe}\n`);
}
