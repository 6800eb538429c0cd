/** Limits of time for tests, which follow how busy the machine is: what is late on a busy one is not wrong. */

/** For waits that no test is about, in milliseconds: nothing that ends at all takes as long, however busy the machine is. */
export const PATIENCE = 600_000;

const SPIN = 40_000;

/** So many milliseconds of a quiet machine, as many more as this one takes longer right now to do a piece of work. */
export function patient(milliseconds: number): number {
  const began = performance.now();
  const before = process.cpuUsage();
  let spent = 0;
  while (spent < SPIN) {
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
  }
  return milliseconds * Math.max(1, (performance.now() - began) / (spent / 1000));
}
