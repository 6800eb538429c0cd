/** The limits of time that the program has for itself, which a busy machine would meet. */
import { onTestFinished } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { PATIENCE } from "./patience.ts";

/** Takes the program's own haste away until the test ends: no time passes for it, and what it starts takes as long as it takes. */
export function withoutHaste(): void {
  const { monotonic, run } = system;
  system.monotonic = () => 0;
  system.run = (file, args, how) => run(file, args, { ...how, timeout: PATIENCE });
  onTestFinished(() => void Object.assign(system, { monotonic, run }));
}
