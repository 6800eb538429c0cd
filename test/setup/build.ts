/** Builds the program once before the tests, so that they run what users run. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function build(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../build.mjs")], { stdio: "inherit" });
}
