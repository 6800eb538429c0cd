/** The changes of the format as transformers that add edits. */
import type { Root } from "mdast";
import type { Plugin } from "unified";
import { adopt } from "../changes/adopt.ts";
import { clearActive } from "../changes/clear-active.ts";
import { completeWork, reopenWork } from "../changes/complete-work.ts";
import { resumeActive, setActive } from "../changes/set-active.ts";
import { updateProgress } from "../changes/update-progress.ts";
import { EMPTY_UPDATE, updateWork, type WorkUpdate } from "../changes/update-work.ts";
import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import type { Edit } from "../text/edit.ts";
import "./data.ts";

type Change<Document, Input> = (document: Document, input: Input, now: number) => readonly Edit[];

const STATE_CHANGES = {
  adopt: (document: StateDocument, _input: object, now: number) => adopt(document, now),
  "clear-active": clearActive,
  "resume-active": resumeActive,
  "set-active": setActive,
  "update-progress": updateProgress,
} satisfies Record<string, Change<StateDocument, never>>;

const WORK_CHANGES = {
  "complete-work": completeWork,
  "reopen-work": (document: WorkDocument, _input: object, now: number) => reopenWork(document, now),
  "update-work": (document: WorkDocument, input: Partial<WorkUpdate>, now: number) =>
    updateWork(document, { ...EMPTY_UPDATE, ...input }, now),
} satisfies Record<string, Change<WorkDocument, never>>;

const CHANGES = { ...STATE_CHANGES, ...WORK_CHANGES };

/** The changes by name, as they stand in the pipeline. */
export type ChangeName = keyof typeof CHANGES;

/** What a change is given; see the functions in `changes`. */
export type ChangeInput<Name extends ChangeName = ChangeName> = Parameters<(typeof CHANGES)[Name]>[1];

/**
 * Adds the edits of a change to `file.data.edits`. The moment is `file.data.facts.now`,
 * which `remarkStateLint` sets. Of several changes each is computed from the text as it
 * was, so they must not touch the same places.
 */
export const remarkStateChange: Plugin<[ChangeName, ChangeInput?], Root> = (name, input = {}) => {
  if (!Object.hasOwn(CHANGES, name)) {
    throw new TypeError(`Cannot change by "${name}": expected one of ${Object.keys(CHANGES).join(", ")}`);
  }
  return (_tree, file) => {
    const { state, facts, edits = [] } = file.data;
    const kind = Object.hasOwn(STATE_CHANGES, name) ? "state" : "work";
    if (state?.kind !== kind) return file.fail(`Cannot ${name}: the file was not read as a ${kind} file`);
    const change = CHANGES[name] as Change<typeof state, typeof input>;
    file.data.edits = [...edits, ...change(state, input, facts?.now ?? Number.NaN)];
  };
};
