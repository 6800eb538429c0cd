/** Documents in order, merged part by part, each in the way that suits what it holds. */
import { isSameList } from "../base/same.ts";
import type { StateDocument } from "../document/state.ts";
import type { Lines } from "../text/diff/three-way.ts";
import { mergeBody } from "./body.ts";
import { type Content, nameOfIssue } from "./entry.ts";
import { choose, clean, conflict, type Hunk, mergeAsLines } from "./hunk.ts";
import { isSamePart, orderOf, type Parts, type Versions } from "./order.ts";
import { type Mergeable, type Part, partsOf } from "./part.ts";

interface Documents {
  readonly base: Mergeable | undefined;
  readonly ours: Mergeable;
  readonly theirs: Mergeable;
}

/** Merges two versions of a document whose line endings are `\n`, without the end of the file. */
export function mergeDocuments(documents: Documents): readonly Hunk[] {
  const whole = isAboutTwoIssues(documents);
  const partsIn = (document: Mergeable): Parts => new Map(partsOf(document, whole).map((part) => [part.key, part]));
  const { base, ours, theirs } = documents;
  const versions = { base: base && partsIn(base), ours: partsIn(ours), theirs: partsIn(theirs) };
  const order = orderOf(versions);
  return order.flatMap((key, at) => [
    ...mergePart(key, versions),
    ...(at === order.length - 1 ? [] : [clean(blankOf(key, versions))]),
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
    const [one, other] = [linesOf(ours), linesOf(theirs)];
    // Its being here although a side has it no more means that the other one changed it.
    return base ? conflict(one, other) : [clean([...one, ...other])];
  }
  const same = choose(base, ours, theirs, isSamePart);
  if (same) return [clean(linesOf(same.chosen))];
  const content = ours.content === theirs.content ? ours.content : "text";
  if (content === "whole") return conflict(linesOf(ours), linesOf(theirs));
  const heading = choose(base?.heading, ours.heading, theirs.heading, isSameList);
  const body = choose(base?.body, ours.body, theirs.body, isSameList);
  return [
    ...(heading ? [clean(heading.chosen)] : conflict(ours.heading, theirs.heading)),
    ...(body ? [clean(body.chosen)] : mergeBodies(content, base, ours, theirs)),
  ];
}

function linesOf(part: Part | undefined): Lines {
  return part ? [...part.heading, ...part.body] : [];
}

function mergeBodies(content: Content, base: Part | undefined, ours: Part, theirs: Part): readonly Hunk[] {
  if (content === "text") return mergeAsLines(base?.body, ours.body, theirs.body);
  return mergeBody(content, base?.entries(), ours.entries(), theirs.entries());
}

/** The blank lines between a part and the next one; one where none of the versions says. */
function blankOf(key: string, versions: Versions): Lines {
  const [base, ours, theirs] = [versions.base, versions.ours, versions.theirs].map((parts) => parts?.get(key)?.blank);
  if (!ours || !theirs) return ours ?? theirs ?? [""];
  return choose(base, ours, theirs, isSameList)?.chosen ?? ours;
}
