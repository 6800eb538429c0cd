/**
 * The files of a checkout that git holds for unmerged, read from its index.
 *
 * An index can list a hundred thousand files, so it is not taken apart: names that begin as
 * is asked for are found in its bytes, and the flags stand right before them.
 */
import { join } from "node:path";
import { readPart } from "../guard/descriptor.ts";
import type { Checkout } from "./checkout.ts";
import { MAX_INDEX, readIndex } from "./index-entries.ts";

/** Bytes of an entry that stand in front of its flags, with digests of 20 bytes. */
const BEFORE_FLAGS = 60;
const STAGE = 0x3000;
const EXTENDED = 0x4000;
const LENGTH = 0x0fff;

/** The paths of the checkout, as git writes them, that begin so and are unmerged; none where the index cannot be read. */
export function unmergedIn({ git }: Checkout, ...beginnings: readonly string[]): ReadonlySet<string> {
  const read = readPart(join(git, "index"), MAX_INDEX);
  if (read === undefined || read.length < 12) return new Set();
  const index = Buffer.from(read.buffer, read.byteOffset, read.length);
  const version = index.toString("latin1", 0, 4) === "DIRC" ? index.readUInt32BE(4) : 0;
  // Names of version 4 stand there in parts.
  if (version === 4) {
    const entries = readIndex(git) ?? [];
    return new Set(
      entries.filter(({ name, stage }) => stage > 0 && beginnings.some((each) => name.startsWith(each))).map(nameOf),
    );
  }
  const found = new Set<string>();
  for (const beginning of version === 2 || version === 3 ? beginnings : []) {
    for (let at = index.indexOf(beginning, 12); at !== -1; at = index.indexOf(beginning, at + 1)) {
      const path = pathAt(index, at, version);
      if (path !== undefined) found.add(path);
    }
  }
  return found;
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** The path that begins here where it is that of an unmerged entry. */
function pathAt(index: Buffer, at: number, version: number): string | undefined {
  const end = index.indexOf(0, at);
  if (end === -1 || at < 12 + BEFORE_FLAGS) return undefined;
  const length = Math.min(end - at, LENGTH);
  for (const flagsAt of version === 3 ? [at - 2, at - 4] : [at - 2]) {
    const flags = index.readUInt16BE(flagsAt);
    const isExtended = (flags & EXTENDED) !== 0;
    if (isExtended === (flagsAt === at - 4) && (flags & LENGTH) === length) {
      return (flags & STAGE) === 0 ? undefined : index.toString("utf8", at, end);
    }
  }
  return undefined;
}
