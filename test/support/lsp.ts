/** An editor of the protocol's own client library: beside the server in this process, or in front of the built program. */
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import {
  type ClientCapabilities,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from "vscode-languageserver/node";
import { makeServer } from "../../src/lsp/server.ts";
import { PROGRAM } from "./program.ts";
import type { TestProject } from "./project.ts";

/** What a test's editor can do unless it says otherwise: little. */
const LITTLE: ClientCapabilities = {};

export interface Message {
  readonly type: number;
  readonly message: string;
}

export class TestEditor {
  readonly connection: ProtocolConnection;
  /** What the server wanted to be shown, and to be changed. */
  readonly messages: Message[] = [];
  readonly edits: unknown[] = [];
  readonly published: PublishDiagnosticsParams[] = [];
  initialized!: InitializeResult;
  #waiting: (() => void)[] = [];
  readonly #versions = new Map<string, number>();

  constructor(connection: ProtocolConnection) {
    this.connection = connection;
    connection.onNotification("window/showMessage", (message: Message) => this.#heard(this.messages, message));
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) =>
      this.#heard(this.published, params),
    );
    connection.onRequest("workspace/applyEdit", ({ edit }: { edit: unknown }) => {
      this.#heard(this.edits, edit);
      return { applied: true };
    });
    connection.onRequest("workspace/diagnostic/refresh", () => {
      this.#heard(this.edits, "refresh");
      return null;
    });
    connection.listen();
  }

  async initialize(capabilities: ClientCapabilities = LITTLE): Promise<this> {
    const params = { processId: process.pid, rootUri: null, capabilities, clientInfo: { name: "Test Editor" } };
    this.initialized = await this.connection.sendRequest("initialize", params);
    await this.connection.sendNotification("initialized", {});
    return this;
  }

  async open(uri: string, text: string): Promise<void> {
    this.#versions.set(uri, 1);
    const textDocument = { uri, languageId: "markdown", version: 1, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** All of the text is another, or a part of it is. */
  async change(uri: string, change: string | TextDocumentContentChangeEvent): Promise<void> {
    const version = (this.#versions.get(uri) ?? 1) + 1;
    this.#versions.set(uri, version);
    const contentChanges = [typeof change === "string" ? { text: change } : change];
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async notify(what: "didSave" | "didClose", uri: string): Promise<void> {
    await this.connection.sendNotification(`textDocument/${what}`, { textDocument: { uri } });
  }

  ask<T>(method: string, uri: string, params: object = {}): Promise<T> {
    return this.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...params });
  }

  async actions<T>(uri: string, only?: readonly string[]): Promise<T[]> {
    const range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
    return await this.ask("codeAction", uri, { range, context: { diagnostics: [], ...(only && { only }) } });
  }

  /** What was found in the newest version of a document that the server knows of, or the version asked for. */
  async diagnostics(uri: string, version = this.#versions.get(uri)): Promise<readonly Diagnostic[]> {
    const find = () => this.published.findLast((each) => each.uri === uri && each.version === version);
    await this.until(() => find() !== undefined);
    return find()!.diagnostics;
  }

  /** Waits until something that the server tells of is so. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #heard<T>(list: T[], heard: T): void {
    list.push(heard);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** An editor beside a server in this process, whose clock is that of the project. */
export async function openEditor({ root, gate }: TestProject, capabilities?: ClientCapabilities): Promise<TestEditor> {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const { clock, lockTimeout } = gate;
  const environment = { XDG_CONFIG_HOME: `${root}/.config` };
  makeServer(server, {
    version: "1.2.3",
    cwd: root,
    home: root,
    environment,
    clock,
    lockTimeout,
    page: "file:///rules.md",
  });
  server.listen();
  const editor = new TestEditor(createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up)));
  onTestFinished(async () => {
    await editor.connection.sendRequest("shutdown");
    editor.connection.dispose();
    server.dispose();
  });
  return await editor.initialize(capabilities);
}

/** An editor that has started the built program. */
export function startEditor(cwd: string, home = tmpdir(), ...args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, "lsp", ...args], { cwd, env: { PATH: "", HOME: home } });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  onTestFinished(() => void child.kill("SIGKILL"));
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  // A server that ends while it is written to is what some tests are about.
  child.stdin.on("error", () => {});
  const wire = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  return { editor: new TestEditor(wire), child, ended, errors };
}

/** The address of a file of a project. */
export function addressOf({ root }: { readonly root: string }, path: string): string {
  return pathToFileURL(`${root}/${path}`).href;
}
