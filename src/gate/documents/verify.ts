/** Verify Work File Exists. */
import { type Freshness, freshnessOf } from "../../base/time.ts";
import { timeOf } from "../../document/content.ts";
import { issueOf, updateTimeOf, type WorkDocument } from "../../document/work.ts";
import { statusWord } from "../../document/work-content.ts";
import { exists } from "../../files/read/read.ts";
import { hasErrors } from "../../rules/check.ts";
import { type Problem, problemsOf } from "../../rules/report.ts";
import { requireCall } from "../call.ts";
import { archivePath, type Gate, workPath } from "../gate.ts";
import { readWork } from "../view/read.ts";

/** What `verify` says of a work file. */
export interface Verification {
  readonly exists: boolean;
  /** Whether the file has no errors. */
  readonly valid: boolean;
  readonly issueNumber: number | undefined;
  readonly issueTitle: string | undefined;
  /** `in_progress` or `completed`; another word as it stands. */
  readonly status: string | undefined;
  readonly started: string | undefined;
  readonly lastUpdated: string | undefined;
  readonly freshness: Freshness | undefined;
  readonly problems: readonly Problem[];
  readonly revision: string | undefined;
  readonly path: string;
  /** Where the work file is that the issue was finished with; absent where it has one at work, or none. */
  readonly archivedTo?: string;
}

/**
 * Says whether the work file of an issue is there and can be trusted. Reads only, and never rejects
 * because it is not.
 */
export async function verify(gate: Gate, issue: number): Promise<Verification> {
  requireCall("verify", { gate, input: { issue } }, { issue: "issue" });
  const found = await verifyFile(gate, workPath(issue));
  const archived = archivePath(issue);
  return found.exists || !exists(gate.project, archived) ? found : { ...found, archivedTo: archived };
}

/** Says of a work file by its path, in the work folder or archived, whether it can be trusted. */
export async function verifyFile(gate: Gate, file: string): Promise<Verification> {
  const { path, exists: isThere, document, diagnostics, revision } = await readWork(gate, file);
  return {
    exists: isThere,
    valid: isThere && !hasErrors(diagnostics),
    ...headOf(document, gate.clock()),
    problems: problemsOf(document?.text ?? "", diagnostics),
    revision,
    path,
  };
}

function headOf(document: WorkDocument | undefined, now: number) {
  const updated = document && updateTimeOf(document);
  const issue = document && issueOf(document);
  return {
    issueNumber: issue?.number,
    issueTitle: issue?.title,
    status: document && statusWord(document),
    started: timeOf(document?.started),
    lastUpdated: timeOf(updated),
    freshness: updated?.reading && freshnessOf(updated.reading, now),
  };
}
