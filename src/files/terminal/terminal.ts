/** Whether a person is at the other end of an open file. */
import { codeOf } from "../guard/code.ts";
import { system } from "../guard/system.ts";

/** The number Linux gives to `/dev/null` and its like. */
const MEMORY = 1;

/** Asked only where it matters; the module that knows is loaded only where the file may be a terminal, because that costs more than all else a command prints. */
export function isTerminal(descriptor: number): boolean {
  return mayBeTerminal(descriptor) && process.getBuiltinModule("node:tty").isatty(descriptor);
}

function mayBeTerminal(descriptor: number): boolean {
  if (system.platform === "win32") return true;
  try {
    const stats = system.fstatSync(descriptor);
    return stats.isCharacterDevice() && !(system.platform === "linux" && stats.rdev >> 8 === MEMORY);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}
