/**
 * What a session has completed without proving it, told once where the project asks for
 * more than words before work is done.
 *
 * Whose save it was the versions of the state file know. A save that nobody signed is the
 * session's where it was made since its first prompt: not every agent hands its session on
 * to the programs that it starts.
 */
import { actorOf } from "../../base/actor.ts";
import { attempt } from "../../base/errors.ts";
import { contentOf } from "../../document/content.ts";
import { endsOf } from "../../document/open-ends.ts";
import { activeIssue, parseState } from "../../document/state.ts";
import type { Project } from "../../files/guard/project.ts";
import { readNote, writeNote } from "../../files/record/session-note.ts";
import type { Version } from "../../files/record/version.ts";
import { listVersions, readVersion } from "../../files/record/versions.ts";
import { hasErrors } from "../../rules/check.ts";
import { askOutside } from "../../text/outside.ts";
import { decode } from "../../text/source.ts";
import { requirementOf } from "../documents/open-ends.ts";
import { type Gate, STATE_PATH, workPath } from "../gate.ts";
import { treeFor } from "../proof/tree.ts";
import { fillCache } from "../view/cache-fill.ts";
import { tracedOf } from "../view/origin.ts";
import { readableIn, readState, readWork } from "../view/read.ts";

/** Completed items of the active issue that no run proves. */
export interface Unproven {
  readonly issue: number;
  readonly items: readonly string[];
  /** How many there are besides whose words did not come through the gate: an agent believes what it is told. */
  readonly unsaid: number;
}

/** Saves that are looked at, the newest ones. */
const MOST_VERSIONS = 50;
/** The agent stands still meanwhile. */
const LIMITS = { files: 1000, bytes: 2 ** 25, repositories: 8, milliseconds: 1000 };

/** What a session has completed and not proven; answering it counts as having told. */
export async function unprovenBy(gate: Gate, session: string): Promise<Unproven | undefined> {
  const { document, diagnostics, bytes } = await readState(gate);
  const issue = document && activeIssue(document)?.number;
  if (!document || issue === undefined || hasErrors(diagnostics) || requirementOf(document) === undefined) {
    return undefined;
  }
  const note = readNote(gate.project, session, "hooks");
  if (note?.["unproven"] === true) return undefined;
  const completed = completedBy(gate, session, issue, note?.["began"]);
  if (completed.size === 0) return undefined;
  const work = readableIn(await readWork(gate, workPath(issue)));
  const tree = await treeFor(gate, work, LIMITS);
  const { proof } = endsOf(document, work, tree);
  // In a project that is too large to look at in time nobody is told that something changed.
  const found = [...(tree === undefined ? [] : proof.stale), ...proof.unproven].filter((text) => completed.has(text));
  if (found.length === 0) return undefined;
  // Who cannot remember having said it would say it again and again.
  if (!writeNote(gate.project, session, "hooks", { ...note, unproven: true })) return undefined;
  await fillCache(gate);
  const since = bytes === undefined ? undefined : askOutside(tracedOf(gate, STATE_PATH, bytes));
  const items = found.filter((text) => since?.(text) === undefined);
  return { issue, items, unsaid: found.length - items.length };
}

/** The items of an issue that the saves of a session have completed. */
function completedBy({ project }: Gate, session: string, issue: number, began: unknown): ReadonlySet<string> {
  const own = actorOf("any", session)?.slice("any".length);
  const isOwn = ({ actor, timestamp }: Version) =>
    actor === undefined ? typeof began === "number" && timestamp > began : own !== undefined && actor.endsWith(own);
  const versions = listVersions(project, STATE_PATH, MOST_VERSIONS + 1);
  const completed = new Set<string>();
  for (const [at, version] of versions.slice(0, MOST_VERSIONS).entries()) {
    if (!version.operation.startsWith("save") || !isOwn(version)) continue;
    const before = versions[at + 1];
    const known = new Set(before && completedIn(project, before, issue));
    for (const text of completedIn(project, version, issue)) if (!known.has(text)) completed.add(text);
  }
  return completed;
}

function completedIn(project: Project, { id }: Version, issue: number): readonly string[] {
  const read = attempt(() => readVersion(project, id, STATE_PATH));
  const document = read && parseState(decode(read.bytes));
  if (!document || activeIssue(document)?.number !== issue) return [];
  const { progressItems } = contentOf(document);
  return progressItems.filter(({ status }) => status === "completed").map(({ text }) => text);
}
