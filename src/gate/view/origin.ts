/**
 * Which lines of a document are from outside, by the newest version that the gate has of it.
 * Reads only. A history that came with a checkout is nobody's word: it counts as none.
 */
import { GateError } from "../../base/errors.ts";
import { allSince, type Stretch } from "../../base/stretch.ts";
import { outsideIn, type Version } from "../../files/record/version.ts";
import { isCheckedOut } from "../../files/record/version-places.ts";
import { bytesOfVersion, listVersions, newestNear } from "../../files/record/versions.ts";
import { metLines, type Traced } from "../../text/outside.ts";
import { decode, revisionOf } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { isHeldBy } from "./version.ts";

/**
 * The lines of a document that are from outside; without any version all of them are, since
 * now. Who reads must not fail because the history cannot be read.
 */
export function outsideOf(gate: Gate, path: string, bytes: Uint8Array): readonly Stretch[] {
  try {
    return lookUp(gate, path, bytes);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return allSince(gate.clock());
  }
}

/** A document, and which of its lines are from outside. */
export function tracedOf(gate: Gate, path: string, bytes: Uint8Array): Traced {
  return { text: decode(bytes).text, outside: outsideOf(gate, path, bytes) };
}

/** The versions of a document that have lines from outside: what it is rebuilt from may come from them. */
export function tracedBefore(gate: Gate, path: string): readonly Traced[] {
  const versions = listVersions(gate.project, path);
  return versions.flatMap((version) => (outsideIn(version).length === 0 ? [] : (tracedVersion(gate, version) ?? [])));
}

/** The lines of a version that are from outside; of one that is not there any more all. */
export function outsideOfVersion(gate: Gate, path: string, id: string): readonly Stretch[] {
  const version = isCheckedOut(gate.project)
    ? undefined
    : listVersions(gate.project, path).find((each) => each.id === id);
  return version === undefined ? allSince(gate.clock()) : outsideIn(version);
}

function lookUp(gate: Gate, given: string, bytes: Uint8Array): readonly Stretch[] {
  const { project } = gate;
  // What was written before a work file was archived is kept under its name before.
  const former = given.replace(/archive\/(\d+)(?:\.\w[^/]*)?\.md$/, "work/$1.md");
  const newest = [...new Set([given, former])].flatMap((path) => newestNear(project, path) ?? []);
  if (newest.length === 0 || isCheckedOut(project)) return allSince(gate.clock());
  const current = newest.find((version) => isHeldBy(project, version, bytes));
  if (current !== undefined) return outsideIn(current);
  const revision = revisionOf(bytes);
  const versions = newest
    .flatMap(({ path }) => listVersions(project, path))
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  const held = versions.find((version) => version.revision === revision);
  if (held !== undefined) return outsideIn(held);
  const before = versions.find((version) => version.written && version.revision !== undefined);
  const traced = before && tracedVersion(gate, before);
  return metLines(traced, decode(bytes).text, gate.clock());
}

function tracedVersion({ project }: Gate, version: Version): Traced | undefined {
  const bytes = bytesOfVersion(project, version);
  return bytes && { text: decode(bytes).text, outside: outsideIn(version) };
}
