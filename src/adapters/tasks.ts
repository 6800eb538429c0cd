/**
 * Lists of tasks with boxes: `specs/NNN-slug/tasks.md` of spec-kit, `openspec/changes/ID/tasks.md`
 * of OpenSpec, and `tasks/todo.md`. Of several the one counts whose folder is named like the
 * checked-out branch; without one the caller takes the newest.
 */
import { type ElsewhereItem, type Read, type Work, workOf } from "./adapter.ts";
import { boxesOf, cut, partsOf, wholeOf } from "./markdown.ts";
import { statusOfAll } from "./words.ts";

export const read: Read = (given, branch) => {
  const lists = given.filter(({ path }) => !path.startsWith("openspec/changes/archive/"));
  const own = branch === undefined ? undefined : lists.find(({ path }) => isNamed(folderOf(path), branch));
  return (own === undefined ? lists : [own]).map(({ path, text }) => {
    const work = workIn(text, folderOf(path));
    return work === undefined ? { path } : { path, work };
  });
};

function folderOf(path: string): string {
  return path.split("/").at(-2)!;
}

/** Whether a folder stands for a branch: its name is the last part of it. */
function isNamed(folder: string, branch: string): boolean {
  return branch.split("/").at(-1)!.toLowerCase() === folder.toLowerCase();
}

/** The tasks below one heading. */
interface Group {
  readonly title: string;
  readonly tasks: readonly ElsewhereItem[];
}

function workIn(text: string, folder: string): Work | undefined {
  const parts = partsOf(text);
  const groups = groupsOf(parts);
  const current = groups.find(({ tasks }) => tasks.some(isOpen));
  if (current === undefined) return undefined;
  const head =
    parts.find(({ depth }) => depth === 1)?.title.replace(/^tasks?(?: list)?(?:[:：—–-]\s*| for )/i, "") ?? "";
  const isTold =
    head !== "" && !/^(?:tasks?|todo|to-?do list|implementation (?:tasks|plan)|任务清单|任务)$/i.test(head);
  const title = isTold
    ? head
    : folder === "tasks"
      ? "tasks/todo.md"
      : folder.replace(/^\d+-/, "").replace(/[-_]/g, " ");
  const done = (tasks: readonly ElsewhereItem[]) => tasks.filter((task) => !isOpen(task)).length;
  const all = groups.flatMap(({ tasks }) => tasks);
  const progress = groups.length === 1 ? all : groups.map((group) => asItem(group, done(group.tasks)));
  return workOf(title, `${done(all)} of ${all.length} tasks${current.title === "" ? "" : `; ${current.title}`}`, {
    progress: cut(progress),
    nextSteps: cut(current.tasks.filter(isOpen).map((task) => task.text)),
  });
}

/** The tasks by the headings of the highest rank that have some, the first heading being the file's. */
function groupsOf(parts: ReturnType<typeof partsOf>): readonly Group[] {
  const heads = parts.map((part, at) => ({ part, at })).filter(({ part }) => part.depth !== 1);
  const least = Math.min(...heads.filter(({ part }) => part.depth > 0).map(({ part }) => part.depth));
  const groups = parts.flatMap((part, at): Group[] => {
    const own = part.depth === least ? wholeOf(parts, at) : part.depth < least ? part : undefined;
    const tasks = boxesOf(own?.points ?? []).map((task) => ({ ...task, text: withoutMarks(task.text) }));
    return tasks.length === 0 ? [] : [{ title: part.depth === least ? part.title : "", tasks }];
  });
  return groups;
}

function isOpen({ status }: ElsewhereItem): boolean {
  return status !== "completed";
}

function asItem({ title, tasks }: Group, done: number): ElsewhereItem {
  return { status: statusOfAll(tasks)!, text: `${title === "" ? "Tasks" : title} (${done} of ${tasks.length})` };
}

/** What may be done beside others, for which story, and how urgent it is are marks, no words of the task. */
function withoutMarks(text: string): string {
  return text.replace(/\s*(?:\[(?:P|US\d+|Story \d+)\]|\(P\d\))/g, "").trim();
}
