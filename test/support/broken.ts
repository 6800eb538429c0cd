/** Calls to the disk that fail, for paths of a form. */
import { onTestFinished } from "vitest";
import { system } from "../../src/files/guard/system.ts";

/** From now on the call fails for paths of this form, until the test ends or what comes back is called. */
export function broken(name: "renameSync" | "linkSync" | "openSync" | "unlinkSync", form: RegExp): () => void {
  const record = system as unknown as Record<string, (...args: unknown[]) => unknown>;
  const original = record[name]!;
  const mend = () => {
    record[name] = original;
  };
  onTestFinished(mend);
  record[name] = (...args) => {
    if (args.some((argument) => form.test(String(argument)))) {
      throw Object.assign(new Error("injected"), { code: "ENOSPC", syscall: name });
    }
    return original(...args);
  };
  return mend;
}
