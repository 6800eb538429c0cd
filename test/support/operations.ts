/** The operations that tests interrupt and repeat, at a time of their own: an hour after that of the fixtures. */
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { type Gate, openGate } from "../../src/gate/gate.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { NOW } from "./clock.ts";
import { PATIENCE } from "./patience.ts";

const PULL_REQUEST = "https://example.org/p/1";

/** A gate by a clock that is so many minutes late. */
export function gateAt(root: string, late = 0): Gate {
  return openGate({ root, clock: () => NOW + 3_600_000 + late * 60_000, lockTimeout: PATIENCE });
}

export const OPERATIONS: Readonly<Record<string, (gate: Gate) => Promise<unknown>>> = {
  init: (gate) => init(gate),
  start: (gate) => start(gate, { issue: 7, title: "Other", branch: "b" }),
  save: (gate) => save(gate, { progress: [{ status: "completed", text: "one" }], nextSteps: ["x"], log: ["logged"] }),
  done: (gate) => done(gate, { reason: "merged" }),
  "done --no-archive": (gate) => done(gate, { archive: false }),
  "done --pr": (gate) => done(gate, { reason: "it's merged", pullRequest: PULL_REQUEST }),
  reconstruct: (gate) => reconstructFrom(gate, 42),
  undo: (gate) => undo(gate),
  redo: (gate) => undo(gate, { redo: true }),
};
