/**
 * Polling, by chokidar, for file systems that give no notices: network shares,
 * some containers, a system whose watches are used up.
 *
 * Chokidar looks at every file it is not told to ignore, once each interval, so it
 * is shown the documents alone. It does not see a file that is replaced by one of
 * the same size and an earlier time; the watch's own look at signatures does.
 */
import { basename, dirname, join, relative, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import type { Project } from "../../files/guard/project.ts";
import { identityOf } from "../../files/read/folder-watch.ts";

export interface PollOptions {
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Whether a file is looked at, by its folder and name. */
  shows(folder: string, name: string): boolean;
  touched(folder: string, name: string | undefined): void;
}

export class Poll {
  readonly #project: Project;
  readonly #options: PollOptions;
  readonly #folders = new Map<string, string>();
  #watcher: FSWatcher | undefined;

  constructor(project: Project, options: PollOptions) {
    this.#project = project;
    this.#options = options;
  }

  /** Polls those of the folders that are there; returns those that were not, or are others under their names. */
  cover(folders: readonly string[]): string[] {
    const there = folders.flatMap((folder) => {
      const identity = identityOf(this.#project, folder);
      return identity === undefined ? [] : [[folder, identity] as const];
    });
    const appeared = there.filter(([folder, identity]) => this.#folders.get(folder) !== identity);
    if (appeared.length === 0 && there.length === this.#folders.size) return [];
    this.close();
    for (const [folder, identity] of there) this.#folders.set(folder, identity);
    this.#watch([...this.#folders.keys()]);
    return appeared.map(([folder]) => folder);
  }

  close(): void {
    this.#folders.clear();
    void this.#watcher?.close();
    this.#watcher = undefined;
  }

  #watch(folders: readonly string[]): void {
    const { interval, shows, touched } = this.#options;
    const { root } = this.#project;
    const placeOf = (path: string) => {
      const inside = relative(root, path).split(sep).join("/");
      return { folder: dirname(inside) === "." ? "" : dirname(inside), name: basename(inside) };
    };
    const places = new Set(folders.map((folder) => join(root, folder)));
    this.#watcher = watch([...places], {
      usePolling: true,
      interval,
      binaryInterval: interval,
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => {
        if (places.has(path)) return false;
        const { folder, name } = placeOf(path);
        return !shows(folder, name);
      },
    });
    this.#watcher.on("all", (_event, path) => {
      const { folder, name } = placeOf(path);
      touched(folder, name);
    });
    // A file that cannot be looked at is said by the reading of it.
    this.#watcher.on("error", () => touched("", undefined));
  }
}
