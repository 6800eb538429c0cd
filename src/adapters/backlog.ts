/** Backlog.md keeps `backlog/tasks/*.md`, a file for each task, with its state in the frontmatter. */
import { eachFile, type Read, type Work, workOf } from "./adapter.ts";
import { boxesOf, cut, entriesOf, findPart, partsOf, plain, splitFrontmatter, timeIn } from "./markdown.ts";
import { statusIn } from "./words.ts";

export const read: Read = (given, branch) => eachFile(workIn)(given, branch).filter(({ work }) => work !== undefined);

function workIn(text: string): Work | undefined {
  const { fields, rest } = splitFrontmatter(text);
  const [front] = fields;
  const [title, status] = [front?.get("title"), front?.get("status")];
  if (!title || !status || statusIn(status) !== "in_progress") return undefined;
  const parts = partsOf(rest);
  const updated = timeIn(front!.get("updated_date")) ?? timeIn(front!.get("created_date"));
  const who = front!.get("assignee");
  return workOf(plain(title), status, {
    progress: cut(
      boxesOf(findPart(parts, /^(?:acceptance criteria|definition of done)/)?.points ?? []).map(withoutNumber),
    ),
    nextSteps: entriesOf(findPart(parts, /^(?:implementation plan|plan|next steps)/)),
    blockers: entriesOf(findPart(parts, /^blockers?\b/)),
    questions: entriesOf(findPart(parts, /^open questions/)),
    ...(updated !== undefined && { lastUpdated: updated }),
    ...(who && { updatedBy: who }),
  });
}

function withoutNumber<T extends { readonly text: string }>(item: T): T {
  return { ...item, text: item.text.replace(/^#\d+ /, "") };
}
