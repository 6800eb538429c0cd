/** Documents as people name them: from where they stand, or from the project. */
import { relative, resolve, sep } from "node:path";
import { attempt } from "../../base/errors.ts";
import { exists } from "../../files/read/read.ts";
import type { Gate } from "../gate.ts";
import { isForGuard } from "../view/guard.ts";

const DOCUMENT = /^\.claude\/(?:state\.md|batch_state\.json|(?:work|archive|state\/[^/]+)\/[^/]+)$/;

/** The path of a document relative to the project, from one relative to `cwd` or to the project. */
export function documentAt({ project }: Pick<Gate, "project">, cwd: string, path: string): string {
  const { root } = project;
  const [fromHere, fromProject] = [cwd, root].map((folder) => pathIn(root, resolve(folder, path))) as [string, string];
  if (DOCUMENT.test(fromHere)) return fromHere;
  // A file that is there is meant, and where neither is, what the words say from where they are said.
  const isMeant = isForGuard(fromHere) && !isOutside(fromHere) && !DOCUMENT.test(fromProject);
  const isThere = (each: string) => attempt(() => exists(project, each)) === true;
  return isMeant && (isThere(fromHere) || !isThere(fromProject)) ? fromHere : fromProject;
}

/** A path or glob relative to `cwd` as one relative to the project. */
export function pathIn(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

function isOutside(path: string): boolean {
  return path === ".." || path.startsWith("../");
}
