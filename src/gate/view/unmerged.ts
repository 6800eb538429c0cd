/** Whether git holds a document for unmerged. Asked for each document that is read, so the index is read once while it stands. */
import { join, relative, sep } from "node:path";
import { findCheckout } from "../../files/git/checkout.ts";
import { unmergedIn } from "../../files/git/unmerged.ts";
import { statsAt } from "../../files/guard/path.ts";
import type { Project } from "../../files/guard/project.ts";
import type { Facts } from "../../rules/rule.ts";

interface Known {
  readonly stamp: string;
  readonly paths: ReadonlySet<string>;
}

const known = new WeakMap<Project, Known>();

/** What rules are told of it: the path as git calls it from the project. */
export function unmergedFact(project: Project, path: string): Pick<Facts, "unmerged"> {
  const checkout = findCheckout(project.root);
  const stats = checkout && statsAt(join(checkout.git, "index"));
  if (checkout === undefined || stats === undefined) return {};
  const stamp = `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
  const above = relative(checkout.files, project.root).split(sep).join("/");
  const prefix = above === "" ? "" : `${above}/`;
  let last = known.get(project);
  if (last?.stamp !== stamp) {
    last = { stamp, paths: unmergedIn(checkout, `${prefix}.claude`) };
    known.set(project, last);
  }
  return last.paths.has(`${prefix}${path}`) ? { unmerged: path } : {};
}
