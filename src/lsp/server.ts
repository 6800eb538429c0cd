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
import { actionsFor } from "./answers.ts";
import { CODE_ACTION_KINDS } from "./capabilities/code-actions.ts";
import { diagnosticsOf } from "./capabilities/diagnostics.ts";
import type { Client } from "./client.ts";
import type { Reading } from "./documents.ts";
import { makeSession, type ServerOptions, type Session } from "./session.ts";

/** Answers what comes on a connection, which is not listened to yet. */
export function makeServer(connection: Connection, options: ServerOptions): void {
  const texts = new TextDocuments(TextDocument);
  let session: Session | undefined;
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
  connection.onShutdown(() => session?.outside.end());
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
}

/** What is offered; formatting is not. */
function abilities({ pullsDiagnostics }: Client): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
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
