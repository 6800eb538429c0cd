/** Trying again, for faults that pass by themselves: with growing pauses, and not for ever. */
import { system } from "../files/guard/system.ts";

const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 250;

export interface Patience {
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether a fault may be gone at the next attempt. */
  passes(error: unknown): boolean;
  /** The failure when the time is up. */
  failure(last: unknown): unknown;
}

/** Runs a step until it succeeds, fails for good or the time is up. */
export async function retrying<T>(
  { timeout, passes, failure }: Patience,
  step: (attempt: number) => T | Promise<T>,
): Promise<T> {
  const began = system.monotonic();
  let pause = FIRST_PAUSE;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step(attempt);
    } catch (error) {
      if (!passes(error)) throw error;
      const left = timeout - (system.monotonic() - began);
      if (left <= 0) throw failure(error);
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, pause * (0.5 + Math.random()))));
      pause = Math.min(LONGEST_PAUSE, pause * 1.6);
    }
  }
}
