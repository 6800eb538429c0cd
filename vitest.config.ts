import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup/build.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      include: ["src/{base,text,syntax,document,rules,changes}/**/*.ts"],
      reporter: ["text-summary", "text"],
      thresholds: { lines: 100 },
    },
  },
});
