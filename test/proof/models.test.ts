/**
 * The models of the protocol name the source files and the steps that they stand for, and those
 * files name their models: whoever changes one is led to the other. What the models show is
 * checked by `npm run proof`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const MODELS = readdirSync(join(ROOT, "proof")).filter((name) => name.endsWith(".pml"));
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
const headOf = (text: string) => text.slice(0, text.indexOf("*/"));
const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/${name.replaceAll("\\", "/")}`);

/** What a model says of itself. */
const modelAt = (name: string) => {
  const head = headOf(textOf(`proof/${name}`));
  const steps = [...head.matchAll(/^ \* Stands for: (\S+): (.+)$/gm)];
  const named = (kind: string) =>
    [...head.matchAll(new RegExp(`^ \\* ${kind}: (\\w+)`, "gm"))].map(([, word]) => word!);
  return {
    files: steps.map(([, path, words]) => ({ path: path!, steps: words!.split(", ") })),
    checks: named("Check"),
    mutants: named("Mutant"),
    text: textOf(`proof/${name}`),
  };
};

test("there is one for each part of the protocol", () => {
  expect(MODELS.sort()).toEqual(["claims", "commit", "journal", "lock", "remote", "undo"].map((name) => `${name}.pml`));
});

describe.each(MODELS)("%s", (name) => {
  const model = modelAt(name);

  test("names its files, each with steps that are functions there", () => {
    expect(model.files.length).toBeGreaterThan(0);
    for (const { path, steps } of model.files) {
      const code = textOf(path);
      const isThere = (step: string) =>
        new RegExp(
          `^(?:export )?(?:async )?function ${step}\\b|^ +async #?${step}[<(]|^ +#?${step}\\(.*\\{$`,
          "m",
        ).test(code);
      expect([path, steps.filter((step) => !isThere(step))]).toEqual([path, []]);
    }
  });

  test("is named by just these files", () => {
    const naming = sources.filter((path) => headOf(textOf(path)).includes(`proof/${name}`));
    expect(naming.sort()).toEqual(model.files.map(({ path }) => path).sort());
  });

  test("has mutants, each of which it can become", () => {
    expect(model.mutants.length).toBeGreaterThanOrEqual(2);
    expect(model.mutants.filter((mutant) => !new RegExp(`^#.*\\b${mutant}\\b`, "m").test(model.text))).toEqual([]);
    expect(model.checks.length).toBeGreaterThan(0);
  });
});
