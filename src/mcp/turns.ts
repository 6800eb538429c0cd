/**
 * One call of a tool after the other, in the order in which they came: a model that
 * sends several at once means them in that order. Whoever waits for a person lets
 * the next one go first.
 */
import type { Ask } from "./ask.ts";

/** Runs what it is given in its turn. */
export type TakeTurn = <R>(ask: Ask, act: (ask: Ask) => Promise<R>) => Promise<R>;

export function makeTurns(): TakeTurn {
  let last: Promise<void> = Promise.resolve();

  const wait = async (): Promise<() => void> => {
    const before = last;
    let end = () => {};
    last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    // Between two calls the wire is listened to, so that the second one can still be cancelled.
    await new Promise((resolve) => setImmediate(resolve));
    return end;
  };

  return async (ask, act) => {
    let end = await wait();
    try {
      return await act(async (question) => {
        end();
        const answer = await ask(question);
        end = await wait();
        return answer;
      });
    } finally {
      end();
    }
  };
}
