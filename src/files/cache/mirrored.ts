/**
 * Bytes that stand twice, one behind the other, so that damage is seen: comparing
 * the two is one call, where a checksum would be the only loop of a whole process.
 */
import { isSameBytes } from "../../base/same.ts";

export function mirror(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, bytes]);
}

/** What stands there twice; `undefined` where it does not. */
export function unmirror(bytes: Uint8Array): Uint8Array | undefined {
  const half = bytes.length / 2;
  if (half < 1 || !Number.isInteger(half)) return undefined;
  const first = bytes.subarray(0, half);
  return isSameBytes(first, bytes.subarray(half)) ? first : undefined;
}
