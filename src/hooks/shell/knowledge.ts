/** What is known of the disk while a command is looked through, and what comes of that. */

/** What can be found out about the project that a command is run in. */
export interface Knowledge {
  /** The folder of the project; `undefined` where there is none. */
  readonly root: string | undefined;
  readonly now: number;
  /** The folder of git's work tree. */
  top(): string | undefined;
  /** Where files of the project that are protected lie, and the folders that hold them: absolute, real. */
  protectedPaths(): readonly string[];
  /** Whether a path, taken from a folder, leads to one that is or would be protected. */
  isProtected(path: string, cwd: string): boolean;
  /** The real path of what a path leads to. */
  realPath(path: string): string;
  isFolder(path: string): boolean;
  exists(path: string): boolean;
  /** When a file was changed last, in milliseconds. */
  modified(path: string): number | undefined;
  /** The text of a small file. */
  read(path: string): string | undefined;
  /** The files in a `.claude` folder that git knows: absolute. */
  tracked(): ReadonlySet<string>;
}

/** What a command does to one path. */
export interface Act {
  readonly kind: "act";
  /** In words, as the path must not be: `removed`, `moved`, `written over`. */
  readonly done: string;
  readonly path: string;
  /** Where the command is run; `undefined` after a `cd` to a place that is not known. */
  readonly cwd: string | undefined;
  /** Whether a link in the last place is followed. */
  readonly follow: boolean;
  /** Whether folders are meant as well as files. */
  readonly folders: boolean;
  /** The names of files that land in it, should the path be a folder. */
  readonly into?: readonly string[];
}

/** What else a command does that the gate has something to do with. */
export type Effect =
  | Act
  | { readonly kind: "patch"; readonly patch: string; readonly cwd: string }
  /** Git may throw away what was not committed; `clean` where it takes what is ignored as well. */
  | { readonly kind: "git"; readonly cwd: string; readonly clean?: string };

/** A text that is only computed when somebody asks; `undefined` where nobody knows it. */
export type Text = () => string | undefined;

export const NOTHING: Text = () => "";
export const UNKNOWN: Text = () => undefined;

/** A text that is computed once. */
export function once(compute: Text): Text {
  let known: { readonly text: string | undefined } | undefined;
  return () => {
    known ??= { text: compute() };
    return known.text;
  };
}
