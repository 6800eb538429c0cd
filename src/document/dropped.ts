/**
 * Items that were taken out of the plan without being completed, as the log tells:
 *
 *     - Dropped: ⏸️ Need to add tests
 */
import { instantOf, parseTime } from "../base/time.ts";
import { itemsIn } from "./items.ts";
import { parseProgress } from "./values.ts";
import type { WorkDocument } from "./work.ts";
import { DROPPED } from "./work-content.ts";

/** The texts of items dropped at or after a time, in that order; those that stood there again or were completed later are not. */
export function droppedItems(
  { log, text }: Pick<WorkDocument, "log" | "text">,
  { since, there }: { readonly since: string | undefined; readonly there: readonly string[] },
): readonly string[] {
  const start = since === undefined ? undefined : instantOf(parseTime(since));
  const dropped = new Set<string>();
  // The newest entry stands first.
  for (const { title, section } of log.toReversed()) {
    const instant = instantOf(parseTime(title));
    if (start !== undefined && instant !== undefined && instant < start) continue;
    for (const { raw } of itemsIn(section.blocks, text)) {
      const isDropped = raw.startsWith(DROPPED);
      const item = parseProgress(isDropped ? raw.slice(DROPPED.length) : raw);
      if (!isDropped) dropped.delete(item.text);
      else if (item.status !== "completed") dropped.add(item.text);
    }
  }
  return [...dropped].filter((item) => !there.includes(item));
}
