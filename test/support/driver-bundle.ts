/** What tests run in processes of their own: one of the drivers, bundled so that each of them starts fast. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll } from "vitest";

/**
 * Bundles a driver before the tests of a file. To be called at its top; the function
 * that is returned says where the bundle is.
 */
export function useDriver(input: string): () => string {
  let folder = "";
  beforeAll(async () => {
    // Where packages are found: one of them is loaded as it is.
    folder = mkdtempSync(join(import.meta.dirname, "../../node_modules/.gate-test-"));
    const build = await rolldown({ input, platform: "node", external: ["libsql"], logLevel: "silent" });
    await build.write({ dir: folder, entryFileNames: "driver.mjs", chunkFileNames: "[name]-[hash].mjs", minify: true });
    await build.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => join(folder, "driver.mjs");
}
