/**
 * One watch: when it looks, what it looks at, and what it believes.
 *
 * It looks when a folder gives notice, and once a second it asks whether it must:
 * whether what it knows of the files from outside is another, the branch or the
 * clock has moved on. That is six questions to the file system. It makes up for
 * notices that were lost, and it sees time pass through suspends and set clocks,
 * which timers do not.
 */
import { resolve } from "node:path";
import { GateError } from "../../base/errors.ts";
import { formatTime, freshnessEnds, parseTime } from "../../base/time.ts";
import { checkedOutBranch } from "../../files/git/checkout.ts";
import { GATE_FOLDER } from "../../files/guard/project.ts";
import { documentsIn } from "../../files/read/documents.ts";
import { signatureOf } from "../../files/read/folder-watch.ts";
import { exists } from "../../files/read/read.ts";
import { hasIntent, INTENT_PATH } from "../../files/record/intent-log.ts";
import { BATCH_PATH } from "../batch/place.ts";
import { meetVersion } from "../commit/meet.ts";
import { folderOf } from "../commit/post-write.ts";
import { ARCHIVE_FOLDER, type Gate, openGate, STATE_PATH, WORK_FOLDER, workPath } from "../gate.ts";
import { history } from "../history/history.ts";
import { elsewherePaths } from "../view/elsewhere-paths.ts";
import { GUARD_PATH } from "../view/guard.ts";
import { NOT_OURS } from "../view/ownership.ts";
import type { Status } from "../view/status.ts";
import { type Author, eventsBetween, firstEvents, isDamaged } from "./compare.ts";
import type { WatchEvent } from "./events.ts";
import { Notices } from "./notices.ts";
import { Observer } from "./observer.ts";
import type { Picture } from "./snapshot.ts";
import { Wakeup } from "./wakeup.ts";

/** What is needed of an `AbortSignal`, whose own type comes with those of Node or a browser alone. */
export interface WatchSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** How a project is watched. */
export interface WatchOptions {
  /** Look at the files again and again instead of relying on the system's notices; in milliseconds, 1,000 for `true`. */
  readonly poll?: boolean | number;
  /** Ends the watch; an `AbortSignal`. */
  readonly signal?: WatchSignal;
  /** Milliseconds since the epoch; the machine's clock by default. */
  readonly clock?: () => number;
}

const FOLDERS = ["", ".claude", WORK_FOLDER, ARCHIVE_FOLDER] as const;
/** Milliseconds from a notice to the look: what belongs together mostly comes together. */
const GATHER = 10;
/** Milliseconds between two questions whether to look. */
const TICK = 1000;
/** Milliseconds that are at least between two looks of polling. */
const SHORTEST = 50;
/** Milliseconds after which it looks in any case. */
const LONGEST = 60_000;
/** A folder of more is not looked through when it is a new one, and polled only where it matters. */
const MANY = 1000;

export class ProjectWatch {
  readonly #root: string;
  readonly #options: WatchOptions;
  readonly #wakeup = new Wakeup();
  readonly #observer = new Observer((delay) => this.#wakeup.ring(delay));
  readonly #errors = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #gate: Gate;
  #notices: Notices | undefined;
  #fellBack: string | undefined;
  #told = false;
  /** How things looked from outside, right before the last look at them. */
  #signature = "";
  #looked = Number.NEGATIVE_INFINITY;
  #due = Number.NEGATIVE_INFINITY;
  #many = false;
  /** Since when the state file is damaged, in milliseconds since the epoch. */
  #damaged: number | undefined;
  stopped = false;

  constructor(root: string, options: WatchOptions) {
    this.#root = resolve(root);
    this.#options = options;
    this.#gate = { project: { root: this.#root }, clock: options.clock ?? Date.now, lockTimeout: 30_000 };
    if (options.signal?.aborted) this.stop();
    else options.signal?.addEventListener("abort", this.stop);
  }

  readonly stop = (): void => {
    if (this.stopped) return;
    this.stopped = true;
    clearInterval(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.stop);
    this.#notices?.close();
    this.#wakeup.close();
  };

  /** Resolves when there may be something to see. */
  async wait(): Promise<void> {
    if (!this.stopped) await this.#wakeup.heard();
  }

  /** Looks at the project and says what is another than it was. */
  async look(): Promise<WatchEvent[]> {
    this.#timer ??= setInterval(() => this.#tick(), Math.min(TICK, this.#interval));
    const events: WatchEvent[] = [];
    await this.#cover();
    const now = this.#gate.clock();
    const overdue = now >= this.#due;
    const timestamp = formatTime(now);
    if (!this.#told) {
      this.#told = true;
      this.#wakeup.ringNow();
      return [this.#ready(timestamp)];
    }
    if (this.#fellBack !== undefined) events.push(this.#fallenBack(this.#fellBack, timestamp));
    this.#fellBack = undefined;
    // What changes from here on is seen now or differs from this at the next tick.
    this.#signature = this.#outside();
    this.#looked = now;
    this.#due = now + LONGEST;
    try {
      const before = this.#observer.picture;
      const picture = await this.#observer.take(this.#gate, overdue);
      this.#errors.clear();
      if (picture) {
        events.push(...(await this.#compare(before, picture, timestamp)));
        await this.#meet(before, picture);
      }
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      events.push(...this.#failed(error, timestamp));
    }
    return events;
  }

  #ready(timestamp: string): WatchEvent {
    const reason = this.#fellBack === undefined ? undefined : reasonOf(this.#fellBack);
    this.#fellBack = undefined;
    const { root } = this.#gate.project;
    return { event: "ready", timestamp, root, polling: this.#notices?.polling ?? false, reason };
  }

  get #interval(): number {
    const { poll } = this.#options;
    return typeof poll === "number" && poll > 0 ? Math.max(SHORTEST, poll) : TICK;
  }

  #tick(): void {
    const now = this.#gate.clock();
    const unheard = this.#outside() !== this.#signature;
    // Where one notice was lost, others may have been.
    if (unheard) this.#observer.touchKnown("", false);
    // A clock that was set back makes old times young again.
    if (unheard || now >= this.#due || now < this.#looked) this.#wakeup.ringNow();
  }

  /** All that a look depends on, from outside. */
  #outside(): string {
    const { project } = this.#gate;
    const active = this.#observer.picture?.state.issueNumber;
    const works = active === undefined ? [] : [workPath(active)];
    const paths = [...FOLDERS.slice(1), STATE_PATH, BATCH_PATH, GUARD_PATH, ...works, ...this.#guarded.keys()];
    const intent = hasIntent(project) ? INTENT_PATH : "";
    const opened = this.#notices ? "" : signatureOf(project, "");
    return [
      opened,
      ...[...paths, ...elsewherePaths(this.#gate)].map((path) => signatureOf(project, path)),
      intent,
      checkedOutBranch(project.root) ?? "",
    ].join("\n");
  }

  /** Sees to it that the folders are watched, once the project's own is there. */
  async #cover(): Promise<void> {
    if (!this.#notices) {
      const { clock } = this.#gate;
      try {
        this.#gate = openGate({ root: this.#root, clock });
      } catch (error) {
        if (error instanceof GateError) return;
        throw error;
      }
      const { poll = false } = this.#options;
      const told = {
        touched: (folder: string, name: string | undefined) => this.#noticed(folder, name),
        appeared: (folder: string) => this.#appeared(folder),
        shows: (folder: string, name: string) => this.#shows(folder, name),
        fellBack: (code: string) => {
          this.#fellBack = code;
        },
      };
      this.#notices = new Notices(this.#gate.project, told, { polling: poll !== false, interval: this.#interval });
    }
    await this.#notices.cover([...new Set([...FOLDERS, ...[...this.#guarded.keys()].map(folderOf)])]);
  }

  get #guarded(): Picture["guarded"] {
    return this.#observer.picture?.guarded ?? new Map();
  }

  #noticed(folder: string, name: string | undefined): void {
    if (name === undefined) this.#observer.touchKnown(folder, isWorkFolder(folder));
    else if (isWorkFolder(folder) && isDocument(name)) this.#observer.touch(`${folder}/${name}`);
    // Of the folders of guarded files only what may be one matters.
    else if (!folder.startsWith(".claude") && name !== ".claude" && !(this.#guarded.size > 0 && isDocument(name)))
      return;
    // Locks and temporary files.
    else if (folder !== "" && name.startsWith(".")) return;
    this.#wakeup.ring(GATHER);
  }

  /** What came with a new folder gave no notice. At the beginning everything is new, and nothing changed. */
  #appeared(folder: string): void {
    // At the beginning nobody needs to know, and listing 10,000 names takes longer than all the rest.
    if (!isWorkFolder(folder) || !(this.#observer.picture || this.#notices?.polling)) return;
    const names = documentsIn(this.#gate.project, folder);
    this.#many = names.length > MANY;
    if (!this.#observer.picture) return;
    this.#observer.touchKnown(folder, isWorkFolder(folder));
    if (!this.#many) for (const path of names) this.#observer.touch(path);
  }

  #shows(folder: string, name: string): boolean {
    const path = `${folder}/${name}`;
    if (path === STATE_PATH || path === BATCH_PATH || this.#guarded.has(path.replace(/^\//, ""))) return true;
    if (!isWorkFolder(folder) || !isDocument(name)) return false;
    return !this.#many || (this.#observer.picture?.works.has(path) ?? false);
  }

  async #compare(before: Picture | undefined, picture: Picture, timestamp: string): Promise<WatchEvent[]> {
    const now = this.#gate.clock();
    const reading = picture.state.lastUpdated === undefined ? undefined : parseTime(picture.state.lastUpdated);
    this.#due = Math.min(now + LONGEST, (reading && freshnessEnds(reading, now)) ?? Number.POSITIVE_INFINITY);
    if (!before) return firstEvents(picture, timestamp);
    if (isDamaged(picture.state)) this.#damaged ??= now;
    const recovered = isDamaged(before.state) && picture.state.valid;
    const author = recovered ? await this.#author(picture.state) : undefined;
    if (picture.state.valid) this.#damaged = undefined;
    return eventsBetween(before, picture, timestamp, author);
  }

  /** What others wrote becomes a version, where the gate keeps versions. */
  async #meet(before: Picture | undefined, { state, works, guarded }: Picture): Promise<void> {
    if (!exists(this.#gate.project, GATE_FOLDER)) return;
    const known = before ? [before.state, ...before.works.values(), ...before.guarded.values()] : [];
    const seen = new Map(known.map(({ path, revision }) => [path, revision]));
    for (const { path, revision, problems } of [state, ...works.values(), ...guarded.values()]) {
      const isNew = revision !== undefined && revision !== seen.get(path);
      if (isNew && !problems.some(({ rule }) => NOT_OURS.has(rule))) await meetVersion(this.#gate, path, "gate watch");
    }
  }

  /** What wrote the state file since it was damaged; who puts an old text back by hand is not who once wrote it. */
  async #author({ revision }: Status): Promise<Author | undefined> {
    try {
      const { entries } = await history(this.#gate, { paths: [STATE_PATH], limit: 1 });
      const since = Math.floor((this.#damaged ?? 0) / 1000) * 1000;
      return entries.find((entry) => entry.revision === revision && Date.parse(entry.timestamp) >= since);
    } catch (error) {
      if (error instanceof GateError) return undefined;
      throw error;
    }
  }

  /** The same failure at each look is told once. */
  #failed({ code, message, path, hint }: GateError, timestamp: string): WatchEvent[] {
    this.#wakeup.ring(TICK);
    if (this.#errors.has(message)) return [];
    this.#errors.add(message);
    return [{ event: "error", timestamp, path, code, message, hint }];
  }

  #fallenBack(system: string, timestamp: string): WatchEvent {
    const message = `Cannot go on watching ${this.#gate.project.root}: ${reasonOf(system)}; from now on it is polled`;
    const hint = "Raise the system's limit of watches and files, or use --poll to have it so from the beginning.";
    return { event: "error", timestamp, path: undefined, code: "IO", message, hint };
  }
}

function isWorkFolder(folder: string): boolean {
  return folder === WORK_FOLDER || folder === ARCHIVE_FOLDER;
}

function isDocument(name: string): boolean {
  return /^[^.].*\.md$/i.test(name);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the system's watches are used up",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

function reasonOf(code: string): string {
  return REASONS[code] ?? `the system gives no notices here (${code})`;
}
