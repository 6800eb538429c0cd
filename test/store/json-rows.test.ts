/** The text of a JSON store. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatRows, isLine, makeRow, parseRows, type Row, rowsOf, spliceRow } from "../../src/store/json-rows.ts";
import { runs } from "../support/effort.ts";

const key = fc.oneof(
  fc.constantFrom("a", 'a"', "a: ", "\\", "\n", "1", "__proto__", "é"),
  fc.string({ unit: "binary" }),
);
const text = fc.jsonValue().map((value) => JSON.stringify(value));

test("a row put into the bytes makes the text that all rows make", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, text)), key, text, (entries, changed, value) => {
      const rows = new Map<string, Row>(entries.map(([name, json]) => [name, makeRow(json, "2024-10-23T16:30:00Z")]));
      const row = makeRow(value, "2024-10-23T16:30:01Z", rows.get(changed));
      const spliced = spliceRow(Buffer.from(formatRows(rows)), rows, changed, row);
      expect(Buffer.from(spliced).toString()).toBe(formatRows(new Map(rows).set(changed, row)));
    }),
    runs(500),
  );
});

test("a row of several lines is told", () => {
  expect(isLine(makeRow("1", undefined))).toBe(true);
  expect(isLine(makeRow("[\n1]", undefined))).toBe(false);
});

test("rows are read as they were written", () => {
  const rows = rowsOf(new Map([["a", { value: '{"b":[1.0]}', timestamp: "2024-10-23T16:30:00Z" }]]));
  expect(parseRows(formatRows(rows))).toEqual(rows);
  expect(parseRows(formatRows(new Map()))).toEqual(new Map());
});
