/** The APIs by which agents speak to models: what a request brings, and how an answer is streamed. */
import type { ToolResult, Turn } from "./model.ts";

/** What a request holds. */
interface Asked {
  /** The names of the tools that may be called. */
  readonly tools: readonly string[];
  /** What all tools so far have brought back, in order. */
  readonly results: readonly ToolResult[];
}

export interface Api {
  /** Where requests for an answer go. */
  readonly path: RegExp;
  read(request: never): Asked;
  /** The stream of one answer: a call, or a last word where there is none. */
  answer(turn: Turn | undefined, number: number): string;
}

export type ApiName = "messages" | "responses" | "completions" | "generate";

const LAST_WORD = "That is all.";

interface Named {
  readonly name?: string;
}

const namesOf = (tools: readonly Named[] = []) => tools.flatMap(({ name }) => (name === undefined ? [] : [name]));
const streamOf = (events: readonly ({ readonly type: string } & ToolResult)[]) =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");

/** Of Anthropic. */
const messages: Api = {
  path: /^(?:\/v1)?\/messages(?:\?|$)/,
  read(request: { tools?: readonly Named[]; messages: readonly { content: string | readonly ToolResult[] }[] }) {
    const blocks = request.messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    return { tools: namesOf(request.tools), results: blocks.filter(({ type }) => type === "tool_result") };
  },
  answer(turn, number) {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const head = { id: `msg_${number}`, type: "message", role: "assistant", model: "stand-in", content: [], usage };
    const block = turn
      ? { type: "tool_use", id: `toolu_${number}`, name: turn.tool, input: {} }
      : { type: "text", text: "" };
    const delta = turn
      ? { type: "input_json_delta", partial_json: JSON.stringify(turn.given) }
      : { type: "text_delta", text: LAST_WORD };
    const end = { stop_reason: turn ? "tool_use" : "end_turn", stop_sequence: null };
    return streamOf([
      { type: "message_start", message: { ...head, stop_reason: null, stop_sequence: null } },
      { type: "content_block_start", index: 0, content_block: block },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: end, usage },
      { type: "message_stop" },
    ]);
  },
};

/** Of OpenAI, the newer one. */
const responses: Api = {
  path: /^(?:\/v1)?\/responses(?:\?|$)/,
  read({ tools, input }: { tools?: readonly Named[]; input: readonly ToolResult[] }) {
    return { tools: namesOf(tools), results: input.filter(({ type }) => /_call_output$/.test(String(type))) };
  },
  answer(turn, number) {
    const call = { type: "function_call", id: `fc_${number}`, call_id: `call_${number}`, status: "completed" };
    const word = { type: "message", role: "assistant", id: `msg_${number}`, status: "completed" };
    const item = turn
      ? { ...call, name: turn.tool, namespace: turn.namespace, arguments: JSON.stringify(turn.given) }
      : { ...word, content: [{ type: "output_text", text: LAST_WORD }] };
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    return streamOf([
      { type: "response.created", response: { id: `resp_${number}` } },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "response.completed", response: { id: `resp_${number}`, output: [item], usage } },
    ]);
  },
};

/** Of OpenAI and of all that speak like it. */
const completions: Api = {
  path: /^(?:\/v1)?\/chat\/completions(?:\?|$)/,
  read(request: { tools?: readonly { function: Named }[]; messages: readonly ToolResult[] }) {
    return {
      tools: namesOf(request.tools?.map((tool) => tool.function)),
      results: request.messages.filter(({ role }) => role === "tool"),
    };
  },
  answer(turn, number) {
    const call = (given: Turn) => ({
      index: 0,
      id: `call_${number}`,
      type: "function",
      function: { name: given.tool, arguments: JSON.stringify(given.given) },
    });
    const delta = { role: "assistant", ...(turn ? { tool_calls: [call(turn)] } : { content: LAST_WORD }) };
    const head = { id: `chatcmpl-${number}`, object: "chat.completion.chunk", created: 1, model: "stand-in" };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const chunks = [
      { ...head, choices: [{ index: 0, delta, finish_reason: null }] },
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: turn ? "tool_calls" : "stop" }], usage },
    ];
    return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
  },
};

/** Of Google. */
const generate: Api = {
  path: /:streamGenerateContent(?:\?|$)/,
  read(request: {
    tools?: readonly { functionDeclarations?: readonly Named[] }[];
    contents: readonly { parts: readonly { functionResponse?: ToolResult }[] }[];
  }) {
    const parts = request.contents.flatMap(({ parts: given }) => given);
    return {
      tools: namesOf(request.tools?.flatMap(({ functionDeclarations = [] }) => functionDeclarations)),
      results: parts.flatMap(({ functionResponse }) => (functionResponse ? [functionResponse] : [])),
    };
  },
  answer(turn) {
    const part = turn ? { functionCall: { name: turn.tool, args: turn.given } } : { text: LAST_WORD };
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
    const candidates = [{ index: 0, content: { role: "model", parts: [part] }, finishReason: "STOP" }];
    return `data: ${JSON.stringify({ candidates, usageMetadata })}\n\n`;
  },
};

export const APIS: Readonly<Record<ApiName, Api>> = { messages, responses, completions, generate };
