/** Calls read by the program against commander, made of the same commands: both read a call in the same way, or neither does. */
import * as commander from "commander";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Command, command } from "../../src/cli/command.ts";
import { makeCommand } from "../../src/cli/commander/make.ts";
import type { Option } from "../../src/cli/option.ts";
import { optionsOf, readWords, splitBehind, valuesOf } from "../../src/cli/read-words.ts";
import { COMMANDS } from "../../src/cli/registry.ts";

const ALL = (
  await Promise.all(
    COMMANDS.map(async ({ name, load }) => {
      const module = await load();
      if (!("subcommands" in module)) return [[name, module] as const];
      return await Promise.all(
        module.subcommands.map(async (each) => [`${name} ${each.name}`, await each.load()] as const),
      );
    }),
  )
).flat();

/** What commander reads; `undefined` where it answers itself or refuses. */
function byCommander(taken: Command, argv: readonly string[]): unknown {
  const judge = makeCommand({ name: "x", summary: "" }, taken, "0.0.0");
  const options: [flag: string, word: string | undefined][] = [];
  for (const { flag } of optionsOf(taken)) {
    judge.on(`option:${new commander.Option(flag).name()}`, (word?: string | null) => {
      options.push([flag, word ?? undefined]);
    });
  }
  judge.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    judge.parse(splitBehind(taken, argv).own, { from: "user" });
  } catch (error) {
    if (!(error instanceof commander.CommanderError)) throw error;
    return undefined;
  }
  return { args: judge.args, options };
}

function byUs(taken: Command, argv: readonly string[]): unknown {
  const words = readWords(taken, argv);
  return words && { args: words.args, options: words.options.map(([{ flag }, word]) => [flag, word]) };
}

const nameOf = ({ flag }: Option) => flag.split(" ", 1)[0]!;
const odd = fc.oneof(
  fc.constantFrom("", "-", "--", "---", "-7", "-.5e3", "-7x", "-x", "-h", "--help", "-V", "-Vh", "--version", "--=x"),
  fc.constantFrom("--no-json", "--input", "--archive", "--jso", "--Json", "--yes=1", "--toString", "__proto__"),
  fc.string({ maxLength: 4 }),
);
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("7", "x", "x:40", "a b", "→", "#7", "commit", "json", "bash") },
  { weight: 2, arbitrary: odd },
);

/** Words that give an option as it is meant to be given. */
function given(option: Option): fc.Arbitrary<readonly string[]> {
  const flag = nameOf(option);
  if (!option.flag.includes(" ")) return fc.constant([flag]);
  const one = option.choices ? fc.oneof(fc.constantFrom(...option.choices), word) : word;
  return fc.oneof(
    one.map((value) => [flag, value]),
    one.map((value) => [`${flag}=${value}`]),
    fc.constant([flag]),
    fc.array(one, { maxLength: 3 }).map((values) => [flag, ...values]),
  );
}

/** Calls most of which are in order, and calls that are not. */
function callsOf(taken: Command): fc.Arbitrary<string[]> {
  const options = optionsOf(taken);
  const needed = options
    .filter(({ required }) => required)
    .map((option) => {
      const value = option.choices ? fc.constantFrom(...option.choices) : word;
      return value.map((each) => [nameOf(option), each]);
    });
  const args = Object.values(taken.arguments ?? {}).map(({ name, choices }) => {
    const one = choices ? fc.constantFrom(...choices) : word;
    return name.startsWith("<") ? one.map((each) => [each]) : fc.array(one, { maxLength: 1 });
  });
  const more = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...options).chain(given) },
    { weight: 1, arbitrary: odd.map((each) => [each]) },
    { weight: 1, arbitrary: word.map((each) => [each]) },
  );
  const inOrder = fc.tuple(fc.tuple(...needed, ...args), fc.array(more, { maxLength: 4 }));
  return fc.oneof(
    { weight: 4, arbitrary: inOrder.map(([first, then]) => [...first, ...then].flat()) },
    { weight: 2, arbitrary: inOrder.map(([first, then]) => [...then, ...first].flat()) },
    { weight: 1, arbitrary: fc.array(more, { maxLength: 5 }).map((parts) => parts.flat()) },
  );
}

describe("a call is read as commander reads it, and left to it where it refuses or answers", () => {
  test.each(ALL)("gate %s", (_name, taken) => {
    let read = 0;
    fc.assert(
      fc.property(callsOf(taken), (argv) => {
        const ours = byUs(taken, argv);
        if (ours !== undefined) read++;
        // What a lenient command does not know is nobody's business but commander's.
        if (ours !== undefined || !taken.lenient) expect(ours).toEqual(byCommander(taken, argv));
      }),
      { numRuns: 400, seed: 20241023 },
    );
    expect(read).toBeGreaterThan(40);
  });
});

describe("what a command says that it takes", () => {
  test.each(ALL)("gate %s: is spelled as the reader knows it", (_name, { options = {}, arguments: args = {} }) => {
    for (const one of Object.values(options)) {
      for (const { flag } of [one].flat()) {
        const form = "flag" in one ? /^--[a-z]+(?:-[a-z]+)*(?: (?:<[^.>]+>|\[[a-z]+\]))?$/ : /^--[a-z-]+ <[^>]+>$/;
        expect(flag).toMatch(form);
      }
    }
    const names = Object.values(args).map(({ name }) => name);
    expect(names.join(" ")).toMatch(/^(?:<[a-z_]+> ?)*(?:\[[a-z]+\] ?)*(?:\[[a-z]+\.\.\.\])?$/);
  });
});

describe("what was given", () => {
  const taken = command({
    description: "",
    examples: [],
    arguments: { first: { name: "<first>", about: "", read: Number }, rest: { name: "[rest...]", about: "" } },
    options: {
      full: { flag: "--full", about: "" },
      archive: { flag: "--no-archive", about: "" },
      limit: { flag: "--limit <count>", about: "", read: Number },
      poll: { flag: "--poll [seconds]", about: "", read: Number },
      items: [
        { flag: "--done <text>", about: "", read: (text: string) => `done ${text}` },
        { flag: "--todo <text>", about: "" },
      ],
      several: [{ flag: "--several <text...>", about: "" }],
    },
    run: async () => ({ verbatim: "" }),
  });
  const read = (...argv: string[]) => {
    const words = readWords(taken, argv);
    return words && valuesOf(taken, words);
  };

  test("switches are always there, all else where it was given", () => {
    expect(read("7")).toEqual({
      flags: { json: false, yes: false, input: true, dryRun: false, quiet: false, bestEffort: false },
      given: { first: 7, rest: [], full: false, archive: true },
    });
    expect(read("--full", "7", "--no-archive", "--no-input", "--root=", "--json")).toEqual({
      flags: { root: "", json: true, yes: false, input: false, dryRun: false, quiet: false, bestEffort: false },
      given: { first: 7, rest: [], full: true, archive: false },
    });
  });

  test("of an option that is repeated the last counts, lists keep the order of the call", () => {
    expect(read("--limit", "x", "--todo", "a", "7", "--done", "b", "--limit=3", "--todo=c")?.given).toMatchObject({
      limit: 3,
      items: ["a", "done b", "c"],
    });
  });

  test("an optional word, several words, and words that look like flags", () => {
    expect(read("--poll", "--several", "a", "b", "--full", "7", "c")?.given).toMatchObject({
      poll: true,
      several: ["a", "b"],
      first: 7,
      rest: ["c"],
    });
    // Only what follows at once.
    expect(read("--several", "a", "--limit=3", "7", "b")?.given).toMatchObject({
      several: ["a"],
      first: 7,
      rest: ["b"],
    });
    expect(read("--poll", "-5", "--done", "--full", "--", "7", "--full")?.given).toMatchObject({
      poll: -5,
      items: ["done --full"],
      full: false,
      rest: ["--full"],
    });
  });
});

test("behind `--` stand the words of another command, for those that take one, and flags end there for all others", () => {
  const taken = command({
    ...{ description: "", examples: [], arguments: { name: { name: "[text]", about: "" } } },
    ...{ options: { log: [{ flag: "--log <text>", about: "" }] }, run: async () => ({ verbatim: "" }) },
  });
  const wrapping = { ...taken, behind: "<command...>" };
  const argv = ["--log", "--", "T", "--json", "--", "npm", "--json", "--", "x"];
  expect(readWords(wrapping, argv)).toMatchObject({ args: ["T"], behind: ["npm", "--json", "--", "x"] });
  expect(readWords(wrapping, argv)?.options.map(([{ flag }, word]) => [flag, word])).toEqual([
    ["--log <text>", "--"],
    ["--json", undefined],
  ]);
  expect(readWords(wrapping, ["T", "npm"])).toBeUndefined();
  expect(readWords(wrapping, ["T", "--"])).toMatchObject({ args: ["T"], behind: [] });
  expect(readWords(taken, ["--", "--log"])).toMatchObject({ args: ["--log"], behind: undefined });
});
