/**
 * How long the tests run. What only gains by length (storms of kills, many processes,
 * long properties) takes its numbers from here: small ones in `npm test`, which still
 * meet each kind of fault, large ones in `npm run test:long`.
 */
export const IS_LONG = process.env["TEST_EFFORT"] === "long";

/** So many where there is time, else `few`, a tenth by default. */
export function upTo(many: number, few = Math.ceil(many / 10)): number {
  return IS_LONG ? many : few;
}

/**
 * What a property is run with: up to so many values, from a seed that is the same
 * everywhere. Where one fails, the path that replays it is printed with the seed.
 */
export function runs(many: number, seed = 20241023, few?: number): { numRuns: number; seed: number } {
  return { numRuns: upTo(many, few), seed };
}

/** All items where there is time, else `few` of them from the first to the last. */
export function spread<T>(items: readonly T[], few: number): readonly T[] {
  const count = Math.min(items.length, upTo(items.length, few));
  return Array.from(
    { length: count },
    (_, at) => items[Math.round((at * (items.length - 1)) / Math.max(1, count - 1))]!,
  );
}
