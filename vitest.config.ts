import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup/build.ts"],
    // By default one core is left idle, which on two of them is half.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      include: ["src/{base,text,syntax,document,records,rules,changes,salvage,merge,settings}/**/*.ts"],
      reporter: ["text-summary", "text"],
      thresholds: { lines: 100 },
    },
  },
});
