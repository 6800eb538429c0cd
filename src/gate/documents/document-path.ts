/** Documents as people name them: from where they stand, or from the project. */
import { relative, resolve, sep } from "node:path";
import type { Gate } from "../gate.ts";

const DOCUMENT = /^\.claude\/(?:state\.md|batch_state\.json|(?:work|archive|state\/[^/]+)\/[^/]+)$/;

/** The path of a document relative to the project, from one relative to `cwd` or to the project. */
export function documentAt({ project: { root } }: Pick<Gate, "project">, cwd: string, path: string): string {
  const [fromHere, fromProject] = [cwd, root].map((folder) => {
    return relative(root, resolve(folder, path)).split(sep).join("/");
  }) as [string, string];
  return DOCUMENT.test(fromHere) ? fromHere : fromProject;
}
