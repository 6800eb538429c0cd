/** Every operation that writes, each in a situation in which it has something to lose. */
import { check } from "../../src/gate/documents/check.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { reconstructFrom } from "../../src/gate/documents/reconstruct.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import type { TestProject } from "./project.ts";

export const STATE = ".claude/state.md";
export const WORK = ".claude/work/42.md";
export const ARCHIVED = ".claude/archive/42.md";
const MINUTE = 60_000;

/** Ways to be in the middle of things, and one operation each that goes on from there. */
export interface Scene {
  readonly prepare: (project: TestProject) => Promise<void>;
  readonly act: (project: Pick<TestProject, "gate">) => Promise<unknown>;
  /** The documents that the operation replaces, moves or removes. */
  readonly documents: readonly string[];
}

async function withWork(project: TestProject): Promise<void> {
  await start(project.gate, { issue: 42, title: "Try the gate", branch: "b" });
  project.later(MINUTE);
  await save(project.gate, { progress: [{ status: "in_progress", text: "one" }], nextSteps: ["two"], log: ["begun"] });
  project.later(MINUTE);
}

async function withDamage(project: TestProject): Promise<void> {
  await withWork(project);
  for (const name of [STATE, WORK])
    project.write(name, `${project.read(name)}<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n`);
}

async function withArchive(project: TestProject): Promise<void> {
  await withWork(project);
  project.write(ARCHIVED, `${project.read(WORK).replace("in_progress", "completed")}- earlier\n`);
}

export const SCENES: Readonly<Record<string, Scene>> = {
  "init --adopt": {
    prepare: async (project) => project.write(STATE, "# Notes\n\nof another tool\n"),
    documents: [STATE],
    act: ({ gate }) => init(gate, { adopt: true }),
  },
  "start of another": {
    prepare: withWork,
    act: ({ gate }) => start(gate, { issue: 7, title: "Other" }),
    documents: [STATE, WORK],
  },
  save: {
    prepare: withWork,
    documents: [STATE, WORK],
    act: ({ gate }) => save(gate, { progress: [], nextSteps: ["three"], log: ["logged"], learnings: ["learnt"] }),
  },
  "save --offline": {
    prepare: withWork,
    act: ({ gate }) => save(gate, { log: ["logged"], offline: true }),
    documents: [WORK],
  },
  done: {
    prepare: withArchive,
    act: ({ gate }) => done(gate, { reason: "merged" }),
    documents: [STATE, WORK, ARCHIVED],
  },
  reconstruct: {
    prepare: async (project) => {
      await withWork(project);
      await done(project.gate, { archive: false });
    },
    documents: [STATE],
    act: ({ gate }) => reconstructFrom(gate, 42),
  },
  "check --fix": {
    prepare: async (project) => {
      await withWork(project);
      project.write(STATE, project.read(STATE).replace("## Blockers", "## blockers"));
      project.write(WORK, project.read(WORK).replace("in_progress", "In Progress"));
    },
    documents: [STATE, WORK],
    act: ({ gate }) => check(gate, { fix: true }),
  },
  recover: { prepare: withDamage, act: ({ gate }) => recover(gate, { side: "both" }), documents: [STATE] },
  "recover --work": {
    prepare: withDamage,
    act: ({ gate }) => recover(gate, { side: "both", work: 42 }),
    documents: [WORK],
  },
  undo: { prepare: withWork, act: ({ gate }) => undo(gate), documents: [STATE] },
  "undo of what made the document": {
    prepare: async (project) => {
      await init(project.gate);
    },
    documents: [STATE],
    act: ({ gate }) => undo(gate),
  },
  "undo --work": { prepare: withWork, act: ({ gate }) => undo(gate, { issue: 42 }), documents: [WORK] },
  "undo --redo": {
    prepare: async (project) => {
      await withWork(project);
      await undo(project.gate);
    },
    documents: [STATE],
    act: ({ gate }) => undo(gate, { redo: true }),
  },
};
