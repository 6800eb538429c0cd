/**
 * Whether a document fell behind: it holds an older one of its versions, or is missing,
 * though nobody went back by the gate. Git did, or a person. Reads only; while all is well
 * it looks at the newest version alone.
 */
import { GateError } from "../../base/errors.ts";
import { checkedOutBranch } from "../../files/git/checkout.ts";
import { keyOf } from "../../files/guard/path.ts";
import { OUTSIDE, type Version } from "../../files/record/version.ts";
import { isCheckedOut } from "../../files/record/version-places.ts";
import { documentKeys, listVersions, newestNear, newestVersion } from "../../files/record/versions.ts";
import type { Facts } from "../../rules/rule.ts";
import { revisionOf } from "../../text/source.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { momentary } from "./momentary.ts";
import { isHeldBy } from "./version.ts";

/** The keys of the documents that have versions in the project. */
const withVersions = momentary(documentKeys);

/** The version that a document fell behind; none where it was written on another branch, because a checkout is no loss. */
export function versionAhead(gate: Gate, path: string, bytes: Uint8Array | undefined): Version | undefined {
  const newest = newestVersion(gate.project, path);
  return newest === undefined || isHeldBy(gate.project, newest, bytes) ? undefined : newerThan(gate, newest, bytes);
}

function newerThan({ project }: Gate, newest: Version, bytes: Uint8Array | undefined): Version | undefined {
  const { path } = newest;
  // What came with a checkout is nobody's history.
  if (newest.revision === undefined || isCheckedOut(project)) return undefined;
  if (bytes !== undefined) {
    const revision = revisionOf(bytes);
    const held = listVersions(project, path).find((version) => version.revision === revision);
    if (held === undefined || held.id >= newest.id) return undefined;
  }
  return newest.branch === checkedOutBranch(project.root) ? newest : undefined;
}

/** Who reads must not fail because the history cannot be read. */
function newestKnown({ project }: Gate, path: string): Version | undefined {
  try {
    return newestNear(project, path);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return undefined;
  }
}

/** What is known of the document besides: that it is one of many, and the digest of its bytes. */
interface Known {
  readonly isMany?: boolean | undefined;
  readonly revision?: string | undefined;
}

/** What rules are told of it, and whether the gate wrote what the document holds. */
export function newerFact(
  gate: Gate,
  path: string,
  bytes: Uint8Array | undefined,
  { isMany = false, revision }: Known = {},
): Pick<Facts, "newer" | "isOwn"> {
  // Of ten thousand work files few have versions.
  if (isMany && !withVersions(gate.project, true).has(keyOf(path))) return {};
  const newest = newestKnown(gate, path);
  if (newest === undefined) return {};
  const isHeld = revision === undefined ? isHeldBy(gate.project, newest, bytes) : newest.revision === revision;
  if (isHeld) return newest.operation === OUTSIDE ? {} : { isOwn: true };
  const newer = newerThan(gate, newest, bytes);
  if (newer === undefined) return {};
  const { id, operation, timestamp } = newer;
  const end = id.slice(id.lastIndexOf("-") + 1);
  const isMissing = bytes === undefined;
  const command = isMissing && path === STATE_PATH ? "gate recover" : `gate restore ${end}`;
  return { newer: { operation, timestamp, command, isMissing } };
}
