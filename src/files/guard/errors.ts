/**
 * The errors of the machine, turned once into the program's own, by their code.
 *
 * The message names the file as the project knows it; the path the system saw,
 * which may run through `/proc`, stays in the cause.
 */
import { GateError, type GateErrorCode } from "../../base/errors.ts";
import { printable } from "../../base/line.ts";
import { codeOf } from "./code.ts";

interface Explanation {
  readonly reason: string;
  readonly hint: string;
  readonly code?: GateErrorCode;
}

const PERMISSION: Explanation = {
  reason: "permission is denied",
  hint: "Check who owns the file and its folder, and whether another program holds it open.",
};
const DESCRIPTORS: Explanation = {
  reason: "too many files are open",
  hint: "Close other programs or raise the limit of open files, then try again.",
};
const NAME: Explanation = { reason: "its name is too long for this file system", hint: "Use a shorter name." };

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOSPC: { reason: "the disk is full", hint: "Free some space and try again; this file was not changed." },
  EDQUOT: { reason: "the disk quota is used up", hint: "Free some space and try again; this file was not changed." },
  EFBIG: { reason: "it would exceed the file size limit", hint: "Raise the limit; this file was not changed." },
  ESHORT: {
    reason: "not all of it arrived on the disk",
    hint: "Free some space and try again; this file was not changed.",
  },
  EROFS: { reason: "the file system is read-only", hint: "Use a checkout that can be written." },
  EACCES: PERMISSION,
  EPERM: PERMISSION,
  EBUSY: { reason: "another program holds it open", hint: "Close the program that uses the file, then try again." },
  EMFILE: DESCRIPTORS,
  ENFILE: DESCRIPTORS,
  EIO: { reason: "the disk reports an error", hint: "Check the disk before anything else is written to it." },
  ESTALE: { reason: "the network file system lost it", hint: "Check the network file system, then try again." },
  ENAMETOOLONG: NAME,
  ENOENT: { reason: "it or its folder is gone", hint: "Check whether another program moves or removes it." },
  ENOTDIR: { reason: "a part of its path is not a folder", hint: "Move the file that stands in the folder's place." },
  EISDIR: { reason: "a folder has its name", hint: "Move the folder away." },
  ELOOP: {
    reason: "a symbolic link stands in its way",
    hint: "Replace the link by a real file or folder.",
    code: "UNSAFE_PATH",
  },
};

export { codeOf } from "./code.ts";

/**
 * Turns an error of the system into a `GateError` that reads `Cannot <action>
 * <path>: <reason>`. Everything else, our own errors among it, comes back as it is.
 */
export function asGateError(error: unknown, action: string, path: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const explanation = EXPLANATIONS[code];
  return new GateError(
    explanation?.code ?? "IO",
    `Cannot ${action} ${printable(path)}: ${explanation?.reason ?? `the system says ${code}`}`,
    { path, hint: explanation?.hint ?? "Check the disk and the file, then try again.", cause: error },
  );
}

/** Runs one step on a file; an error of the system leaves it as a `GateError`. */
export function explained<T>(action: string, path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw asGateError(error, action, path);
  }
}

/** Runs a step whose failure changes nothing, such as tidying up; says whether it succeeded. */
export function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
