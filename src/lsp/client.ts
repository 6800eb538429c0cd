/** What the editor can do, as far as answers depend on it. */
import type { ClientCapabilities } from "vscode-languageserver/node";

export interface Client {
  /** Asks for diagnostics itself, and again when it is told that they may be others. */
  readonly pullsDiagnostics: boolean;
  /** Knows edits of one version of a document. */
  readonly knowsVersions: boolean;
  /** Shows symbols below each other. */
  readonly nestsSymbols: boolean;
  /** Takes edits from the server. */
  readonly takesEdits: boolean;
}

/** Reads what the editor has said of itself. */
export function clientOf({ workspace, textDocument }: ClientCapabilities): Client {
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true,
    knowsVersions: workspace?.workspaceEdit?.documentChanges === true,
    nestsSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    takesEdits: workspace?.applyEdit === true,
  };
}
