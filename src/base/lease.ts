/** Leases: for how long something is somebody's who does not say so again. */

const LONGEST_GRACE = 60_000;

/**
 * How long after its end, in milliseconds, a lease still counts for those whose clock may
 * not be the holder's: a minute, and a tenth of a lease that is shorter than ten.
 */
export function graceOf(lease: number): number {
  return Math.min(LONGEST_GRACE, Math.max(0, lease) / 10);
}
