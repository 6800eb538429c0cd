import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { thinned } from "../../src/files/record/thinning.ts";
import { runs } from "../support/effort.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2024, 9, 23, 14, 30);

/** Ids for these ages, the oldest first, each with its time in front. */
const idsOf = (ages: readonly number[]): string[] => ages.map((age, index) => `${NOW - age}-${index}`);
const timeOf = (id: string): number => Number(id.slice(0, id.indexOf("-", 1)));
const gone = (ids: readonly string[]): string[] => thinned(ids, NOW, timeOf);
const kept = (ids: readonly string[]): string[] => {
  const without = new Set(gone(ids));
  return ids.filter((id) => !without.has(id));
};
/** Fifty that are kept anyway. */
const NEWEST = Array.from({ length: 50 }, (_, index) => 50 - index);

describe("of the versions of a document", () => {
  test("none is let go as long as there are 50", () => {
    expect(gone([])).toEqual([]);
    expect(gone(idsOf(Array.from({ length: 50 }, () => 1000 * DAY)))).toEqual([]);
  });

  test("the newest 50 are not even asked for their time", () => {
    const ids = idsOf([3 * DAY, ...NEWEST]);
    const asked: string[] = [];
    thinned(ids, NOW, (id) => {
      asked.push(id);
      return timeOf(id);
    });
    expect(asked).toEqual([ids[0]]);
  });

  test("the last of each hour is kept for two days", () => {
    // At 14:10, 14:20 and 14:29 of the day before, at 13:59 of this day, and at 14:10, 14:20 and 14:29 of it.
    const minutes = [1460, 1450, 1441, 31, 20, 10, 1];
    const ids = idsOf([...minutes.map((ago) => ago * 60_000), ...NEWEST]);
    expect(kept(ids)).toEqual([ids[2], ids[3], ...ids.slice(6)]);
  });

  test("the last of each day is kept for 30", () => {
    const ids = idsOf([30.1, 29.9, 10.2, 10.1, 9.1, 2.9, 2.8].map((days) => days * DAY).concat(NEWEST));
    expect(kept(ids)).toEqual([ids[1], ids[3], ids[4], ids[6], ...ids.slice(7)]);
  });

  test("what a clock that was ahead has made counts as new", () => {
    const ids = idsOf([-400 * DAY, -400 * DAY, -300 * DAY, ...NEWEST]);
    expect(kept(ids)).toEqual(ids.slice(1));
  });

  test("one an hour is kept also where two clocks made them in turns", () => {
    const ids = idsOf([...Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 5 : 20) * HOUR), ...NEWEST]);
    expect(kept(ids)).toEqual(ids.slice(98));
  });

  test("what is kept once more stays as it is", () => {
    const ids = idsOf([...Array.from({ length: 3000 }, (_, index) => (3000 - index) * 20 * 60_000), ...NEWEST]);
    expect(gone(kept(ids))).toEqual([]);
  });
});

const age = fc.oneof(
  fc.integer({ min: -2 * DAY, max: 40 * DAY }),
  fc.integer({ min: 0, max: 3 * HOUR }),
  fc.constantFrom(0, HOUR, 2 * DAY, 30 * DAY, 1000 * DAY, -1000 * DAY),
);
const ages = fc.array(age, { maxLength: 400, size: "max" });

describe("whatever the times are", () => {
  test("none of the newest 50 is let go, nothing is let go twice, and nothing that is not there", () => {
    fc.assert(
      fc.property(ages, fc.boolean(), (list, isSorted) => {
        const ids = idsOf(isSorted ? list.toSorted((one, other) => other - one) : list);
        const away = gone(ids);
        expect(new Set(away).size).toBe(away.length);
        const old = new Set(ids.slice(0, -50));
        expect(away.every((id) => old.has(id))).toBe(true);
      }),
      runs(200),
    );
  });

  test("what is left is within the bounds", () => {
    fc.assert(
      fc.property(ages, (list) => {
        const past = kept(idsOf(list))
          .slice(0, -50)
          .map((id) => NOW - timeOf(id));
        const count = (from: number, to: number) => past.filter((one) => one >= from && one <= to).length;
        expect(count(0, 2 * DAY)).toBeLessThanOrEqual(49);
        expect(count(2 * DAY + 1, 30 * DAY)).toBeLessThanOrEqual(30);
        expect(count(30 * DAY + 1, Number.POSITIVE_INFINITY)).toBe(0);
        const ahead = past.filter((one) => one < 0).map((one) => Math.floor((NOW - one) / HOUR));
        expect(new Set(ahead).size).toBe(ahead.length);
      }),
      runs(200),
    );
  });

  test("what is let go had a newer one of its hour or day, or was too old", () => {
    fc.assert(
      fc.property(ages, (list) => {
        const ids = idsOf(list);
        const left = kept(ids);
        for (const id of gone(ids)) {
          const time = timeOf(id);
          const span = NOW - time <= 2 * DAY ? HOUR : DAY;
          const later = left.some(
            (other) =>
              ids.indexOf(other) > ids.indexOf(id) && Math.floor(timeOf(other) / span) === Math.floor(time / span),
          );
          expect(later || NOW - time > 30 * DAY).toBe(true);
        }
      }),
      runs(50),
    );
  });

  test("day by day, a document that is saved without end stays small", () => {
    let ids: string[] = [];
    let made = 0;
    for (let now = NOW; now < NOW + 40 * DAY; now += 7 * 60_000) {
      ids.push(`${now}-${made++}`);
      const away = new Set(thinned(ids, now, timeOf));
      ids = ids.filter((id) => !away.has(id));
      expect(ids.length).toBeLessThanOrEqual(50 + 49 + 30);
    }
    const oldest = timeOf(ids[0]!);
    expect(NOW + 40 * DAY - oldest).toBeGreaterThan(28 * DAY);
  });
});
