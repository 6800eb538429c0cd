/**
 * What says that it is time to look again: notices of the system about a few
 * folders, or polling where there are none. What is said is only a hint. The
 * watch compares what it sees with what it saw, so a notice too many costs a look,
 * and one that never came is made up for by the look at the folders' signatures.
 */
import type { Project } from "../../files/guard/project.ts";
import { type FolderWatch, watchFolder } from "../../files/read/folder-watch.ts";
import type { Poll } from "./poll.ts";

/** What notices tell, and what they ask. */
export interface Told {
  /** Whether a file is one to look at where each look costs. */
  shows(folder: string, name: string): boolean;
  /** Something happened in a folder, to the file of this name if it is known. */
  touched(folder: string, name: string | undefined): void;
  /** A folder is watched that was not before, or it is another one under its name. */
  appeared(folder: string): void;
  /** The system gives no notices, for the reason its code stands for. From here on it is polled. */
  fellBack(code: string): void;
}

/** So many watches that end by themselves within so many milliseconds are no use. */
const MOST = 8;
const FRESH = 2000;

export class Notices {
  readonly #project: Project;
  readonly #told: Told;
  readonly #interval: number;
  readonly #watches = new Map<string, FolderWatch>();
  #polling: boolean;
  #poll: Poll | undefined;
  #closed = false;
  /** Watches that ended by themselves a short while ago. */
  #failures: readonly { readonly at: number; readonly code: string }[] = [];

  /** `interval`, in milliseconds, is that of polling, which is done from the beginning or where there is no other way. */
  constructor(project: Project, told: Told, { polling, interval }: { polling: boolean; interval: number }) {
    this.#project = project;
    this.#told = told;
    this.#polling = polling;
    this.#interval = interval;
  }

  get polling(): boolean {
    return this.#polling;
  }

  /** Sees to it that the folders that are there are watched, each under the name it has now. */
  async cover(folders: readonly string[]): Promise<void> {
    if (this.#polling) {
      this.#poll ??= await this.#startPolling();
      if (this.#closed) this.#poll.close();
      else for (const folder of this.#poll.cover(folders)) this.#told.appeared(folder);
      return;
    }
    if (this.#failures.length >= MOST) return await this.#fallBack(this.#failures.at(-1)!.code, folders);
    for (const folder of folders) {
      if (this.#watches.get(folder)?.isCurrent()) continue;
      this.#drop(folder);
      const watch = watchFolder(this.#project, folder, {
        change: (name) => this.#told.touched(folder, name),
        // Windows ends the watch of a folder that is removed; whether it can be made again shows at the next look.
        failed: (code) => {
          this.#fail(code);
          this.#told.touched(folder, undefined);
        },
      });
      if ("close" in watch) {
        this.#watches.set(folder, watch);
        this.#told.appeared(folder);
      } else if (!watch.missing) {
        await this.#fallBack(watch.code, folders);
        return;
      }
    }
  }

  close(): void {
    this.#closed = true;
    for (const folder of [...this.#watches.keys()]) this.#drop(folder);
    this.#poll?.close();
  }

  #fail(code: string): void {
    const at = performance.now();
    this.#failures = [...this.#failures.filter((failure) => at - failure.at < FRESH), { at, code }];
  }

  #drop(folder: string): void {
    this.#watches.get(folder)?.close();
    this.#watches.delete(folder);
  }

  async #fallBack(code: string, folders: readonly string[]): Promise<void> {
    for (const folder of [...this.#watches.keys()]) this.#drop(folder);
    this.#polling = true;
    this.#told.fellBack(code);
    await this.cover(folders);
  }

  async #startPolling(): Promise<Poll> {
    const { Poll } = await import("./poll.ts");
    return new Poll(this.#project, {
      interval: this.#interval,
      shows: (folder, name) => this.#told.shows(folder, name),
      touched: (folder, name) => this.#told.touched(folder, name),
    });
  }
}
