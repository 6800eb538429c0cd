/**
 * Where a batch record keeps what the program adds to the format.
 *
 * Programs of the format's origin load a record with its keys, and fail on any other. So
 * what is ours stands in `analysis_metadata`, under `state_gatekeeper`. What an earlier
 * version wrote beside the format's keys is read there, and moved at the next change.
 */
import { byKey, membersOf } from "../json/members.ts";
import { PYTHON } from "../json/token.ts";
import type { RecordChange } from "./json-edit.ts";
import type { ObjectText } from "./object-text.ts";

export const OWN_KEYS = ["schema_version", "skipped_features", "claims", "consecutive_failures"] as const;
export type OwnKey = (typeof OWN_KEYS)[number];

const PLACE = ["analysis_metadata", "state_gatekeeper"] as const;

/** The path of a key of ours. */
export function ownPath(key: OwnKey): readonly [string, ...string[]] {
  return [...PLACE, key];
}

/** The texts of our keys by name, from their place; empty where there is none. */
export function ownTexts(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const outer = texts.get(PLACE[0]) ?? "";
  // Most metadata is somebody else's, and need not be taken apart.
  const own = outer.includes(PLACE[1]) ? partsOf(outer).get(PLACE[1]) : undefined;
  return own === undefined ? new Map() : partsOf(own);
}

function partsOf(json: string): ReadonlyMap<string, string> {
  return byKey(membersOf(json, PYTHON) ?? []);
}

/** Whether the list of skipped features is the format's own: later programs of the origin have one, and no version. */
export function hasSkips({ members }: ObjectText): boolean {
  return has(members, "skipped_features") && !has(members, "schema_version");
}

/** The changes that move what an earlier version wrote into its place. */
export function movesOf(record: ObjectText): readonly RecordChange[] {
  return OWN_KEYS.filter((key) => has(record.members, key) && !(key === "skipped_features" && hasSkips(record))).map(
    (key) => ({ kind: "move", from: key, path: ownPath(key) }),
  );
}

function has(members: ObjectText["members"], name: string): boolean {
  return members.some(({ key }) => key === name);
}
