/** What the path of a file says about it. */
import type { Facts } from "../rules/rule.ts";

const OURS = /(?:^|[/\\])\.claude[/\\](?:(state)|(work|archive)[/\\]([^/\\]+))\.md$/;

/** What a path below `.claude` says that the file is; `undefined` for a file that is neither. */
export function kindOfPath(path: string): "state" | "work" | undefined {
  const [, state, work] = OURS.exec(path) ?? [];
  if (state !== undefined) return "state";
  return work === undefined ? undefined : "work";
}

/** What a work file is called and where it lies; nothing for another file. */
export function factsOfPath(path: string): Pick<Facts, "fileIssue" | "archived"> {
  const [, , folder, name = ""] = OURS.exec(path) ?? [];
  if (folder === undefined) return {};
  const archived = folder === "archive";
  // An earlier archive of the same issue is `<issue>.<timestamp>.md`.
  const digits = archived ? name.replace(/\..*$/, "") : name;
  // `007.md` is not where the work of #7 is looked for.
  return { archived, fileIssue: /^[1-9]\d*$/.test(digits) ? Number(digits) : null };
}
