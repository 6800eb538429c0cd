/** The versions of the documents, for people. */
import { shortActor } from "../../base/actor.ts";
import { recencyOf } from "../../base/time.ts";
import { STATE_PATH } from "../../gate/gate.ts";
import { endOf, type History, type HistoryItem } from "../../gate/history/history.ts";
import { isForGuard } from "../../gate/view/guard.ts";
import { type Style, shown } from "../style.ts";

export function viewHistory({ entries }: History, now: number, { dim, green, yellow }: Style): string {
  const [newest] = entries;
  if (!newest) return "There is no history yet.\nEvery version of a document is kept from the first change on.";
  const rows = entries.map((entry) => ({
    id: entry.id,
    age: recencyOf(Date.parse(entry.timestamp), now),
    operation: shown(entry.operation),
    size: entry.revision === undefined ? "no file" : `${entry.size} bytes`,
    path: shown(entry.path),
    actor: entry.actor === undefined ? "" : `  ${dim(shown(shortActor(entry.actor)))}`,
    mark: entry.current ? `  ${green("current")}` : entry.written ? "" : `  ${yellow("not written")}`,
  }));
  const width = (key: "id" | "age" | "operation" | "size") => Math.max(...rows.map((row) => row[key].length));
  const [ids, ages, operations, sizes] = [width("id"), width("age"), width("operation"), width("size")];
  const lines = rows.map(({ id, age, operation, size, path, actor, mark }) => {
    const facts = `${operation.padEnd(operations)}  ${dim(size.padStart(sizes))}  ${path}`;
    return `${id.padEnd(ids)}  ${dim(age.padEnd(ages))}  ${facts}${actor}${mark}`;
  });
  const path = shown(newest.path);
  const advice = `\`gate diff ${endOf(newest.id)}\` shows what the newest one changed, \`gate undo${aimAt(newest)}\` goes back from the one that ${path} holds, \`gate restore ID\` puts one back.`;
  return ["The versions of the documents, newest first", ...lines, "", dim(advice)].join("\n");
}

/** The words that make `undo` concern the document of a version. */
function aimAt({ path, id }: HistoryItem): string {
  if (path === STATE_PATH) return "";
  if (isForGuard(path)) return ` --path ${shown(path)}`;
  const issue = /^\.claude\/work\/([1-9]\d*)\.md$/.exec(path)?.[1];
  return issue === undefined ? ` ${endOf(id)}` : ` --work ${issue}`;
}
