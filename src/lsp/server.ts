/**
 * What the server answers. The protocol is the library's; each capability is a file of its own
 * that makes values of the protocol of a document. A request for what is no document of a
 * project is answered with nothing, and one that fails is a failure of that request alone.
 */
import {
  type CancellationToken,
  type Connection,
  DocumentDiagnosticReportKind,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { actionsFor, completionsFor, definitionFor, hoverFor, referencesFor } from "./answers.ts";
import { CODE_ACTION_KINDS } from "./capabilities/code-actions.ts";
import { TRIGGERS } from "./capabilities/completion.ts";
import { diagnosticsOf } from "./capabilities/diagnostics.ts";
import { foldingOf } from "./capabilities/folding.ts";
import { COMMANDS, lensesOf } from "./capabilities/lenses.ts";
import { flatSymbolsOf, symbolsOf } from "./capabilities/symbols.ts";
import { LEGEND, tokensOf } from "./capabilities/tokens.ts";
import type { Client } from "./client.ts";
import type { Reading } from "./documents.ts";
import type { Operations } from "./operations.ts";
import { makeSession, type ServerOptions, type Session } from "./session.ts";

/** Answers what comes on a connection, which is not listened to yet. */
export function makeServer(connection: Connection, options: ServerOptions): void {
  const texts = new TextDocuments(TextDocument);
  let session: Session | undefined;
  let operations: Promise<Operations> | undefined;
  const begun = (): Session => {
    if (session) return session;
    throw new ResponseError(
      ErrorCodes.ServerNotInitialized,
      "Cannot answer: the client has not initialized the server",
    );
  };
  connection.onInitialize((params) => {
    session ??= makeSession(connection, texts, params, options);
    const { version } = options;
    return { capabilities: abilities(session.client), serverInfo: { name: "state-gatekeeper", version } };
  });
  connection.onShutdown(async () => {
    session?.outside.end();
    // What is being written is written before the process ends.
    await (await operations)?.ended();
  });
  followTexts(texts, () => session);
  texts.listen(connection);
  const about = answering(begun);
  connection.languages.diagnostics.on(
    about(({ page }, { view }) => ({ kind: DocumentDiagnosticReportKind.Full, items: diagnosticsOf(view, page) }), {
      kind: DocumentDiagnosticReportKind.Full,
      items: [],
    }),
  );
  connection.onCodeAction(about(actionsFor, []));
  connection.onDocumentSymbol(
    about(({ client }, { view }) => (client.nestsSymbols ? symbolsOf(view) : flatSymbolsOf(view)), []),
  );
  connection.onFoldingRanges(about((_, { view }) => foldingOf(view), []));
  connection.onHover(about(hoverFor, null));
  connection.onDefinition(about(definitionFor, []));
  connection.onReferences(about(referencesFor, []));
  connection.onCompletion(about(completionsFor, []));
  connection.onCodeLens(about((_, { view }) => lensesOf(view), []));
  connection.onExecuteCommand(async ({ command, arguments: words = [] }) => {
    operations ??= loadOperations(begun());
    return await (await operations).run(command, words);
  });
  connection.languages.semanticTokens.on(about((_, { view }) => tokensOf(view), { data: [] }));
}

/** Who only reads does not pay for writing. */
async function loadOperations(session: Session): Promise<Operations> {
  return new (await import("./operations.ts")).Operations(session);
}

/** What is offered; formatting is not. */
function abilities({ pullsDiagnostics }: Client): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    completionProvider: { triggerCharacters: TRIGGERS },
    codeLensProvider: {},
    executeCommandProvider: { commands: Object.values(COMMANDS) },
    semanticTokensProvider: { legend: LEGEND, full: true },
    ...(pullsDiagnostics && { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } }),
  };
}

function followTexts(texts: TextDocuments<TextDocument>, current: () => Session | undefined): void {
  texts.onDidOpen(({ document: { uri } }) => {
    const open = current()?.documents.open(uri);
    if (open) current()!.outside.follow(open);
  });
  texts.onDidChangeContent(({ document: { uri } }) => current()?.publisher.changed(uri));
  texts.onDidSave(({ document: { uri } }) => {
    current()?.documents.wasSaved(uri);
    current()?.publisher.changed(uri);
  });
  texts.onDidClose(({ document: { uri } }) => {
    const session = current();
    if (session?.documents.close(uri)) session.publisher.closed(uri);
    session?.outside.leave(uri);
  });
}

/** Of a document that is not open, or closed meanwhile, the answer is `nothing`. */
function answering(begun: () => Session) {
  return <P extends { readonly textDocument: { readonly uri: string } }, R>(
    answer: (session: Session, reading: Reading, params: P) => R | Promise<R>,
    nothing: R,
  ) =>
    async (params: P, token: CancellationToken): Promise<R | ResponseError<never>> => {
      const session = begun();
      const reading = await session.documents.read(params.textDocument.uri);
      if (token.isCancellationRequested)
        return new ResponseError(LSPErrorCodes.RequestCancelled, "Nobody asks any more");
      return reading === undefined ? nothing : await answer(session, reading, params);
    };
}
