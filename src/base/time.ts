/**
 * Time as the files spell it: `YYYY-MM-DDTHH:MM:SSZ`, UTC, whole seconds.
 *
 * Instants are milliseconds since the epoch. Nothing here reads a clock: `now` is
 * an argument. `Date.parse` is not used on text from outside, because it rolls
 * 30 February over into March and reads local time where no zone is given.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Clocks of machines differ by so much, and nobody is to be told. */
const TOLERANCE = 5 * 60_000;

/** How much a recorded time can be trusted: under 24 h, 24 to 48 h, over 48 h. */
export type Freshness = "recent" | "moderate" | "stale";

/**
 * What a text says about time.
 *
 * - `exact`: the one spelling the format allows.
 * - `other`: another spelling whose instant is unambiguous.
 * - `date`: a day without a time; `instant` is its first millisecond.
 * - `impossible`: it has the form of a time, but no calendar holds it.
 */
export type TimeReading =
  | {
      readonly kind: "exact" | "other" | "date";
      readonly instant: number;
      /** Only where no zone is given: `instant` takes the clock on the wall for UTC. */
      readonly isLocal?: true;
    }
  | { readonly kind: "impossible" };

const EXACT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const YEAR_FIRST = /^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})(?=$|[Tt,\s])/;
const DAY_FIRST =
  /^(?:[a-z]{3,9},? )?(?<day>\d{1,2})(?:st|nd|rd|th)? (?<month>[a-z]{3,9})\.?,? (?<year>\d{4})(?=$|[,\s])/i;
const MONTH_FIRST =
  /^(?:[a-z]{3,9},? )?(?<month>[a-z]{3,9})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? (?<year>\d{4})(?=$|[,\s])/i;
const CLOCK =
  /^(?:[Tt]|,? +(?:at +)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?([ap]m))? ?\(?(Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|[A-Za-z]{2,5})?\)?$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Reads a time or a date; `undefined` where the text has no such form. A time
 * without a zone is read as UTC; one in a zone that only has a name gives its day,
 * because names such as `CST` mean several offsets. `10/11/2024` has no reading:
 * nobody can tell the month.
 */
export function parseTime(text: string): TimeReading | undefined {
  const exact = readExact(text);
  if (exact !== undefined) return { kind: "exact", instant: exact };
  const trimmed = respelled(text.trim());
  const match = YEAR_FIRST.exec(trimmed) ?? DAY_FIRST.exec(trimmed) ?? MONTH_FIRST.exec(trimmed);
  if (!match) return undefined;
  const { year, month = "", day } = match.groups!;
  const monthIndex = /^\d/.test(month) ? Number(month) - 1 : MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  const rest = trimmed.slice(match[0].length);
  const clock = CLOCK.exec(rest);
  if (monthIndex === -1 && !/^\d/.test(month)) return undefined;
  if (rest !== "" && !clock) return undefined;
  const date = Date.UTC(Number(year), monthIndex, Number(day));
  const check = new Date(date);
  // `Date.UTC` takes the years 0 to 99 for 1900 to 1999.
  const real = [check.getUTCFullYear(), check.getUTCMonth(), check.getUTCDate()];
  if (real.join() !== [Number(year), monthIndex, Number(day)].join()) return { kind: "impossible" };
  if (!clock) return { kind: "date", instant: date };
  const [, hourText, minute, second = "0", half, zone] = clock;
  const hour = half ? (Number(hourText) % 12) + (half.toLowerCase() === "pm" ? 12 : 0) : Number(hourText);
  const offset = offsetOf(zone ?? "Z");
  if (
    hour > 23 ||
    (half && Number(hourText) > 12) ||
    Number(minute) > 59 ||
    Number(second) > 59 ||
    offset === "impossible"
  ) {
    return { kind: "impossible" };
  }
  if (offset === "named") return { kind: "date", instant: date };
  const instant = date + ((hour * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000;
  return { kind: EXACT.test(text) ? "exact" : "other", instant, ...(zone === undefined && { isLocal: true }) };
}

/** The instant of a time in the one spelling: nearly all are, and the patterns for the others cost more than reading a file. */
function readExact(text: string): number | undefined {
  if (!EXACT.test(text) || text.startsWith("0")) return undefined;
  const instant = Date.parse(text);
  // What was rolled over is another time.
  return Number.isFinite(instant) && formatTime(instant) === text ? instant : undefined;
}

// What `date` prints, and the basic format of ISO 8601.
const DATE_COMMAND = /^[a-z]{3} +([a-z]{3}) +(\d{1,2}) +(\d{2}:\d{2}:\d{2}) +(?:([A-Z]{1,5}) +)?(\d{4})$/i;
const BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const REMARK = /[ \t]{1,9}(?:<!--[^>]{0,99}-->|\((?!UTC|GMT|Z\))[^()]{0,99}\))$/i;

/** Other notations in the words of the usual ones; a remark behind the time says nothing about it. */
function respelled(text: string): string {
  const bare = text.length > 200 ? text : text.replace(REMARK, "");
  return bare.replace(BASIC, "$1-$2-$3T$4:$5:$6Z").replace(DATE_COMMAND, "$1 $2, $5 $3 $4").trim();
}

/** Minutes east of UTC. */
function offsetOf(zone: string): number | "named" | "impossible" {
  if (/^(?:Z|UTC|GMT)$/i.test(zone)) return 0;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone);
  if (!match) return "named";
  const [, sign, hours, minutes = "0"] = match;
  if (Number(hours) > 14 || Number(minutes) > 59) return "impossible";
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Writes an instant as `YYYY-MM-DDTHH:MM:SSZ`, cut to whole seconds. */
export function formatTime(instant: number): string {
  return `${spell(instant).slice(0, 19)}Z`;
}

/** Writes the UTC day of an instant as `YYYY-MM-DD`. */
export function formatDate(instant: number): string {
  return spell(instant).slice(0, 10);
}

/** As `toISOString`, which looks up the time zone of the machine first; that takes longer than all else about times. */
function spell(instant: number): string {
  const date = new Date(instant);
  const year = date.getUTCFullYear();
  if (!(year >= 1000 && year <= 9999)) return date.toISOString();
  const day = `${year}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
  return `${day}T${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

/**
 * Classifies the age of a reading against `now`. A day without a time counts as
 * that whole day: it is as fresh as its last moment, but never in the future.
 */
export function freshnessOf(reading: TimeReading, now: number): Freshness | undefined {
  const age = ageOf(reading, now);
  if (age === undefined) return undefined;
  if (age < DAY) return "recent";
  return age <= 2 * DAY ? "moderate" : "stale";
}

/** The first instant after `now` at which the freshness of a reading is another one; `undefined` where it stays. */
export function freshnessEnds(reading: TimeReading, now: number): number | undefined {
  const age = ageOf(reading, now);
  if (reading.kind === "impossible" || age === undefined || age > 2 * DAY) return undefined;
  const counted = reading.kind === "date" ? reading.instant + DAY - 1000 : reading.instant;
  return age < DAY ? counted + DAY : counted + 2 * DAY + 1;
}

/** Whole hours between a reading and `now`, rounded down, never negative. */
export function hoursSince(reading: TimeReading, now: number): number | undefined {
  const age = ageOf(reading, now);
  return age === undefined ? undefined : Math.floor(age / HOUR);
}

function ageOf(reading: TimeReading, now: number): number | undefined {
  if (reading.kind === "impossible") return undefined;
  const latest = reading.kind === "date" ? Math.min(now, reading.instant + DAY - 1000) : reading.instant;
  return Math.max(0, now - latest);
}

/** The instant of a reading; `undefined` where there is none, or none that the calendar holds. */
export function instantOf(reading: TimeReading | undefined): number | undefined {
  return reading && reading.kind !== "impossible" ? reading.instant : undefined;
}

/** Whether a reading names a moment that the calendar holds and that has come, or nearly. */
export function hasCome(reading: TimeReading | undefined, now: number): boolean {
  const instant = instantOf(reading);
  return instant !== undefined && instant <= now + TOLERANCE;
}

/** Whether a reading lies after `now`, by more than clocks differ; a day does when it has not begun. */
export function isFuture(reading: TimeReading, now: number): boolean {
  return reading.kind !== "impossible" && reading.instant > now + TOLERANCE;
}

/** The age of an instant in words: `just now`, `5 minutes ago`, `2 hours ago`, `1 day ago`. */
export function recencyOf(instant: number, now: number): string {
  const minutes = Math.floor((now - instant) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return ago(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? ago(hours, "hour") : ago(Math.floor(hours / 24), "day");
}

function ago(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
