/** Mend: what a document becomes by the fixes of the rules, and by the migrations that it needs. Writes nothing. */
import { writeDocument } from "../../pipeline/processor.ts";
import { fixesOf, hasErrors } from "../../rules/check.ts";
import type { AnyDocument, Diagnostic } from "../../rules/rule.ts";
import type { Edit } from "../../text/edit.ts";
import { encode } from "../../text/source.ts";
import type { Gate } from "../gate.ts";
import { judge, type Snapshot } from "../view/read.ts";

/** A document, and what was found in it. */
export interface Judged {
  readonly document: AnyDocument;
  readonly messages: readonly Diagnostic[];
}

/** Bytes in the place of the document, and what the rules say of them. */
export type Judge = (bytes: Uint8Array) => Promise<Judged>;

/**
 * Applies fixes until none is left: one can uncover another, such as a heading that is known once its
 * case is right. `undefined` where nothing is to be mended, or where mending does not make it sound.
 */
export async function mended(
  gate: Gate,
  { path, document, diagnostics }: Snapshot<AnyDocument>,
  judgeAs: Judge = (bytes) => judge(gate, path, bytes),
): Promise<Judged | undefined> {
  const fixes = fixesOf(diagnostics);
  if (!document || (await hasLostSections(gate, path, diagnostics, judgeAs))) return undefined;
  const apply = async (to: AnyDocument, edits: readonly Edit[]) =>
    await judgeAs(encode(to.source, writeDocument(to, edits)));
  const first = fixes.length === 0 ? { document, messages: diagnostics } : await apply(document, fixes);
  // A damaged document is written only if that mends it.
  if (hasErrors(first.messages)) return undefined;
  const last = await migrate(first, apply);
  return last.document === document ? undefined : last;
}

/** Whether its newest version has the sections that a document lacks: they are gone then, and a recovery brings them back, not empty ones. */
async function hasLostSections(
  { project }: Gate,
  path: string,
  diagnostics: readonly Diagnostic[],
  judgeAs: Judge,
): Promise<boolean> {
  if (!diagnostics.some(isMissingSection)) return false;
  const { listVersions, readVersion } = await import("../../files/record/versions.ts");
  const [newest] = listVersions(project, path, 1);
  if (newest?.revision === undefined) return false;
  const { messages } = await judgeAs(readVersion(project, newest.id, path).bytes);
  return !messages.some(isMissingSection);
}

function isMissingSection({ rule, severity }: Diagnostic): boolean {
  return rule === "missing-section" && severity === "error";
}

/** Makes all migrations that a document needs, as long as what they give is in order. */
async function migrate(
  from: Judged,
  apply: (document: AnyDocument, edits: readonly Edit[]) => Promise<Judged>,
): Promise<Judged> {
  const { migrationOf } = await import("../../changes/migrate.ts");
  let judged = from;
  for (let next = migrationOf(judged.document); next; next = migrationOf(judged.document)) {
    const migrated = await apply(judged.document, next.migrate(judged.document));
    if (hasErrors(migrated.messages)) break;
    judged = migrated;
  }
  return judged;
}
