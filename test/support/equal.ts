/** Large values compared thousands of times. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** Both must be equal, to the last member; where they are not, the difference is shown, and the text they come from. */
export function expectEqual(one: unknown, other: unknown, text: string): void {
  // Asked first, because `expect` takes ten times as long.
  if (!isDeepStrictEqual(one, other)) expect(one, JSON.stringify(text)).toStrictEqual(other);
}
