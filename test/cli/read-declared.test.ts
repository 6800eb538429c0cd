/** Calls read without commander against commander: what is read there must be read here in the same way, or not at all. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeclaredCommand, Words } from "../../src/cli/command.ts";
import { build } from "../../src/cli/commander/parse.ts";
import { done } from "../../src/cli/commands/done.ts";
import { save } from "../../src/cli/commands/save.ts";
import { start } from "../../src/cli/commands/start.ts";
import { verify } from "../../src/cli/commands/verify.ts";
import { readDeclared } from "../../src/cli/read-declared.ts";
import { runs, upTo } from "../support/effort.ts";

const COMMANDS: Readonly<Record<string, DeclaredCommand>> = { done, save, start, verify };

/** The same command, which also remembers where its words ended up. */
function watched(module: DeclaredCommand): { readonly module: DeclaredCommand; readonly read: () => unknown } {
  let seen: Words | undefined;
  return {
    module: {
      ...module,
      declare(words) {
        seen = words;
        return module.declare(words);
      },
    },
    read: () => seen && { args: [...seen.args], opts: seen.opts() },
  };
}

/** What commander reads; `undefined` where it answers itself or refuses. */
function byCommander(name: string, argv: readonly string[]): unknown {
  const { module, read } = watched(COMMANDS[name]!);
  const { command } = build({ name, summary: "" }, module, { version: "0.0.0" });
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    return { refused: error instanceof Error && error.message };
  }
  return read();
}

function byHand(name: string, argv: readonly string[]): unknown {
  const { module, read } = watched(COMMANDS[name]!);
  try {
    return readDeclared(module, argv) && read();
  } catch (error) {
    return { refused: error instanceof Error && error.message };
  }
}

const words = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom("--doing", "--done", "--todo", "--log", "--next", "--title", "--pr", "--reason"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("--root", "--if-match", "--lock-timeout", "--issue", "--from-json", "--test"),
  },
  { weight: 3, arbitrary: fc.constantFrom("--json", "--yes", "--no-input", "--dry-run", "--no-archive", "--offline") },
  { weight: 6, arbitrary: fc.constantFrom("7", "x", "x:40", "x:400", "a b", "[x] y", "→", "#7", "x: y") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "-", "--", "-h", "--help", "-V", "--version", "-x", "-7", "---", "--log=x"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("--no-json", "--input", "--archive", "--jso", "--toString", "__proto__", "--Json"),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
);

describe("readDeclared", () => {
  test("reads what commander reads", () => {
    let count = 0;
    const argv = fc.array(words, { maxLength: 7 });
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(COMMANDS)), argv, (name, given) => {
        const read = byHand(name, given);
        if (read === undefined) return;
        count++;
        expect(read, JSON.stringify([name, ...given])).toEqual(byCommander(name, given));
      }),
      runs(3000),
    );
    expect(count).toBeGreaterThan(upTo(300, 30));
  });

  test("flags that are a value are a value", () => {
    expect(byHand("save", ["--log", "--json", "--json"])).toEqual({
      args: [],
      opts: { input: true, json: true, log: ["--json"] },
    });
  });

  test("leaves to commander what it answers or refuses", () => {
    for (const given of [
      ["--help"],
      ["--log", "-h"],
      ["--log"],
      ["--log=x"],
      ["x"],
      ["--"],
      ["--lo", "x"],
      [""],
      ["-"],
    ]) {
      expect(byHand("save", given), given.join(" ")).toBeUndefined();
    }
    expect(byHand("verify", [])).toBeUndefined();
    expect(byHand("verify", ["1", "2"])).toBeUndefined();
  });

  test("leaves to commander flags and arguments of other kinds", () => {
    const declaring = (declare: (words: Words) => unknown): DeclaredCommand => ({
      description: "",
      examples: [],
      declare(given) {
        declare(given);
        return async () => ({ verbatim: "" });
      },
    });
    expect(
      readDeclared(
        declaring((given) => given.option("--poll [seconds]", "")),
        [],
      ),
    ).toBeUndefined();
    expect(
      readDeclared(
        declaring((given) => given.option("-p, --poll", "")),
        [],
      ),
    ).toBeUndefined();
    expect(
      readDeclared(
        declaring((given) => given.argument("[path...]", "")),
        [],
      ),
    ).toBeUndefined();
    expect(
      readDeclared(
        declaring((given) => given.argument("[path]", "")),
        [],
      ),
    ).toBeDefined();
  });
});
