/**
 * The state file as answers are made from it, in two ways that lead to the same: from
 * what is cached of its text (`viewCached`), with nothing of the parser loaded, and from
 * the text (`view`, in `state-parsed`).
 */
import type { StateHead } from "../../document/state.ts";
import { checkFacts } from "../../rules/fact-rules.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import { checkGone } from "../../rules/rolled-back.ts";
import type { Facts } from "../../rules/rule.ts";
import { inOrder } from "../../rules/run.ts";
import { checkInterrupted } from "../../rules/unfinished-operation.ts";
import { decode } from "../../text/source.ts";
import { type Gate, STATE_PATH } from "../gate.ts";
import { type CachedState, findCached } from "./cache.ts";
import { factsOf, type Loaded } from "./facts.ts";
import { recordedBranch } from "./git-status.ts";
import { findInterrupted } from "./interrupted.ts";
import type { Marks } from "./marks.ts";
import { newerFact } from "./newer.ts";
import type { Notes } from "./notes.ts";
import type { StateSummary } from "./summary.ts";

export interface StateView {
  readonly exists: boolean;
  readonly problems: readonly Problem[];
  readonly revision: string | undefined;
  /** Absent where nothing may be read from the file. */
  readonly summary: StateSummary | undefined;
  readonly workFile: Facts["activeWorkFile"];
  /** What of the file is from outside, and the notes of the work file; for who asks, because most do not. */
  readonly marks?: () => Marks | undefined;
  readonly notes?: () => Notes | undefined;
}

/** The view of a state file of whose text it is known what it says, or that is not there; else `undefined`. */
export async function viewCached(gate: Gate, file: Loaded): Promise<StateView | undefined> {
  if (file.bytes === undefined) return await viewNothing(gate, file);
  const cached = findCached(gate, "state", { path: STATE_PATH, bytes: file.bytes });
  if (cached === undefined) return undefined;
  const { summary, revision } = cached;
  const interrupted = await findInterrupted(gate, () => revision);
  let isKnown = true;
  const named = { issue: summary.content.issueNumber, branch: recordedBranch(summary.head) };
  let notes: Notes | undefined;
  const facts = factsOf(gate, named, { ...file, revision }, (bytes, path) => {
    const work = findCached(gate, "work", { path, bytes });
    if (work === undefined) isKnown = false;
    notes = work?.notes;
    return work?.status;
  });
  if (!isKnown) return undefined;
  const { bytes } = file;
  let text: string | undefined;
  const head = {
    ...summary.head,
    kind: "state" as const,
    get text() {
      text ??= decode(bytes).text;
      return text;
    },
  };
  const problems = problemsWith(cached, head, { ...facts, ...(interrupted && { unfinished: interrupted }) });
  return {
    ...{ exists: true, problems, revision, summary, workFile: facts.activeWorkFile },
    marks: () => cached.marks,
    notes: () => notes,
  };
}

async function viewNothing(gate: Gate, file: Loaded): Promise<StateView> {
  const interrupted = await findInterrupted(gate, () => undefined);
  const gone = file.exists ? [] : checkGone(newerFact(gate, STATE_PATH, undefined).newer);
  const problems = problemsOf("", [...file.diagnostics, ...gone, ...checkInterrupted(interrupted)]);
  return { exists: file.exists, problems, revision: undefined, summary: undefined, workFile: undefined };
}

/** What is wrong by the text and what by the facts, in the order of one check. */
function problemsWith({ findings }: CachedState, head: StateHead, facts: Facts): readonly Problem[] {
  const diagnostics = checkFacts(head, facts);
  const places = diagnostics.length > 0 ? problemsOf(head.text, diagnostics) : [];
  const found = places.map((problem, index) => ({ ...problem, start: diagnostics[index]!.start }));
  return inOrder([...findings, ...found]).map(({ start: _, ...problem }) => problem);
}
