/** A time of its own for those who wait, so that no test does. */
import { replaced } from "./faults.ts";

export interface Waited {
  /** Milliseconds, one for each pause. */
  readonly pauses: readonly number[];
  readonly time: number;
}

/** Runs a step in which pauses take no time, but are counted as if they did; chance is always the same. */
export async function waiting(
  step: (since: () => number) => Promise<unknown>,
  chance = 1 - Number.EPSILON,
): Promise<Waited> {
  const { setTimeout } = globalThis;
  const { random } = Math;
  const pauses: number[] = [];
  let time = 0;
  const pause = (wake: () => void, milliseconds: number) => {
    pauses.push(milliseconds);
    time += milliseconds;
    setImmediate(wake);
  };
  Object.assign(globalThis, { setTimeout: pause });
  Math.random = () => chance;
  try {
    await replaced({ monotonic: () => 1_000_000 + time }, () => step(() => time));
  } finally {
    Object.assign(globalThis, { setTimeout });
    Math.random = random;
  }
  return { pauses, time };
}
