/** Answers that need more than the document: the rules' fixes applied again and again, other files, the issues of a project. */
import { type CodeAction, CodeActionKind, type CodeActionParams } from "vscode-languageserver/node";
import { smallestEdit } from "../document/items.ts";
import { mended } from "../gate/documents/mend.ts";
import { fixAll, isWanted, quickFixes } from "./capabilities/code-actions.ts";
import type { Reading } from "./documents.ts";
import type { Session } from "./session.ts";

/** The fixes in a range, and the one that mends all of the document. */
export async function actionsFor(
  session: Session,
  { open, view, snapshot }: Reading,
  params: CodeActionParams,
): Promise<CodeAction[]> {
  const quick = quickFixes(view, params, session);
  if (!isWanted(CodeActionKind.SourceFixAll, params.context.only) || view.document === undefined) return quick;
  const all = await mended(open.gate, snapshot);
  const edit = all && smallestEdit(0, view.text, all.document.text);
  return [...quick, ...fixAll(view, edit ? [edit] : [], session)];
}
