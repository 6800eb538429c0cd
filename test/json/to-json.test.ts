import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonText } from "../../src/json/json-text.ts";
import { toJson } from "../../src/json/to-json.ts";

const plain = fc.jsonValue();
const shout = (key: string) => key.toUpperCase();

/** The value with another member that is JSON text, which no other part of the text may notice. */
const withText = (value: unknown) => toJson([value, new JsonText("1")]);

test("without JSON text in it, JSON is that of `JSON.stringify`, hidden characters aside", () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(JSON.parse(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(toJson(value).replace(/\\u([\da-f]{4})/g, "")).toBe(
        JSON.stringify(value, null, 2)
          .replace(/\\u([\da-f]{4})/g, "")
          .replace(/[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g, ""),
      );
    }),
    { seed: 20241023 },
  );
});

test("JSON text beside a value changes nothing of how the value is printed", () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(withText(value)).toBe(toJson([value, 1]));
      expect(toJson([value, new JsonText("1")], shout)).toBe(toJson([value, 1], shout));
    }),
    { seed: 20241023 },
  );
});

test("keys are spelled, at every depth, and what is absent is null only then", () => {
  const value = { a: undefined, b: [{ c: undefined }, undefined, []], d: {}, e: JSON.parse('{"__proto__": {"f": 1}}') };
  const spelled = '{"A":null,"B":[{"C":null},null,[]],"D":{},"E":{"__PROTO__":{"F":1}}}';
  expect(toJson(value, shout)).toBe(JSON.stringify(JSON.parse(spelled), null, 2));
  expect(toJson(value)).toBe(JSON.stringify(value, null, 2));
  expect(toJson(value, (key) => key)).toContain('"__proto__": {\n      "f": 1');
  expect(toJson(undefined)).toBe("null");
});
