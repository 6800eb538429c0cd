/** Builds the program before the tests if it is not that of these sources, so that they run what users run. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function build(): void {
  const program = join(import.meta.dirname, "../../build.mjs");
  execFileSync(process.execPath, [program, "--if-changed"], { stdio: "inherit" });
}
