/** Death that comes from outside, at a moment that what is printed decides: how busy the machine is does not. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Kills a process some milliseconds after its line of this number, and returns all that it had printed. */
export async function killAfter(child: ChildProcess, lines: number, milliseconds: number): Promise<string> {
  const closed = once(child, "close");
  let output = "";
  let isDoomed = false;
  child.stdout!.setEncoding("utf8").on("data", (part: string) => {
    output += part;
    if (isDoomed || output.split("\n").length <= lines) return;
    isDoomed = true;
    setTimeout(() => child.kill("SIGKILL"), milliseconds);
  });
  await closed;
  return output;
}
