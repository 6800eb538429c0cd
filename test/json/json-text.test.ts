/** JSON as text: nothing of it is bent on its way through. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameJson } from "../../src/base/json.ts";
import { fromAscii, inAscii, inexactNumber, toJsonText } from "../../src/json/json-text.ts";
import { compactJson, layOut } from "../../src/json/layout.ts";
import { byKey, itemsOf, membersOf } from "../../src/json/members.ts";
import { runs } from "../support/effort.ts";

const json = fc.json({ maxDepth: 4 });

test("compact and pretty text say what the text said, and lead to each other", () => {
  fc.assert(
    fc.property(json, (text) => {
      const spaced = JSON.stringify(JSON.parse(text), null, "\t\r\n ");
      const compact = compactJson(spaced)!;
      expect(compact).toBe(JSON.stringify(JSON.parse(text)));
      expect(layOut(compact)).toBe(JSON.stringify(JSON.parse(text), null, 2));
      expect(compactJson(layOut(compact, 3))).toBe(compact);
    }),
    runs(500, 7),
  );
});

test("members and items come in the order of the text, with the text they have there", () => {
  expect([...byKey(membersOf(' {"10": [1, {"]": "}"}] ,"2":"\\\\", "__proto__" : 1e400,"2": {} }')!)]).toEqual([
    ["10", '[1, {"]": "}"}]'],
    ["2", "{}"],
    ["__proto__", "1e400"],
  ]);
  expect(itemsOf(' [ 1 , "," , [ "]" ] ]')).toEqual(["1", '","', '[ "]" ]']);
  expect(itemsOf("[]")).toEqual([]);
  expect(membersOf("{ }")).toEqual([]);
  expect([membersOf("[]"), membersOf("null"), membersOf("{"), itemsOf("{}")]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (object) => {
      const text = `{${Object.entries(object)
        .map(([key, value]) => ` ${JSON.stringify(key)} : ${value} `)
        .join(",")}}`;
      const seen = [...byKey(membersOf(text)!)].map(([key, value]) => [key, JSON.parse(value)]);
      expect(seen).toEqual(Object.entries(object).map(([key, value]) => [key, JSON.parse(value)]));
    }),
    runs(300, 7),
  );
});

test("what is no JSON is none", () => {
  for (const text of ["", " ", "{", "undefined", "NaN", "'a'", '{"a":1,}', "1 2", "01"])
    expect(compactJson(text)).toBeUndefined();
});

test("sameness looks at what is said", () => {
  expect(isSameJson('{"a":1,"b":[1.0]}', '{"b":[1],"a":1}')).toBe(true);
  expect(isSameJson('{"__proto__":1}', "{}")).toBe(false);
  expect(isSameJson("[]", "{}")).toBe(false);
  expect(isSameJson("[1]", "[1,2]")).toBe(false);
  expect(isSameJson("null", "{}")).toBe(false);
});

test("a value that JSON would lose is refused", () => {
  const values = [undefined, Number.NaN, { a: Number.POSITIVE_INFINITY }, () => 1, [Symbol("a")], 10n];
  for (const value of values)
    expect(() => toJsonText(value)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test("a value that goes in circles is refused, one that JSON knows is not", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  expect(() => toJsonText(circle)).toThrow("Cannot save the value");
  expect(toJsonText({ a: [null, "x", 1, undefined], b: undefined })).toBe('{"a":[null,"x",1,null]}');
});

test("a number that would be rounded is found, no other one and none in a text", () => {
  const exact = '[1, -9007199254740992, 0.1, 1e300, 1.5e3, 100000000000000000000, "12345678901234567890", "\\"9"]';
  expect(inexactNumber(exact)).toBeUndefined();
  for (const number of ["12345678901234567890", "-9007199254740993", "9".repeat(400), "1e400"])
    expect(inexactNumber(`{"a": [${number}]}`)).toBe(number);
});

test("letters of other scripts are shown to people, what cannot be shown alone keeps its number", () => {
  const text = JSON.stringify({ a: "é 東京 🚀 Ώ", b: 'q"\\\n', c: "\u202e\u0007\u00a0" });
  const ascii = inAscii(text);
  expect(ascii).toMatch(/^[\x20-\x7e]*$/);
  expect(fromAscii(ascii)).toBe('{"a":"é 東京 🚀 Ώ","b":"q\\"\\\\\\n","c":"\\u202e\\u0007\\u00a0"}');
  expect(JSON.parse(fromAscii(ascii))).toEqual(JSON.parse(text));
  // Half of a letter is none, and a backslash before a u is no number.
  expect(fromAscii('"\\ud83d"')).toBe('"\\ud83d"');
  expect(fromAscii('"\\\\u00e9"')).toBe('"\\\\u00e9"');
});
