/** Which file of which project a path in a payload means, where it means one that is protected. */
import { resolve, sep } from "node:path";
import { realPlace } from "../files/guard/real-path.ts";

/** A path in a project's `.claude` folder. */
export interface Target {
  /** The folder that holds `.claude`. */
  readonly root: string;
  /** Relative to it, with `/`; begins with `.claude`. */
  readonly path: string;
}

/** Whether a path could lead into a `.claude` folder; cheap, for the many that do not. */
export function mayBeProtected(path: string, cwd: string): boolean {
  return path.toLowerCase().includes(".claude") || targetOf(path, cwd, true) !== undefined;
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
  if (at < 1) return undefined;
  return { root: parts.slice(0, at).join(sep) || sep, path: parts.slice(at).join("/") };
}
