/** `gate lsp`: hands over to the surface of that name; see `lsp/serve.ts`. */
import { command } from "../command.ts";

export const lsp = command({
  description:
    "Serves the state, work and archive files of projects to an editor over the Language Server Protocol, on " +
    "standard input and output, until the editor ends it. The editor starts it itself; docs/editors.md has the settings.",
  examples: [
    ["gate lsp --stdio", "as an editor starts it"],
    ["gate lsp --root .", "for the documents of one project alone"],
  ],
  options: { stdio: { flag: "--stdio", about: "the only way there is; taken because many editors say it" } },
  async run({ io, flags: { root, lockTimeout } }) {
    if (io.terminal.input) io.error("Waiting for an editor on standard input; Ctrl-C ends.\n");
    await io.serveLsp?.({ root, lockTimeout });
    return { verbatim: "" };
  },
});
