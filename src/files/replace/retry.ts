/**
 * A change that is computed again as long as another program saves in between.
 * Model: `proof/commit.pml`.
 */
import { ChangedOnDisk } from "./replace.ts";

/** So often a change is computed anew. */
export const MAX_ATTEMPTS = 20;
/** Milliseconds, multiplied by the number of the attempt. */
const PAUSE = 5;

/** Runs a step until what it read is still true when it writes, at most 20 times; `failed` says what to throw then. */
export async function retryChanged<T>(
  step: (attempt: number) => Promise<T> | T,
  failed: (cause: ChangedOnDisk) => Error,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step(attempt);
    } catch (error) {
      if (!(error instanceof ChangedOnDisk)) throw error;
      if (attempt === MAX_ATTEMPTS) throw failed(error);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE * attempt));
    }
  }
}
