/** Which versions of a document are let go, so that what a save costs does not grow with their number. */

/** The newest of a document that are always kept, whatever they take. */
export const NEVER_THINNED = 20;
/** The newest of a document that are kept where there is room. */
const ALL_OF_THE_NEWEST = 50;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** For so long one an hour is kept, and after that one a day. */
const HOURLY = 2 * DAY;
const DAILY = 30 * DAY;

/**
 * The ids to let go, of those of one document from the oldest to the newest. Beyond the
 * newest 50 the last of each hour is kept for two days, and the last of each day for 30.
 * `timeOf` is asked only about those. What a clock that was ahead has made counts as new.
 */
export function thinned(ids: readonly string[], now: number, timeOf: (id: string) => number): string[] {
  const gone: string[] = [];
  // Not only the one before: clocks of two machines can take turns.
  const spans = new Set<string>();
  for (const id of ids.slice(0, -ALL_OF_THE_NEWEST).reverse()) {
    const time = timeOf(id);
    const age = now - time;
    const span = age <= HOURLY ? `hour ${Math.floor(time / HOUR)}` : `day ${Math.floor(time / DAY)}`;
    if (age > DAILY || spans.has(span)) gone.push(id);
    else spans.add(span);
  }
  return gone;
}
