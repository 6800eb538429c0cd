/**
 * A person would be asked whether a tool may run. Only where the user has said so
 * with `--auto-approve`, a valid write of the state file or of an issue's work file
 * passes without it. A patch passes if that is all it does.
 */
import { resolve } from "node:path";
import { isLink, realPlace } from "../../files/guard/real-path.ts";
import { changesOf, namedBy } from "../changes.ts";
import { type Event, gateOf } from "../gates.ts";

const APPROVED = /^\.claude\/(?:state|work\/[1-9]\d*)\.md$/;

export const permissionRequest: Event = async (call, world) => {
  const { tool, cwd } = call;
  if (!world.autoApprove || (tool?.kind !== "write" && tool?.kind !== "edit" && tool?.kind !== "patch"))
    return undefined;
  const changes = changesOf(call, world);
  const gate = gateOf(call, world);
  if (!gate || changes.length === 0) return undefined;
  // Files of this very project, and by their own names.
  const { root } = gate.project;
  const places = new Set(changes.map(({ path }) => resolve(root, path)));
  const isOwn = (path: string) => !isLink(path) && places.has(realPlace(path, false) ?? "");
  if (!namedBy(call).every((path) => isOwn(resolve(cwd, path)))) return undefined;
  const { isSoundText } = await import("../../gate/agent/write-guard.ts");
  for (const { gate: theirs, path, bytes } of changes) {
    if (theirs.project.root !== root || !bytes || !APPROVED.test(path)) return undefined;
    if (!(await isSoundText(gate, path, bytes))) return undefined;
  }
  return { kind: "allow" };
};
