/**
 * The history of schema 1 read as versions. It kept what a change replaced: the text
 * before the change, under the change's name. Which change had made that text is in the
 * file before it, by the digest of what it wrote.
 */
import type { Version } from "./version.ts";

/** Versions as they were read, newest first, with each of schema 1 called by what made it. */
export function versionsBefore(read: readonly Version[]): readonly Version[] {
  if (!read.some(({ replaced }) => replaced)) return read;
  return read.map((version, at) => {
    if (version.replaced === undefined) return version;
    const before = read.slice(at + 1).find(({ path, replaced }) => path === version.path && !isMark(replaced));
    const made = before?.replaced;
    const from = before && { from: before.id };
    if (made === undefined || made.revision !== version.revision) return { ...version, ...from };
    const { operation, timestamp, restores, actor } = made;
    return { ...version, ...from, operation, timestamp, ...(restores && { restores }), ...(actor && { actor }) };
  });
}

/** A note of how the document stood when an agent's context was compacted; it changed nothing. */
function isMark(replaced: Version["replaced"]): boolean {
  return replaced?.operation === "compact";
}
