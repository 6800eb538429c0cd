/** What the server says unasked. An editor that is gone need not be told, and that is no failure. */
import {
  type Connection,
  MessageType,
  type PublishDiagnosticsParams,
  type WorkspaceEdit,
} from "vscode-languageserver/node";

export type Kind = keyof typeof MessageType & ("Error" | "Warning" | "Info");

export class Wire {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  publish(params: PublishDiagnosticsParams): void {
    this.#say(() => this.#connection.sendDiagnostics(params));
  }

  /** Shows a person a sentence. */
  show(kind: Kind, message: string): void {
    this.#say(() => this.#connection.sendNotification("window/showMessage", { type: MessageType[kind], message }));
  }

  /** Notes what went wrong where nobody has to read it. */
  log(message: string): void {
    this.#say(() => this.#connection.console.error(message));
  }

  refreshDiagnostics(): void {
    this.#say(() => this.#connection.languages.diagnostics.refresh());
  }

  /** Has the editor change its documents; whether it did. */
  async edit(edit: WorkspaceEdit): Promise<boolean> {
    try {
      return (await this.#connection.workspace.applyEdit(edit)).applied;
    } catch {
      return false;
    }
  }

  #say(act: () => unknown): void {
    void (async () => act())().catch(() => {});
  }
}
