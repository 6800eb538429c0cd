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
    const open = issues.filter((issue) => issue["status"] === "in_progress" && textIn(issue, "title") !== undefined);
    const [newest] = open.sort((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1));
    return newest === undefined ? [{ path }] : [{ path, work: workOfIssue(newest, issues) }];
  });

type Issue = Readonly<Record<string, unknown>>;

/** Times of one zone, so that they are in the order of their texts. */
function timeOf(issue: Issue): string {
  return timeIn(textIn(issue, "updated_at")) ?? "";
}

function workOfIssue(issue: Issue, issues: readonly Issue[]): Work {
  const updated = timeOf(issue);
  const who = textIn(issue, "assignee") ?? textIn(issue, "owner") ?? textIn(issue, "created_by");
  return workOf(textIn(issue, "title")!, [textIn(issue, "id"), "in_progress"].filter(Boolean).join(" "), {
    blockers: blockersOf(issue, issues),
    ...(updated !== "" && { lastUpdated: updated }),
    ...(who !== undefined && { updatedBy: who }),
  });
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
