/** `gate mcp`: hands over to the surface of that name; see `mcp/serve.ts`. */
import { command } from "../command.ts";

export const mcp = command({
  description:
    "Serves the state of this project to an agent over the Model Context Protocol, on standard input and output, " +
    "until that closes. An agent starts it itself; see the examples for how it is told to.",
  examples: [
    ["claude mcp add state-gatekeeper -- gate mcp", "for Claude Code, in this project"],
    ["gate mcp --root ../other", "for another project than that of the client"],
  ],
  async run({ io, flags: { root, lockTimeout } }) {
    if (io.terminal.input) io.error("Waiting for an MCP client on standard input; Ctrl-C ends.\n");
    await io.serveMcp?.({ root, lockTimeout });
    return { verbatim: "" };
  },
});
