import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** The rooms without a disk, a clock or an environment. Tests run through every line of them. */
const PURE = "base,text,json,syntax,document,records,rules,changes,adapters,pipeline,salvage,merge,settings";
/** What is worth a first look: those rooms, and each door of the built program once. */
const QUICK = [`test/{${PURE}}/**/*.test.ts`, "test/smoke.test.ts"];

export default defineConfig(({ mode }) => {
  // The processes of the tests inherit it; see `test/support/effort.ts`.
  if (mode === "long") process.env["TEST_EFFORT"] = "long";
  return {
    test: {
      globalSetup: ["test/setup/build.ts", "test/setup/memory.ts"],
      setupFiles: ["test/setup/system.ts"],
      // By default one core is left idle. One more than there are has something to do while others wait, as many tests do.
      maxWorkers: availableParallelism() + 1,
      // Half of the time would go into loading the same modules for each file. What a test changes in them it puts back.
      isolate: false,
      // For `test/setup/system.ts`.
      execArgv: ["--expose-gc"],
      // Only what hangs meets these: on a machine that does ten other things, everything takes ten times as long.
      testTimeout: 900_000,
      hookTimeout: 900_000,
      include: mode === "quick" ? QUICK : ["test/**/*.test.ts"],
      coverage: {
        include: [`src/{${PURE}}/**/*.ts`],
        reporter: ["text-summary", "text"],
        thresholds: { lines: 100 },
      },
    },
  };
});
