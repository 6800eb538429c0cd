/** `gate checkpoint`: see `gate/documents/checkpoint.ts`. */
import { checkpoint as note } from "../../gate/documents/checkpoint.ts";
import { viewMessage, wrote } from "../answer.ts";
import { command } from "../command.ts";

export const checkpoint = command({
  description:
    "Notes in the log of the active issue's work file, and in the audit, what an agent has done and with which tools. " +
    "Without an active issue it stands in the audit alone.",
  examples: [
    ["gate checkpoint reviewer 'Looked through the tests' --tool Read --tool Grep", "note it"],
    ["gate checkpoint reviewer 'Done' --best-effort", "and stop no script where that fails"],
  ],
  arguments: {
    agent: { name: "<agent>", about: "the agent's name" },
    message: { name: "<message>", about: "what it has done" },
  },
  options: { tools: [{ flag: "--tool <name...>", about: "a tool it has used" }] },
  run: async ({ openGate, write }, given) => wrote(await note(openGate(), given, write), viewMessage),
});
