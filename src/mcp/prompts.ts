/** What a person picks from a menu of the client: begin, save, finish. The words are those of the plugin's commands. */
import { type GetPromptResult, type Prompt, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

interface Written extends Prompt {
  text(given: Readonly<Record<string, string>>): string;
}

const PROMPTS: readonly Written[] = [
  {
    name: "start",
    description: "Begin with an issue, or resume it",
    arguments: [
      { name: "issue", description: "the issue's number", required: true },
      { name: "title", description: "its title; found by itself where it is known" },
    ],
    text: ({ issue = "", title }) =>
      `Call set_active_work for issue ${issue}${title ? ` with the title ${JSON.stringify(title)}` : ""}. Then read ` +
      `work://${issue} and say in a few lines where the work stands, how fresh that is and what comes next. ` +
      "Where work_file_freshness is stale, look at the issue itself before you trust it.",
  },
  {
    name: "save",
    description: "Record where the work stands",
    arguments: [{ name: "note", description: "what to record besides" }],
    text: ({ note }) =>
      "Call get_active_work, then update_progress with everything this session has changed: all progress items " +
      "including those that stay, next steps, open questions, decisions with their reasons, files and tests." +
      `${note ? ` Record this too: ${note}` : ""} Do not edit files below .claude yourself.`,
  },
  {
    name: "done",
    description: "Finish the active issue",
    arguments: [{ name: "pr", description: "the address of the pull request" }],
    text: ({ pr }) =>
      "Call get_active_work. If progress items are open, name them and ask whether the issue is finished. Then save " +
      `what is not saved with update_progress, and call clear_active_work${pr ? ` with pr ${pr}` : ""}.`,
  },
];

/** The prompts without their words. */
export function listPrompts(): Prompt[] {
  return PROMPTS.map(({ text: _, ...prompt }) => prompt);
}

/** One prompt, filled in. Throws the protocol's own error for a name that is not known or an argument that is missing. */
export function getPrompt(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult {
  const prompt = PROMPTS.find((each) => each.name === name);
  if (!prompt) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${JSON.stringify(name)}`);
  const missing = prompt.arguments?.find((each) => each.required && !given[each.name]);
  if (missing) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `The argument ${missing.name} is missing`);
  const { description = "" } = prompt;
  return { description, messages: [{ role: "user", content: { type: "text", text: prompt.text(given) } }] };
}
