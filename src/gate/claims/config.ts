/** The remote on which a clone shows its claims: a setting of git's own, which never is in the tree. */
import { GateError } from "../../base/errors.ts";
import { oneLine, printable } from "../../base/line.ts";
import { commonPlace } from "../../files/git/common.ts";
import { runGit } from "../../files/git/run.ts";
import type { Gate } from "../gate.ts";

/** What can be set. */
export const SETTINGS = ["claims.remote"] as const;
export type SettingName = (typeof SETTINGS)[number];

const TIMEOUT = 10_000;

/** What is set; `undefined` without git and where nothing is. */
export async function readSetting(gate: Gate, name: SettingName): Promise<string | undefined> {
  if (commonPlace(gate.project) === undefined) return undefined;
  const { code, output } = await configure(gate, ["--get", keyOf(name)]);
  const value = code === 0 ? output.replace(/\r?\n$/, "") : "";
  return value === "" ? undefined : value;
}

/** Sets it for this clone, or with `undefined` takes it out. */
export async function writeSetting(gate: Gate, name: SettingName, value: string | undefined): Promise<void> {
  const words = value === undefined ? ["--unset", keyOf(name)] : [keyOf(name), requireRemote(value)];
  const { code, errors } = await configure(gate, ["--local", ...words]);
  // Five: there was nothing to take out.
  if (code === 0 || (code === 5 && value === undefined)) return;
  throw new GateError("NOT_FOUND", `Cannot set ${name}: ${printable(errors.trim()) || "git failed"}`, {
    hint: "Run it in a git repository; the setting is kept in git's configuration of this clone.",
  });
}

/** A remote's name or address, which git must not take for an option or a program to run. */
export function requireRemote(given: string): string {
  const remote = oneLine(given, "the remote");
  if (remote !== "" && !remote.startsWith("-") && !remote.includes("::")) return remote;
  throw new GateError("INVALID_ARGUMENT", `Cannot use the remote ${JSON.stringify(given)}`, {
    hint: "Give the name of a remote, for example origin.",
  });
}

function keyOf(name: SettingName): string {
  return `gate.${name}`;
}

function configure({ project }: Gate, words: readonly string[]) {
  return runGit(["config", ...words], { cwd: project.root, timeout: TIMEOUT });
}
