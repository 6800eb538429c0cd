/** A session begins: the brief goes into its context, and its id into the shells of the agent, where it has a way. */
import { isAbsolute } from "node:path";
import { pluginsIn } from "../../base/plugin.ts";
import { exportVariable } from "../../files/terminal/environment-file.ts";
import { brief } from "../../gate/agent/brief.ts";
import { type Event, gateOf } from "../gates.ts";

export const sessionStart: Event = async (call, world) => {
  const file = world.environment["CLAUDE_ENV_FILE"];
  // An id of other letters would be code there.
  if (file !== undefined && isAbsolute(file) && /^[\w.-]{1,100}$/.test(call.session ?? "")) {
    exportVariable(file, "GATE_SESSION", call.session!);
  }
  // Its shells and servers do not hear of the session, and a server of a plugin not even where it works.
  if (file === undefined && call.session !== undefined && pluginsIn(world.environment).length > 0) {
    (await import("../../gate/agent/session-place.ts")).leavePlace(world, call.session, call.cwd);
  }
  const gate = gateOf(call, world);
  const { text } = gate ? await brief(gate) : { text: "" };
  return text === "" ? undefined : { kind: "context", text };
};
