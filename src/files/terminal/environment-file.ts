/** The file in which an agent takes variables for the shells that it starts. */
import { closeQuietly, readPart, writeAll } from "../guard/descriptor.ts";
import { attempt } from "../guard/errors.ts";
import { FLAGS, system } from "../guard/system.ts";

const LONGEST = 65_536;

/** Adds a variable, once. A service that may fail; the file is the agent's, and is made where it is not there. */
export function exportVariable(file: string, name: string, value: string): void {
  const line = `export ${name}='${value}'\n`;
  attempt(() => {
    const before = readPart(file, LONGEST);
    if (before !== undefined && Buffer.from(before).includes(line)) return;
    const descriptor = system.openSync(file, FLAGS.write | FLAGS.append | FLAGS.create | FLAGS.noWait, 0o600);
    try {
      writeAll(descriptor, Buffer.from(line));
    } finally {
      closeQuietly(descriptor);
    }
  });
}
