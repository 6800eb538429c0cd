import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** The rooms without a disk, a clock or an environment. Tests run through every line of them. */
const PURE = "base,text,json,syntax,document,records,rules,changes,pipeline,salvage,merge,settings";
/** What is worth a first look: those rooms, and each door of the built program once. */
const QUICK = [`test/{${PURE}}/**/*.test.ts`, "test/smoke.test.ts"];
/** What gains by length takes its numbers from there. */
const EFFORT = "support/effort.ts";

function longTests(): string[] {
  const names = readdirSync(join(import.meta.dirname, "test"), { recursive: true, encoding: "utf8" });
  const tests = names.filter((name) => name.endsWith(".test.ts")).map((name) => join("test", name));
  return tests.filter((path) => readFileSync(join(import.meta.dirname, path), "utf8").includes(EFFORT));
}

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: ["test/setup/build.ts"],
    setupFiles: ["test/setup/system.ts"],
    // By default one core is left idle, which on two of them is half.
    maxWorkers: "100%",
    // Half of the time would go into loading the same modules for each file. What a test changes in them it puts back.
    isolate: false,
    // Only what hangs meets these: on a machine that does ten other things, everything takes ten times as long.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    ...(mode === "long"
      ? { include: longTests(), env: { TEST_EFFORT: "long" } }
      : {
          projects: [
            { extends: true, test: { name: "quick", include: QUICK } },
            { extends: true, test: { name: "rest", include: ["test/**/*.test.ts"], exclude: QUICK } },
          ],
        }),
    coverage: {
      include: [`src/{${PURE}}/**/*.ts`],
      reporter: ["text-summary", "text"],
      thresholds: { lines: 100 },
    },
  },
}));
