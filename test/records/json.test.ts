/** JSON as text: what no change concerns stays as it is written. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut } from "../../src/json/layout.ts";
import { changeRecord, type Json, printRecord, type RecordChange } from "../../src/records/json-edit.ts";
import { type ObjectText, readObjectText } from "../../src/records/object-text.ts";
import { runs } from "../support/effort.ts";

const RUNS = runs(300, 4);
const key = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom("10", "9", "__proto__", "constructor", "é", "\ud800"),
);
const scalar = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("\ud800", "\\", '"', "\u2028", "\n", "{", "]"),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
/** Text of JSON values with tokens that JavaScript would not write. */
const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalar.map((value) => JSON.stringify(value)),
    fc.constantFrom(
      "1.0",
      "-0",
      "1E5",
      "123456789012345678901234567890",
      '"\\u00e9"',
      '"\\/"',
      "NaN",
      "-Infinity",
      "[ ]",
      "{ }",
    ),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(" ,")}]`),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((members) => printed(members, "\t")),
  ),
})).value;
const objectText = fc.array(fc.tuple(key, valueText), { maxLength: 6 }).map((members) => printed(members, "\n"));

function printed(members: readonly (readonly [string, string])[], space: string): string {
  return `{${members.map(([name, value]) => `${space}${JSON.stringify(name)} :${value}`).join(",")}${space}}`;
}

function read(text: string): ObjectText {
  const record = readObjectText(text);
  if (record.kind === "fault") throw new Error(`${record.reason} at ${record.offset} in ${text}`);
  return record;
}

/** All that is not white space between tokens. */
function tokens(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? [];
}

describe("reading", () => {
  test("accepts what JSON.parse accepts, and nothing else but the words of Python", () => {
    const noise = fc.string({ unit: fc.constantFrom(...'{}[]:,"\\u0e1 \n\ttrue-.9\u0001'), maxLength: 24 });
    fc.assert(
      fc.property(
        fc.oneof(
          noise,
          noise.map((text) => `{${text}}`),
          objectText,
        ),
        (text) => {
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            parsed = undefined;
          }
          const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
          const accepted = readObjectText(text).kind === "object";
          if (!/NaN|Infinity/.test(text)) expect(accepted).toBe(isObject);
          else expect(accepted).toBe(true);
        },
      ),
      runs(3000, 4),
    );
  });

  test("knows our layout", () => {
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (value) => {
        expect(read(JSON.stringify(value, null, 2)).canonical).toBe(true);
      }),
      RUNS,
    );
    expect(read('{"a": 1}').canonical).toBe(false);
    expect(read('{\n    "a": 1\n}').canonical).toBe(false);
    expect(read('{\n  "a": [\n  1\n  ]\n}').canonical).toBe(false);
    expect(read('{\r\n  "a": [\r\n    1\r\n  ]\r\n}\r\n').canonical).toBe(true);
  });

  test.each([
    ["", 0, "it is empty"],
    ["[]", 0, "it is no JSON object"],
    ['{"a": }', 6, "unexpected text"],
    ['{"a": 1', 7, "it ends too soon"],
    ['{"a": 1}}', 8, "there is text behind the end"],
    ['{"a": "\t"}', 7, "a control character in a text"],
    ['{"a": "\\x"}', 7, "an unknown escape"],
    ['{"a": 1,}', 8, "a key is missing"],
    ['{"a" 1}', 5, "a colon is missing"],
    ['{"a": 01}', 7, "unexpected text"],
  ])("%j shows at %i that %s", (text, offset, reason) => {
    expect(readObjectText(text)).toEqual({ kind: "fault", offset, reason });
  });

  test("depth and length cost no more than their share", () => {
    const deep = `{"a":${"[".repeat(100_000)}`;
    expect(readObjectText(deep)).toMatchObject({ kind: "fault", reason: "it is nested deeper than 200 levels" });
    const long = `{"a":"${'\\"'.repeat(500_000)}"}`;
    expect(read(long).members[0]!.raw.length).toBe(1_000_002);
  });
});

describe("changing", () => {
  test("without changes every byte stays in our layout, every token in any other", () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const same = printRecord(changeRecord(read(text), [], []));
        expect(tokens(same)).toEqual(tokens(text));
        const ours = read(same);
        expect(ours.canonical).toBe(true);
        expect(printRecord(changeRecord(ours, [], []))).toBe(same);
      }),
      RUNS,
    );
  });

  test("does to the text what the change does to the value", () => {
    const change: fc.Arbitrary<RecordChange> = fc.oneof(
      fc.record({
        kind: fc.constant("set" as const),
        path: fc.array(fc.constantFrom("a", "10", "__proto__"), { minLength: 1, maxLength: 3 }),
        value: fc.jsonValue() as fc.Arbitrary<Json>,
      }),
      fc.record({
        kind: fc.constant("remove" as const),
        path: fc.array(fc.constantFrom("a", "10"), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        kind: fc.constant("append" as const),
        path: fc.tuple(fc.constantFrom("list", "new")),
        value: fc.jsonValue() as fc.Arbitrary<Json>,
      }),
      fc.record({
        kind: fc.constant("removeAbout" as const),
        path: fc.tuple(fc.constant("list")),
        key: fc.constant("n"),
        value: fc.constantFrom(1, 2, 7),
      }),
    );
    const start =
      '{\n  "list": [\n    1.0,\n    2,\n    {\n      "n": 2,\n      "m": 1\n    },\n    {}\n  ],\n  "a": {\n    "b": 1e2\n  }\n}';
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
        const text = printRecord(changeRecord(read(start), changes, ["a"]));
        const model = new Model(start);
        for (const each of changes) model.apply(each);
        expect(Model.entries(JSON.parse(text))).toEqual(Model.entries(model.value));
        expect(read(text).canonical).toBe(true);
      }),
      RUNS,
    );
  });

  test("known keys come in their order, unknown ones behind them as they were", () => {
    const text = '{"z": 1, "b": 2, "y": 3, "a": 4}';
    const changed = changeRecord(read(text), [{ kind: "set", path: ["c"], value: 5 }], ["a", "b", "c"]);
    expect(changed.members.map(({ key: name }) => name)).toEqual(["a", "b", "c", "z", "y"]);
  });

  test("what is deep and long is not laid out", () => {
    const raw = `${"[".repeat(190)}${"1,".repeat(200_000)}1${"]".repeat(190)}`;
    expect(layOut(raw, 1, "\n")).toBe(raw);
  });
});

/** The same changes on a value; objects are maps, because a key may be `__proto__`. */
class Model {
  readonly value: object;

  constructor(text: string) {
    this.value = JSON.parse(text) as object;
  }

  apply({ path, ...change }: RecordChange): void {
    const last = path.at(-1)!;
    let at = this.value as Record<string, unknown>;
    for (const name of path.slice(0, -1)) {
      const inner = Object.hasOwn(at, name) ? at[name] : undefined;
      const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
      if (!isObject && change.kind === "remove") {
        if (!Object.hasOwn(at, name)) return;
        define(at, name, {});
      } else if (!isObject) define(at, name, {});
      at = Object.getOwnPropertyDescriptor(at, name)!.value as Record<string, unknown>;
    }
    if (change.kind === "set") define(at, last, JSON.parse(JSON.stringify(change.value)));
    else if (change.kind === "remove") delete at[last];
    else if (change.kind === "append") {
      define(at, last, [
        ...(Array.isArray(at[last]) ? (at[last] as unknown[]) : []),
        JSON.parse(JSON.stringify(change.value)),
      ]);
    } else if (change.kind === "removeAbout" && Object.hasOwn(at, last))
      define(
        at,
        last,
        (at[last] as unknown[]).filter((each) => {
          const isObject = typeof each === "object" && each !== null && Object.hasOwn(each, change.key);
          return (isObject ? (each as Record<string, unknown>)[change.key] : each) !== change.value;
        }),
      );
  }

  static entries(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(Model.entries);
    if (typeof value !== "object" || value === null) return value;
    return new Map(
      Object.entries(Object.getOwnPropertyDescriptors(value)).map(([name, { value: inner }]) => [
        name,
        Model.entries(inner),
      ]),
    );
  }
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
