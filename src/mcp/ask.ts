/**
 * Asking the person in front of the client, in both eras of the protocol.
 *
 * Until 2025 a server sends the client a request and waits. Since 2026 it answers
 * the call with its question, and the client calls again with the answer. Here
 * both are one function that is awaited: in the second case the operation stays
 * where it is, in memory, until the call comes again. So exactly what was shown is
 * what is written, and nothing the client sends back is trusted but its answer.
 * An operation never holds a lock while it waits.
 */
import { randomUUID } from "node:crypto";
import { type InputRequiredResult, inputRequired, type ServerContext } from "@modelcontextprotocol/server";

/** A request to the client, as both eras spell it. */
export type Question = Parameters<typeof inputRequired>[0]["inputRequests"] extends infer Requests
  ? NonNullable<Requests>[keyof NonNullable<Requests>]
  : never;

/** Puts a question; `undefined` where nothing comes back. */
export type Ask = (question: Question) => Promise<unknown>;

/** How a client is asked. */
export interface Conversation {
  /** Runs what may ask; the key says what was called, so that an answer cannot reach another operation. */
  converse<R>(context: ServerContext, key: string, act: (ask: Ask) => Promise<R>): Promise<R | InputRequiredResult>;
  /** Asks while any request is answered; absent where that is only possible within `converse`. */
  askAnytime?(context: ServerContext): Ask;
}

/** People may take their time; programs need none. */
const PATIENCE = { "elicitation/create": 600_000, "roots/list": 5000 };

/** For clients that answer requests. `ended` is when nothing can be answered any more. */
export function askByRequest(ended: AbortSignal): Conversation {
  const askAnytime = ({ mcpReq }: ServerContext): Ask => {
    const signal = AbortSignal.any([ended, mcpReq.signal]);
    return async (question) => {
      try {
        const { method, params } = question as { method: keyof typeof PATIENCE; params?: Record<string, unknown> };
        return await mcpReq.send({ method, ...(params && { params }) }, { timeout: PATIENCE[method], signal });
      } catch {
        return undefined;
      }
    };
  };
  return { askAnytime, converse: async (context, _key, act) => await act(askAnytime(context)) };
}

/** So many operations wait for an answer at most; the oldest is told that none comes. */
const MOST_OPEN = 16;
const ANSWER = "answer";

/** For clients that call again. */
export function askByReturn(): Conversation {
  const open = new Map<string, { readonly key: string; readonly paused: Paused<unknown> }>();
  const converse = async <R>(context: ServerContext, key: string, act: (ask: Ask) => Promise<R>) => {
    const state = context.mcpReq.requestState<string>();
    const waiting = state === undefined ? undefined : open.get(state);
    const isAnswer = waiting?.key === key;
    if (isAnswer) open.delete(state!);
    const paused = isAnswer ? (waiting.paused as Paused<R>) : run(act);
    if (isAnswer) paused.resume(context.mcpReq.inputResponses?.[ANSWER]);
    const step = await paused.next();
    if ("value" in step) return step.value;
    const requestState = randomUUID();
    open.set(requestState, { key, paused });
    const [oldest] = open.keys();
    if (open.size > MOST_OPEN) {
      open.get(oldest!)!.paused.resume(undefined);
      open.delete(oldest!);
    }
    return inputRequired({ inputRequests: { [ANSWER]: step.question }, requestState });
  };
  return { converse };
}

type Step<R> = { readonly question: Question } | { readonly value: R };

interface Paused<R> {
  /** The next question, or the end. */
  next(): Promise<Step<R>>;
  resume(answer: unknown): void;
}

function run<R>(act: (ask: Ask) => Promise<R>): Paused<R> {
  let answer: (value: unknown) => void = () => {};
  let step = defer<Step<R>>();
  const ask: Ask = (question) =>
    new Promise((resolve) => {
      answer = resolve;
      step.resolve({ question });
    });
  act(ask).then(
    (value) => step.resolve({ value }),
    (error: unknown) => step.reject(error),
  );
  return {
    next: () => step.promise,
    resume(value) {
      step = defer();
      // Whoever is told that no answer comes may have nobody left who waits for the end.
      step.promise.catch(() => {});
      answer(value);
    },
  };
}

/** `Promise.withResolvers`, which the oldest Node has not. */
function defer<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
