/** Test files share the modules they load: what one of them changes there and does not put back is its own failure. */
import { afterAll, expect } from "vitest";
import { system } from "../../src/files/guard/system.ts";

// As root, who owns a folder is asked each time a file is made in it; see `test/files/owner.test.ts`.
system.isRoot = () => false;

const before: Readonly<Record<string, unknown>> = { ...system };
const { PATH } = process.env;
const MUCH = 300 << 20;

afterAll(() => {
  const left = Object.entries(system).filter(([name, call]) => call !== before[name]);
  Object.assign(system, before);
  expect(left.map(([name]) => name)).toEqual([]);
  expect(process.env["PATH"]).toBe(PATH);
  // Starting a program begins with a copy of this process, which takes longer the more memory it has.
  if (process.memoryUsage.rss() > MUCH) globalThis.gc?.();
});
