/** A version in words, and its bytes for those who only look. */
import { isSameBytes } from "../../base/same.ts";
import { formatTime } from "../../base/time.ts";
import type { Project } from "../../files/guard/project.ts";
import { OUTSIDE, type Version } from "../../files/record/version.ts";
import { bytesOfVersion } from "../../files/record/versions.ts";

/** A version in a sentence: `save of 2024-10-23T16:30:00Z`. */
export function nameOf({ operation, timestamp }: Pick<Version, "operation" | "timestamp">): string {
  const time = formatTime(timestamp);
  return operation === OUTSIDE ? `the change outside the gate that was met at ${time}` : `${operation} of ${time}`;
}

/** Whether bytes are those of a version. Nothing has to be digested for it, and most that differ are of another size. */
export function isHeldBy(project: Project, version: Version, bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined || bytes.length !== version.size) return false;
  return isSameBytes(bytes, bytesOfVersion(project, version));
}
