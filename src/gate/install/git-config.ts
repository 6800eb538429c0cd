/** The merge driver in the configuration of the repository, which git itself changes: it knows where that is. */
import { GateError } from "../../base/errors.ts";
import { MERGE_DRIVER } from "../../files/git/merge-driver.ts";
import { runGit } from "../../files/git/run.ts";
import { type Gate, STATE_PATH } from "../gate.ts";

const SECTION = `merge.${MERGE_DRIVER}`;
const KEY = `${SECTION}.driver`;
const TIMEOUT = 10_000;

/** The command that is set as driver; `undefined` for none. `NOT_FOUND` outside of a repository and without git. */
export async function readDriver(gate: Gate): Promise<string | undefined> {
  const { code, output, errors } = await configure(gate, ["--get", KEY]);
  if (code === 0) return output.replace(/\r?\n$/, "");
  if (code === 1) return undefined;
  throw new GateError("NOT_FOUND", `Cannot read git's configuration: ${errors.trim() || "git failed"}`, {
    hint: "Run it in a git repository, or leave --git away.",
  });
}

/** The merge driver that attributes name for the state document; `unspecified` for none, `undefined` where git does not say. */
export async function readAttribute({ project }: Gate): Promise<string | undefined> {
  const words = ["check-attr", "-z", "merge", "--", STATE_PATH];
  const { code, output } = await runGit(words, { cwd: project.root, timeout: TIMEOUT });
  return code === 0 ? output.split("\0")[2] : undefined;
}

/** Sets the driver, or takes it out where `driver` is `undefined`. `IO` where git does not change it. */
export async function writeDriver(gate: Gate, driver: string | undefined): Promise<void> {
  const words = driver === undefined ? ["--remove-section", SECTION] : [KEY, driver];
  const { code, errors } = await configure(gate, words);
  if (code === 0) return;
  throw new GateError("IO", `Cannot change git's configuration: ${errors.trim() || "git failed"}`, {
    hint: "Mend what git names, then run it again.",
  });
}

function configure({ project }: Gate, words: readonly string[]) {
  return runGit(["config", "--local", ...words], { cwd: project.root, timeout: TIMEOUT });
}
