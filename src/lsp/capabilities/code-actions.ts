/** Quick fixes, which are those of the rules, and the one that mends all, which is `check --fix`. */
import { type CodeAction, CodeActionKind, type CodeActionParams, type WorkspaceEdit } from "vscode-languageserver/node";
import type { Edit } from "../../text/edit.ts";
import type { Client } from "../client.ts";
import { meets, textEditsOf, type View } from "../view.ts";
import { shownOf } from "./diagnostics.ts";

/** The kinds that are offered. */
export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll];

/** What the client has asked for. */
export type Asked = Pick<CodeActionParams, "range" | "context">;

/** A person chooses among them. */
const MOST = 100;

/** How they are shown. */
export interface Shows {
  readonly client: Client;
  /** The address of the rules' page, where there is one. */
  readonly page: string | undefined;
}

/** The fixes of what is found in a range. */
export function quickFixes(view: View, { range, context }: Asked, { client, page }: Shows): CodeAction[] {
  if (!isWanted(CodeActionKind.QuickFix, context.only)) return [];
  const span = { start: view.offsetAt(range.start), end: view.offsetAt(range.end) };
  const fixable = view.diagnostics.filter((diagnostic) => diagnostic.fix !== undefined && meets(diagnostic, span));
  return fixable.slice(0, MOST).map((diagnostic) => {
    const { rule, fix = [] } = diagnostic;
    const edit = changeOf(view, fix, client);
    const diagnostics = [shownOf(view, diagnostic, page)];
    return { title: `Mend ${rule}`, kind: CodeActionKind.QuickFix, diagnostics, isPreferred: true, edit };
  });
}

/** All that can be mended at once, given what that makes of the text. */
export function fixAll(view: View, edits: readonly Edit[], { client }: Shows): CodeAction[] {
  if (edits.length === 0) return [];
  const edit = changeOf(view, edits, client);
  return [{ title: "Mend all (gate check --fix)", kind: CodeActionKind.SourceFixAll, edit }];
}

/** Whether a kind is among those asked for, or below one of them; all are where none is named. */
export function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));
}

/** Edits of a document; of the version that they are meant for alone, where the client can tell versions apart. */
export function changeOf(view: View, edits: readonly Edit[], { knowsVersions }: Client): WorkspaceEdit {
  const { uri, version } = view;
  const made = textEditsOf(view, edits);
  if (!knowsVersions) return { changes: { [uri]: made } };
  return { documentChanges: [{ textDocument: { uri, version }, edits: made }] };
}
