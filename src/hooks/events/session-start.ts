/** A session begins: the brief goes into its context, and its id into the shells of the agent, where it has a way. */
import { isAbsolute } from "node:path";
import { exportVariable } from "../../files/terminal/environment-file.ts";
import { brief } from "../../gate/agent/brief.ts";
import { type Event, gateOf } from "../gates.ts";

export const sessionStart: Event = async (call, world) => {
  const file = world.environment["CLAUDE_ENV_FILE"];
  // An id of other letters would be code there.
  if (file !== undefined && isAbsolute(file) && /^[\w.-]{1,100}$/.test(call.session ?? "")) {
    exportVariable(file, "GATE_SESSION", call.session!);
  }
  const gate = gateOf(call, world);
  const { text } = gate ? await brief(gate) : { text: "" };
  return text === "" ? undefined : { kind: "context", text };
};
