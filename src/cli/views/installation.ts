/** What `install` and `uninstall` did, for people. */
import type { Installation } from "../../gate/install/install.ts";
import { type Style, shown } from "../style.ts";

export function viewInstallation({ message, files, gitDriver, command, changed }: Installation, style: Style): string {
  const { bold, dim } = style;
  return [
    bold(message),
    ...files.map(({ path, change }) => `  ${change.padEnd(9)}  ${shown(path)}`),
    ...(gitDriver === undefined ? [] : [`  driver     ${shown(gitDriver)}`]),
    ...(changed && command !== undefined && files.length > 0 ? [dim("`gate uninstall` takes it out again.")] : []),
  ].join("\n");
}
