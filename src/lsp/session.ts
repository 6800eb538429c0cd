/** One connection: what the editor can do, and what is open in it. */
import type { Connection, InitializeParams, TextDocuments } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { actorOf } from "../base/actor.ts";
import { type GateOptions, personalHooks } from "../gate/gate.ts";
import { type Client, clientOf } from "./client.ts";
import { Documents } from "./documents.ts";
import { Issues } from "./issues.ts";
import { Outside } from "./outside.ts";
import { makeProjects } from "./projects.ts";
import { Publisher } from "./publisher.ts";
import { Wire } from "./wire.ts";

/** What is known before an editor has said anything. */
export interface ServerOptions extends Pick<GateOptions, "root" | "lockTimeout" | "clock"> {
  readonly version: string;
  readonly cwd: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The address of the rules' page; absent where none lies beside the program. */
  readonly page: string | undefined;
}

export interface Session {
  readonly wire: Wire;
  readonly issues: Issues;
  readonly client: Client;
  readonly page: string | undefined;
  readonly documents: Documents;
  readonly publisher: Publisher;
  readonly outside: Outside;
}

/** The session of an editor that has said what it can do. */
export function makeSession(
  connection: Connection,
  texts: TextDocuments<TextDocument>,
  { capabilities, clientInfo }: Pick<InitializeParams, "capabilities" | "clientInfo">,
  options: ServerOptions,
): Session {
  const { root, lockTimeout, clock, cwd, home, environment, page } = options;
  const wire = new Wire(connection);
  const client = clientOf(capabilities);
  const projects = makeProjects({
    ...{ root, lockTimeout, cwd, home, actor: clientInfo && actorOf(clientInfo.name) },
    ...(clock && { clock }),
    workflowHooks: personalHooks(environment, home, (text) => wire.log(text)),
  });
  const documents = new Documents(projects, (uri) => texts.get(uri));
  const issues = new Issues();
  const publisher = new Publisher(wire, documents, client, page);
  const outside = new Outside(wire, documents, publisher, issues);
  return { wire, issues, client, page, documents, publisher, outside };
}
