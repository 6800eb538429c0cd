/**
 * A person would be asked whether a tool may run. Only where the user has said so
 * with `--auto-approve`, a valid write of the state file or of an issue's work file
 * passes without it.
 */
import { resolve } from "node:path";
import { isLink, realPlace } from "../../files/place.ts";
import { isSoundText } from "../../gate/proposal.ts";
import { changesOf } from "../changes.ts";
import type { Event } from "../event.ts";
import { gateOf } from "../gates.ts";

const APPROVED = /^\.claude\/(?:state|work\/[1-9]\d*)\.md$/;

export const permissionRequest: Event = async (call, world) => {
  const { tool, cwd } = call;
  if (!world.autoApprove || (tool?.kind !== "write" && tool?.kind !== "edit")) return undefined;
  const path = resolve(cwd, tool.path);
  const [change] = changesOf(call, world);
  const gate = gateOf(call, world);
  if (!change?.bytes || !gate || !APPROVED.test(change.path) || isLink(path)) return undefined;
  // The file of this very project, and by its own name.
  const { root } = gate.project;
  if (change.gate.project.root !== root || realPlace(path, false) !== resolve(root, change.path)) return undefined;
  return (await isSoundText(gate, change.path, change.bytes)) ? { kind: "allow" } : undefined;
};
