/** Where a new project begins, by the commands that can begin one. */
import { GateError } from "../../base/errors.ts";
import { openProject } from "../../files/guard/project.ts";
import { type Gate, STATE_PATH } from "../../gate/gate.ts";
import type { Outcome } from "../../gate/outcome.ts";
import type { Call } from "../command.ts";
import type { Options } from "../option.ts";

export const HERE = {
  here: { flag: "--here", about: "make the state in the current folder, though that is in a larger repository" },
} as const satisfies Options;

/** The gate of the project that the current folder is in, or with `here` of that folder itself. */
export function openToBegin({ io, flags, openGate }: Call, here: boolean): Gate {
  if (here && flags.root !== undefined) {
    throw new GateError("INVALID_ARGUMENT", "Cannot use --here with --root: they name two folders", {
      hint: "Leave one of the two away.",
    });
  }
  return here ? openGate({ root: io.cwd }) : openGate({ create: true });
}

/** Says where the state was made, where that is not the current folder. */
export function sayingWhere<T>({ io, flags }: Call, { project }: Gate, outcome: Outcome<T>): Outcome<T> {
  const isNew = outcome.written.some(({ path, before }) => path === STATE_PATH && before === undefined);
  if (!isNew || flags.root !== undefined || openProject(io.cwd).root === project.root) return outcome;
  const where = `${STATE_PATH} is in ${project.root}, the root of the repository; --here makes one in the current folder`;
  return { ...outcome, warnings: [...outcome.warnings, where] };
}
