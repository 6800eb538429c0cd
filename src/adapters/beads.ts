/** beads keeps `.beads/issues.jsonl`, an object a line; what blocks an issue is named by its id. */
import { isObject, parseObject } from "../base/json.ts";
import { type Read, type Work, workOf } from "./adapter.ts";
import { plain, timeIn } from "./markdown.ts";

export const read: Read = (given) =>
  given.flatMap(({ path, text }) => {
    // Most have nothing in hand; and one is large.
    if (!/"status"\s*:\s*"in_progress"/.test(text)) return [{ path }];
    const issues = text.split("\n").flatMap((line): Issue[] => {
      const issue = parseObject(line);
      return issue === undefined ? [] : [issue];
    });
    const works = issues.flatMap((issue) => (issue["status"] === "in_progress" ? workOfIssue(issue, issues) : []));
    return works.length === 0 ? [{ path }] : works.map((work) => ({ path, work }));
  });

type Issue = Readonly<Record<string, unknown>>;

function workOfIssue(issue: Issue, issues: readonly Issue[]): Work[] {
  const title = textIn(issue, "title");
  if (title === undefined) return [];
  const updated = timeIn(textIn(issue, "updated_at"));
  const who = textIn(issue, "assignee") ?? textIn(issue, "owner") ?? textIn(issue, "created_by");
  return [
    workOf(title, [textIn(issue, "id"), "in_progress"].filter(Boolean).join(" "), {
      blockers: blockersOf(issue, issues),
      ...(updated !== undefined && { lastUpdated: updated }),
      ...(who !== undefined && { updatedBy: who }),
    }),
  ];
}

/** The issues that this one waits for, where they are not closed. */
function blockersOf({ dependencies }: Issue, issues: readonly Issue[]): readonly string[] {
  const named = Array.isArray(dependencies) ? dependencies.filter(isObject) : [];
  const ids = named.filter(({ type }) => type === "blocks").map((one) => one["depends_on_id"]);
  const open = issues.filter(({ id, status }) => ids.includes(id) && status !== "closed");
  return open.map((one) => [textIn(one, "id"), textIn(one, "title")].filter(Boolean).join(": "));
}

function textIn(issue: Issue, key: string): string | undefined {
  const value = issue[key];
  return typeof value === "string" && value.trim() !== "" ? plain(value) : undefined;
}
