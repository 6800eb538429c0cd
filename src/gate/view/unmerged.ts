/** Whether git holds a document for unmerged. */
import { relative, sep } from "node:path";
import { findCheckout } from "../../files/git/checkout.ts";
import { unmergedIn } from "../../files/git/unmerged.ts";
import type { Project } from "../../files/guard/project.ts";
import type { Facts } from "../../rules/rule.ts";
import { momentary } from "./momentary.ts";

/** The documents that are unmerged, relative to the project. */
const unmergedOf = momentary((project) => unmergedAmong(project, [".claude/"]));

/** What is unmerged of the paths of a project that begin so. */
export function unmergedAmong({ root }: Project, beginnings: readonly string[]): ReadonlySet<string> {
  const checkout = findCheckout(root);
  if (checkout === undefined) return new Set();
  const above = relative(checkout.files, root).split(sep).join("/");
  const prefix = above === "" ? "" : `${above}/`;
  const found = unmergedIn(checkout, ...beginnings.map((each) => prefix + each));
  return new Set([...found].map((path) => path.slice(prefix.length)));
}

/** What rules are told of it: the path as git calls it from the project. */
export function unmergedFact(project: Project, path: string, isMany = false): Pick<Facts, "unmerged"> {
  return unmergedOf(project, isMany).has(path) ? { unmerged: path } : {};
}
