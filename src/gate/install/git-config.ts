/** The merge driver in the configuration of the repository, which git itself changes: it knows where that is. */
import { GateError } from "../../base/errors.ts";
import { MERGE_DRIVER } from "../../files/git/merge-driver.ts";
import { findProgram } from "../../files/guard/program.ts";
import type { Gate } from "../gate.ts";

const SECTION = `merge.${MERGE_DRIVER}`;
const KEY = `${SECTION}.driver`;
const TIMEOUT = 10_000;

/** The command that is set as driver; `undefined` for none. `NOT_FOUND` outside of a repository and without git. */
export async function readDriver(gate: Gate): Promise<string | undefined> {
  const { code, output } = await runGit(gate, ["config", "--local", "--get", KEY]);
  if (code === 0) return output.replace(/\r?\n$/, "");
  if (code === 1) return undefined;
  throw failed("read", output);
}

/** Sets the driver, or takes it out where `driver` is `undefined`. */
export async function writeDriver(gate: Gate, driver: string | undefined): Promise<void> {
  const words = driver === undefined ? ["--remove-section", SECTION] : [KEY, driver];
  const { code, output } = await runGit(gate, ["config", "--local", ...words]);
  if (code !== 0) throw failed("change", output);
}

function failed(verb: string, output: string): GateError {
  return new GateError("NOT_FOUND", `Cannot ${verb} git's configuration: ${output.trim() || "git failed"}`, {
    hint: "Run it in a git repository, or leave --git away.",
  });
}

async function runGit(gate: Gate, args: readonly string[]): Promise<{ code: number; output: string }> {
  const program = findProgram("git", process.env["PATH"]);
  if (program === undefined) throw failed("read", "git is not on the PATH");
  const { execFile } = await import("node:child_process");
  return await new Promise((resolve) => {
    const options = { cwd: gate.project.root, timeout: TIMEOUT, maxBuffer: 1 << 20 };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 128;
      resolve({ code, output: code === 0 ? stdout : stderr });
    });
  });
}
