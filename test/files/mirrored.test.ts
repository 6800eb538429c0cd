import fc from "fast-check";
import { expect, test } from "vitest";
import { mirror, unmirror } from "../../src/files/cache/mirrored.ts";

test("what stands twice is read, and any damage is seen", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
      const both = mirror(bytes);
      expect(Uint8Array.from(unmirror(both)!)).toEqual(bytes);
      const spoilt = Uint8Array.from(both);
      const at = place % both.length;
      spoilt[at] = spoilt[at]! ^ change;
      expect(unmirror(spoilt)).toBeUndefined();
      expect(unmirror(both.subarray(1))).toBeUndefined();
    }),
    { seed: 7 },
  );
  expect(unmirror(new Uint8Array())).toBeUndefined();
});
