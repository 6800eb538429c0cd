/** Which file of which project a path in a payload means, where it means one that is protected. */
import { dirname, join, relative, resolve, sep } from "node:path";
import { isMarkdown } from "../base/markdown.ts";
import { isThere, realPlace } from "../files/guard/real-path.ts";

/** A path in a project's `.claude` folder, or in a project that guards files of others. */
export interface Target {
  /** The folder that holds `.claude`. */
  readonly root: string;
  /** Relative to it, with `/`. */
  readonly path: string;
}

/** Whether a path could lead into a `.claude` folder or to a guarded file, or `holds` one; cheap, for the many that do not. */
export function mayBeProtected(path: string, cwd: string, holds = false): boolean {
  if (path.toLowerCase().includes(".claude")) return true;
  const target = targetOf(path, cwd, true);
  return target !== undefined && (holds || target.path.startsWith(".claude") || isMarkdown(target.path));
}

/**
 * The target of a path, links resolved: in all of it where the file is written,
 * but in the last part where the name itself is removed or moved. A link in a
 * `.claude` folder to somewhere else is no target for those who write through it.
 */
export function targetOf(path: string, cwd: string, follow: boolean): Target | undefined {
  const place = realPlace(resolve(cwd, path), follow);
  if (place === undefined) return undefined;
  const parts = place.split(sep);
  const at = parts.lastIndexOf(".claude");
  const root = at < 1 ? rootWith(dirname(place), GUARD_LIST) : parts.slice(0, at).join(sep) || sep;
  return root === undefined ? undefined : { root, path: relative(root, place).split(sep).join("/") };
}

/** The list of guarded files. */
export const GUARD_LIST = ".claude/gate.yaml";

/** The nearest folder, from this one upward, that holds something. */
export function rootWith(folder: string, held: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (isThere(join(at, held))) return at;
    if (dirname(at) === at) return undefined;
  }
}
