import { expect, test } from "vitest";
import { Latest } from "../../src/base/latest.ts";

test("the same text is made once while it is among the last few, and another key is another thing", () => {
  const latest = new Latest<{ readonly text: string }>(2);
  let made = 0;
  const of = (text: string, ...key: readonly unknown[]) =>
    latest.of(text, key, () => {
      made++;
      return { text };
    });
  const one = of("one");
  expect(of("one")).toBe(one);
  expect(made).toBe(1);
  expect(of("one", true)).not.toBe(one);
  expect(of("one", false)).toEqual(one);
  expect(made).toBe(3);
  expect(of("one")).not.toBe(one);
  expect(made).toBe(4);
});

test("what failed is tried again", () => {
  const latest = new Latest<number>(2);
  const fail = () => {
    throw new Error("no");
  };
  expect(() => latest.of("text", [], fail)).toThrow("no");
  expect(latest.of("text", [], () => 1)).toBe(1);
});
