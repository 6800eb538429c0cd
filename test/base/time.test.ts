/** Times, read quickly and with care: both must say the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTime } from "../../src/base/time.ts";

test("the one spelling is read as the others are", () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
  const day = fc.tuple(digits(4), digits(2), digits(2)).map((parts) => parts.join("-"));
  const near = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
    .map(([year, month, date]) =>
      [String(year).padStart(4, "0"), ...[month, date].map((part) => String(part).padStart(2, "0"))].join("-"),
    );
  const clock = fc.tuple(fc.nat({ max: 25 }), fc.nat({ max: 61 }), fc.nat({ max: 61 }));
  const time = clock.map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
  fc.assert(
    fc.property(fc.oneof(day, near), time, (date, hour) => {
      const exact = parseTime(`${date}T${hour}Z`);
      const other = parseTime(`${date}T${hour}Z `);
      expect(exact).toEqual(other?.kind === "other" ? { ...other, kind: "exact" } : other);
    }),
    { numRuns: 2000, seed: 20241023 },
  );
});
