/** Whether two things are equal. */

/** Whether two pieces of memory hold the same bytes; `undefined` stands for none at all. */
export function isSameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}

/** Whether two lists have the same elements in the same order. */
export function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((element, at) => element === other[at]);
}

/** Whether two plain values are equal, member by member; the order of keys does not count. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const keys = Object.keys(one);
  if (Array.isArray(one) !== Array.isArray(other) || keys.length !== Object.keys(other).length) return false;
  const [left, right] = [one, other] as Readonly<Record<string, unknown>>[];
  return keys.every((key) => Object.hasOwn(right!, key) && isSameValue(left![key], right![key]));
}
