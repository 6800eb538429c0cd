/** The one scanner of JSON text: what it accepts, where it says things stand, and what it costs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../src/base/json.ts";
import { layOut } from "../../src/json/layout.ts";
import { type JsonNode, scanJson } from "../../src/json/scan.ts";
import { COMMENTED, PYTHON, STRICT } from "../../src/json/token.ts";
import { runs } from "../support/effort.ts";

const RUNS = runs(1000);
const key = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("10", "9", "__proto__", '"', "\\"));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(fc.string({ unit: "binary", maxLength: 6 }), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const layout = fc.constantFrom(undefined, " ", "  ", "\t", "\r\n");

function read(text: string, dialect = STRICT, levels = Number.POSITIVE_INFINITY): JsonNode {
  const json = scanJson(text, dialect, { levels });
  if (json.kind === "fault") throw new Error(`${json.reason} at ${json.offset} in ${text}`);
  return json.root;
}

/** What the tree says, if each of its nodes stands where it says. */
function meant(node: JsonNode, text: string): unknown {
  expect(node.raw).toBe(text.slice(node.start, node.end));
  if (node.kind === "array") return node.items.map((item) => meant(item, text));
  if (node.kind === "scalar") return JSON.parse(node.raw);
  const entries = node.members.map(({ key: name, rawKey, start, value: inner }) => {
    expect(text.startsWith(rawKey, start)).toBe(true);
    expect(JSON.parse(rawKey)).toBe(name);
    return [name, meant(inner, text)] as const;
  });
  return Object.fromEntries(entries);
}

test("strictly, it accepts what JSON.parse accepts", () => {
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"\\u00e9"',
    '"\\x"',
    '"a\nb"',
    '"x',
    "\\",
    "1",
    "01",
    "-",
    "1.0",
  ];
  const words = [
    "-0.5e+1",
    "true",
    "nul",
    "NaN",
    "Infinity",
    " ",
    "\n",
    "// c\n",
    "/* c */",
    "\ufeff",
    "\u00a0",
    "\u2028",
  ];
  const noise = fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 10 }).map((parts) => parts.join(""));
  const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ...pieces, ...words)).map(([text, place, piece]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(at + 1);
  });
  fc.assert(
    fc.property(fc.oneof(noise, broken), (text) => {
      const json = scanJson(text, STRICT);
      expect(json.kind === "fault").toBe(parseJson(text) === undefined);
      if (json.kind !== "fault") return;
      // What stands before a fault can begin a text that is JSON, so the fault moves along with space before it.
      const moved = scanJson(` ${text}`, STRICT);
      expect(moved).toMatchObject({ offset: json.offset + 1, reason: json.reason });
    }),
    runs(5000),
  );
});

test("every part is told, where it stands, in the order of the text", () => {
  fc.assert(
    fc.property(value, layout, (given, space) => {
      const text = ` ${JSON.stringify(given, null, space)}\n`;
      expect(meant(read(text), text)).toEqual(JSON.parse(text));
    }),
    RUNS,
  );
  const { members } = read('{"10": 1.0, "2": 1e400, "10": {}}') as JsonNode & { kind: "object" };
  expect(members.map((member) => [member.key, member.value.raw])).toEqual([
    ["10", "1.0"],
    ["2", "1e400"],
    ["10", "{}"],
  ]);
});

test("parts are told as many levels down as was asked for, and no further", () => {
  const text = '{"a": [1, {"b": 2}]}';
  expect(read(text, STRICT, 0)).toEqual({ kind: "object", start: 0, end: 20, raw: text, members: [] });
  expect(read(text, STRICT, 1)).toMatchObject({ members: [{ key: "a", value: { raw: '[1, {"b": 2}]', items: [] } }] });
  expect(read(text, STRICT, 2)).toMatchObject({ members: [{ value: { items: [{ raw: "1" }, { members: [] }] } }] });
});

test("a layout is canonical where laying out changes nothing", () => {
  const spaces = fc.constantFrom(undefined, " ", "  ", "    ");
  fc.assert(
    fc.property(value, spaces, fc.nat(), fc.constantFrom("", " ", "\n", "  "), (given, space, place, added) => {
      const text = JSON.stringify(given, null, space);
      const at = place % text.length;
      for (const each of [text, text.slice(0, at) + added + text.slice(at)]) {
        const json = scanJson(each, STRICT, { eol: "\n" });
        if (json.kind === "fault" || /^\s|\s$/.test(each)) continue;
        expect(json.canonical, each).toBe(layOut(each) === each);
      }
    }),
    RUNS,
  );
});

test("looking at the layout changes nothing of what is found", () => {
  const item = fc.constantFrom(
    "1",
    "-0.5e1",
    '"a"',
    '"\\u00e9"',
    '""',
    "true",
    "NaN",
    "[]",
    '{\n    "a": 1\n  }',
    "01",
    '"',
    "",
  );
  const gap = fc.oneof(
    { weight: 9, arbitrary: fc.constant("\n  ") },
    fc.constantFrom("", " ", "\n   ", "\n\n  ", "\u00a0"),
  );
  const list = fc.array(fc.tuple(gap, item), { minLength: 1, maxLength: 30 }).map((items) => {
    return `[${items.map(([space, token]) => space + token).join(",")}\n]`;
  });
  fc.assert(
    fc.property(list, fc.nat({ max: 2 }), fc.constantFrom(STRICT, PYTHON), (text, levels, dialect) => {
      const { canonical, ...looked } = scanJson(text, dialect, { levels, eol: "\n" }) as { canonical?: boolean };
      const { canonical: _, ...plain } = scanJson(text, dialect, { levels }) as { canonical?: boolean };
      expect(looked).toEqual(plain);
      if (canonical !== undefined) expect(canonical, text).toBe(layOut(text) === text);
    }),
    runs(5000),
  );
  const long = JSON.stringify(Array.from({ length: 5000 }, String), null, 2);
  expect(scanJson(long, PYTHON, { eol: "\n" })).toMatchObject({ canonical: true, root: { end: long.length } });
  const cut = long.slice(0, -4);
  expect(scanJson(cut, PYTHON, { eol: "\n" })).toEqual(scanJson(cut, PYTHON));
});

describe("dialects", () => {
  test("the words of Python are its own", () => {
    for (const word of ["NaN", "Infinity", "-Infinity"]) {
      expect(read(`[${word}]`, PYTHON)).toMatchObject({ items: [{ raw: word }] });
      for (const dialect of [STRICT, COMMENTED]) {
        expect(scanJson(`[${word}]`, dialect)).toMatchObject({ offset: 1, expected: "value" });
      }
    }
    expect(scanJson("-NaN", PYTHON).kind).toBe("fault");
  });

  test("comments are space, and a comma may trail, only where both are asked for", () => {
    const note = fc.constantFrom(" ", "\n", "// , ] }\n", "/* [ */", "/**/", "// one\r\n// two\n");
    fc.assert(
      fc.property(value, fc.infiniteStream(note), (given, notes) => {
        const plain = JSON.stringify(given);
        const tokens = plain.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)!;
        const text = tokens.map((token) => notes.next().value + token).join("");
        expect(meant(read(text, COMMENTED), text)).toEqual(JSON.parse(plain));
        if (text.includes("/")) {
          const isInside = parseJson(text) !== undefined;
          for (const dialect of [STRICT, PYTHON]) expect(scanJson(text, dialect).kind === "json").toBe(isInside);
        }
      }),
      RUNS,
    );
    expect(read("[1, /* two */ ]", COMMENTED)).toMatchObject({ items: [{ raw: "1" }] });
    expect(read('{"a": 1,}', COMMENTED)).toMatchObject({ members: [{ key: "a" }] });
    expect(scanJson("[1,]", STRICT)).toMatchObject({ offset: 3, expected: "value" });
    expect(scanJson("[,]", COMMENTED)).toMatchObject({ offset: 1, expected: "value" });
    expect(scanJson("[1,,]", COMMENTED)).toMatchObject({ offset: 3, expected: "value" });
    expect(scanJson("[1 /* open", COMMENTED)).toMatchObject({ offset: 3, expected: "]" });
  });
});

test.each([
  ["", 0, "it ends too soon"],
  [" [1", 3, "it ends too soon"],
  ["[1 2]", 3, "a comma or `]` is expected"],
  ['{"a": 1]', 7, "a comma or `}` is expected"],
  ["{a: 1}", 1, "a key in double quotes is expected"],
  ["{", 1, "a key in double quotes is expected"],
  ['{"a"', 4, "a colon is expected"],
  ['{"a" 1}', 5, "a colon is expected"],
  ['{"a": }', 6, "a value is expected"],
  ["[01]", 2, "a comma or `]` is expected"],
  ["1 x", 2, "there is text behind the end"],
])("%j shows at %i that %s", (text, offset, reason) => {
  expect(scanJson(text, STRICT)).toMatchObject({ kind: "fault", offset, reason });
});

test.each([
  ['["ab', 1, 4],
  ['["a\tb"]', 1, 3],
  ['["a\\x"]', 1, 3],
  ['{"a\\u12', 1, 3],
])("in %j the string at %i stops being one at %i", (text, offset, within) => {
  expect(scanJson(text, STRICT)).toMatchObject({ kind: "fault", offset, within });
});

test("no depth is too much, and dialects that are read by others have a bound", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(scanJson(deep(500_000), STRICT).kind).toBe("json");
  expect(scanJson("[".repeat(500_000), STRICT)).toMatchObject({ offset: 500_000, reason: "it ends too soon" });
  for (const dialect of [PYTHON, COMMENTED]) {
    const { deepest } = dialect;
    expect(scanJson(deep(deepest + 1), dialect).kind).toBe("json");
    expect(scanJson(deep(deepest + 2), dialect)).toMatchObject({
      offset: deepest + 1,
      reason: `it is nested deeper than ${deepest} levels`,
    });
  }
});

test("long texts are read in one go", () => {
  const string = `"${'\\"x'.repeat(300_000)}"`;
  expect(read(string).end).toBe(string.length);
  const list = `[${"1,\n".repeat(300_000)}1]`;
  expect(read(list)).toMatchObject({ items: { length: 300_001 } });
  const remarks = `${"/* x */ // y\n".repeat(100_000)}1`;
  expect(read(remarks, COMMENTED).raw).toBe("1");
});
