/** `gate status`: see `gate/view/status.ts`. */
import { status as readStatus } from "../../gate/view/status.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { viewStatus } from "../views/status.ts";

export const status = command({
  description:
    "Shows the active work, how fresh what is recorded of it is, and what is wrong with the state file. " +
    "Reads only, and never fails because the file is missing or damaged.",
  examples: [
    ["gate status", "for people"],
    ["gate status --json", "for programs; `revision` is what --if-match takes"],
  ],
  async run({ openGate }) {
    const gate = openGate({ create: true });
    return found(await readStatus(gate), (result, style) => viewStatus(result, gate.clock(), style));
  },
});
