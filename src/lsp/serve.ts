/** `gate lsp`: the gate as a language server on standard input and output, where nothing but the protocol is written. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createConnection } from "vscode-languageserver/node";
import { isThere } from "../files/guard/real-path.ts";
import { makeServer } from "./server.ts";
import type { ServerOptions } from "./session.ts";

interface Around {
  /** The folder of the program. */
  readonly folder: string;
}

/** Serves until the editor says that it ends, or is gone; the library ends the process then, with the code that the protocol names. */
export async function serve({ folder, ...options }: Omit<ServerOptions, "page"> & Around): Promise<void> {
  const connection = createConnection(process.stdin, process.stdout);
  makeServer(connection, { ...options, page: pageIn(folder) });
  connection.listen();
  await new Promise(() => {});
}

/** The page of the rules, which the package has beside its program, and a plugin has not. */
function pageIn(folder: string): string | undefined {
  const page = join(folder, "docs/rules.md");
  return isThere(page) ? pathToFileURL(page).href : undefined;
}
