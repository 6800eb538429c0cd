/** Documents in order, merged part by part, each in the way that suits what it holds. */
import { isSameList } from "../base/same.ts";
import type { StateDocument } from "../document/state.ts";
import type { Lines } from "../text/diff/three-way.ts";
import { mergeBody } from "./body.ts";
import { nameOfIssue } from "./entry.ts";
import { choose, conflict, type Hunk, mergeAsLines, settled } from "./hunk.ts";
import { isSamePart, orderOf, type Parts, type Versions } from "./order.ts";
import { type AnyDocument, type Part, partsOf } from "./part.ts";

export interface Documents {
  readonly base: AnyDocument | undefined;
  readonly ours: AnyDocument;
  readonly theirs: AnyDocument;
}

/** Merges two versions of a document whose line endings are `\n`, without the end of the file. */
export function mergeDocuments(documents: Documents): readonly Hunk[] {
  const whole = isAboutTwoIssues(documents);
  const partsIn = (document: AnyDocument): Parts => new Map(partsOf(document, whole).map((part) => [part.key, part]));
  const { base, ours, theirs } = documents;
  const versions = { base: base && partsIn(base), ours: partsIn(ours), theirs: partsIn(theirs) };
  const order = orderOf(versions);
  return order.flatMap((key, at) => [
    ...mergePart(key, versions),
    ...(at === order.length - 1 ? [] : [settled(blankOf(key, versions))]),
  ]);
}

/**
 * Progress on one issue must not end up under the title of another. Where the sides
 * are about different ones, the active work is taken as a whole or not at all.
 */
function isAboutTwoIssues({ ours, theirs }: Documents): boolean {
  const issueOf = ({ active: { issue, issueField } }: StateDocument) => nameOfIssue(issue, issueField?.value.raw ?? "");
  return ours.kind === "state" && theirs.kind === "state" && issueOf(ours) !== issueOf(theirs);
}

function mergePart(key: string, versions: Versions): readonly Hunk[] {
  const [base, ours, theirs] = [versions.base?.get(key), versions.ours.get(key), versions.theirs.get(key)];
  if (!ours || !theirs) {
    const lines = [ours, theirs].map((part) => (part ? [...part.heading, ...part.body] : []));
    // Its being here although a side has it no more means that the other one changed it.
    return base ? conflict(lines[0]!, lines[1]!) : [settled(lines.flat())];
  }
  const same = choose(base, ours, theirs, isSamePart);
  if (same) return [settled([...same.chosen.heading, ...same.chosen.body])];
  const content = ours.content === theirs.content ? ours.content : "text";
  if (content === "whole") return conflict([...ours.heading, ...ours.body], [...theirs.heading, ...theirs.body]);
  return [...mergeHeading(base, ours, theirs), ...mergeContent(content, base, ours, theirs)];
}

function mergeHeading(base: Part | undefined, ours: Part, theirs: Part): readonly Hunk[] {
  const same = choose(base?.heading, ours.heading, theirs.heading, isSameList);
  return same ? [settled(same.chosen)] : conflict(ours.heading, theirs.heading);
}

function mergeContent(
  content: Exclude<Part["content"], "whole">,
  base: Part | undefined,
  ours: Part,
  theirs: Part,
): readonly Hunk[] {
  const same = choose(base?.body, ours.body, theirs.body, isSameList);
  if (same) return [settled(same.chosen)];
  if (content === "text") return mergeAsLines(base?.body, ours.body, theirs.body);
  return mergeBody(content, base?.entries(), ours.entries(), theirs.entries());
}

/** The blank lines between a part and the next one; one where none of the versions says. */
function blankOf(key: string, versions: Versions): Lines {
  const [base, ours, theirs] = [versions.base, versions.ours, versions.theirs].map((parts) => parts?.get(key)?.blank);
  if (!ours || !theirs) return ours ?? theirs ?? [""];
  return choose(base, ours, theirs, isSameList)?.chosen ?? ours;
}
