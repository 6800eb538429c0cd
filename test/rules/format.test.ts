import { expect, test } from "vitest";
import { toJson } from "../../src/json/to-json.ts";
import { formatFiles } from "../../src/rules/formats/format.ts";
import { RULE_DESCRIPTIONS } from "../../src/rules/index.ts";
import { type CheckedFile, countIn, problemsOf } from "../../src/rules/report.ts";
import type { Diagnostic } from "../../src/rules/rule.ts";

const error: Diagnostic = {
  rule: "nul-byte",
  severity: "error",
  message: "Unexpected NUL byte, expected text",
  start: 8,
  end: 9,
};
const warning: Diagnostic = {
  rule: "padded-issue",
  severity: "warning",
  message: "Unexpected leading zeros",
  start: 0,
  end: 5,
  fix: [{ start: 0, end: 1, text: "" }],
};

const TEXT = "😀b\r\nc\nd\0";
const FILES: readonly CheckedFile[] = [
  { path: ".claude/state.md", problems: problemsOf(TEXT, [warning, error]) },
  { path: ".claude/work/7.md", problems: problemsOf("", []) },
];

const EVIL: readonly CheckedFile[] = [
  {
    path: "a:b,c%/\u001b[31m d\n.md",
    problems: problemsOf("x", [
      { ...error, start: 0, end: 1, message: "50%: a,b\r\n::error::\u001b[2J \u009b \u202e" },
    ]),
  },
];

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } };
    readonly columnKind: string;
    readonly results: readonly SarifResult[];
  }[];
}

interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
}

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex?: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
  }[];
}

test("pretty: a line for each finding, then the sum", () => {
  expect(formatFiles("pretty", FILES)).toBe(
    [
      ".claude/state.md:1:1 warning padded-issue Unexpected leading zeros",
      ".claude/state.md:3:2 error nul-byte Unexpected NUL byte, expected text",
      "1 error, 1 warning",
    ].join("\n"),
  );
  expect(formatFiles("pretty", [])).toBe("0 errors, 0 warnings");
  expect(formatFiles("pretty", [{ ...FILES[0]!, problems: problemsOf(TEXT, [error, error, warning]) }], 3)).toMatch(
    /\n2 errors, 1 warning, 3 fixed$/,
  );
});

test("problems have lines and columns from 1, in UTF-16 units", () => {
  const places = FILES[0]!.problems.map(({ line, column, endLine, endColumn, fixable }) => {
    return [line, column, endLine, endColumn, fixable];
  });
  expect(places).toEqual([
    [1, 1, 2, 1, true],
    [3, 2, 3, 3, false],
  ]);
  expect(countIn(FILES)).toEqual({ errors: 1, warnings: 1 });
});

test("github: workflow commands", () => {
  expect(formatFiles("github", FILES)).toBe(
    [
      "::warning file=.claude/state.md,line=1,col=1,endLine=2,endColumn=1,title=padded-issue::Unexpected leading zeros",
      "::error file=.claude/state.md,line=3,col=2,endLine=3,endColumn=3,title=nul-byte::Unexpected NUL byte, expected text",
    ].join("\n"),
  );
  expect(formatFiles("github", EVIL)).toBe(
    "::error file=a%3Ab%2Cc%25/\\u{1b}[31m d\\u{a}.md,line=1,col=1,endLine=1,endColumn=2,title=nul-byte" +
      "::50%25: a,b\\u{d}\\u{a}::error::\\u{1b}[2J \\u{9b} \\u{202e}",
  );
  expect(formatFiles("github", [])).toBe("");
});

test("sarif: what the schema of 2.1.0 requires", () => {
  const sarif = JSON.parse(formatFiles("sarif", [...FILES, ...EVIL])) as Sarif;
  expect(Object.keys(sarif)).toEqual(["$schema", "version", "runs"]);
  expect(sarif.$schema).toMatch(/^https:\/\/.*\/sarif-schema-2\.1\.0\.json$/);
  expect(sarif.version).toBe("2.1.0");
  expect(sarif.runs).toHaveLength(1);
  const [run] = sarif.runs;
  const { driver } = run!.tool;
  expect(driver.name).toBe("state-gatekeeper");
  expect(run!.columnKind).toBe("utf16CodeUnits");
  expect(driver.rules.map(({ id }) => id)).toEqual([...RULE_DESCRIPTIONS.keys()]);
  expect(new Set(driver.rules.map(({ id }) => id)).size).toBe(driver.rules.length);
  for (const { shortDescription } of driver.rules) expect(shortDescription.text).not.toBe("");
  expect(run!.results.map(({ level }) => level)).toEqual(["warning", "error", "error"]);
  for (const { ruleId, ruleIndex, message, locations } of run!.results) {
    expect(driver.rules[ruleIndex!]?.id).toBe(ruleId);
    expect(message.text).not.toBe("");
    expect(locations).toHaveLength(1);
  }
  const [first, , evil] = run!.results.map(({ locations: [location] }) => location!.physicalLocation);
  expect(first).toEqual({
    artifactLocation: { uri: ".claude/state.md" },
    region: { startLine: 1, startColumn: 1, endLine: 2, endColumn: 1 },
  });
  expect(evil!.artifactLocation.uri).toBe("a%3Ab%2Cc%25/%1B%5B31m%20d%0A.md");
});

test("a path that is no Unicode is still a reference", () => {
  const sarif = JSON.parse(formatFiles("sarif", [{ ...FILES[0]!, path: "\ud800.md" }])) as Sarif;
  expect(sarif.runs[0]!.results[0]!.locations[0]!.physicalLocation.artifactLocation.uri).toBe("%EF%BF%BD.md");
});

test("an id from elsewhere has no index", () => {
  const sarif = JSON.parse(
    formatFiles("sarif", [{ ...FILES[0]!, problems: problemsOf(TEXT, [{ ...error, rule: "other" }]) }]),
  ) as Sarif;
  expect(sarif.runs[0]!.results[0]).not.toHaveProperty("ruleIndex");
});

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

test.each([
  ["pretty", formatFiles("pretty", EVIL)],
  ["github", formatFiles("github", EVIL)],
  ["sarif", formatFiles("sarif", EVIL)],
  ["json", toJson(EVIL)],
])("%s cannot steer a terminal", (_format, output) => {
  expect(output.replaceAll("\n", "")).not.toMatch(CONTROL);
});
