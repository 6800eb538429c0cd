/** What a property test with many operations must not meet: programs that answer over a network, and waiting. */
import { afterAll, beforeAll } from "vitest";
import { system } from "../../src/files/guard/system.ts";

/** No `gh` is asked for a title, and nobody has to be waited for, in all tests of a file. */
export function runAlone(): void {
  const path = process.env["PATH"];
  const { pause } = system;
  beforeAll(() => {
    process.env["PATH"] = "";
    system.pause = () => undefined;
  });
  afterAll(() => {
    process.env["PATH"] = path;
    system.pause = pause;
  });
}
