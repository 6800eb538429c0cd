/** Times, read quickly and with care: both must say the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDate, formatTime, parseTime } from "../../src/base/time.ts";
import { runs } from "../support/effort.ts";

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
    runs(2000),
  );
});

test("an instant is spelled as the language has it, in any year", () => {
  const most = 8.64e15;
  const instant = fc.oneof(
    fc.integer({ min: -most, max: most }),
    fc.integer({ min: -62_200_000_000_000, max: 2 ** 48 }),
  );
  fc.assert(
    fc.property(instant, (time) => {
      const whole = new Date(time).toISOString();
      expect(formatTime(time)).toBe(`${whole.slice(0, 19)}Z`);
      expect(formatDate(time)).toBe(whole.slice(0, 10));
    }),
    runs(5000),
  );
  expect(() => formatTime(Number.NaN)).toThrow(RangeError);
});
