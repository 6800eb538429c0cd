/** Names of checkpoints that nobody gave: they sort by time, and the program knows them again to keep only the newest. */
import { system } from "../files/guard/system.ts";
import { type CheckpointSummary, compareTexts } from "./driver.ts";

/** How many automatic checkpoints a namespace keeps. */
export const KEPT_CHECKPOINTS = 50;

const AUTOMATIC = /^(?:auto|before-restore)-(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})(\d{3})-[0-9a-f]{8}$/;

/** A name that no other checkpoint has: the time to the millisecond, and what nobody else guesses. */
export function automaticName(kind: "auto" | "before-restore", now: number): string {
  const [day = "", time = ""] = new Date(now)
    .toISOString()
    .replace(/[-:.Z]/g, "")
    .split("T");
  return `${kind}-${day}-${time}-${system.random(4)}`;
}

/** When an automatic checkpoint was made, `YYYY-MM-DDTHH:MM:SSZ`; `undefined` for a name that somebody gave. */
export function timeOfName(name: string): string | undefined {
  const [, year, month, day, hour, minute, second] = AUTOMATIC.exec(name) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** Newest first; among those of one second the name decides, which for automatic ones knows the millisecond. */
export function newestFirst<T extends Pick<CheckpointSummary, "name" | "createdAt">>(checkpoints: readonly T[]): T[] {
  const order = (one: T, other: T) =>
    compareTexts(other.createdAt, one.createdAt) || compareTexts(momentOf(other), momentOf(one));
  return [...checkpoints].sort(order);
}

/** The automatic checkpoints that are too old to be kept. */
export function expiredNames(names: readonly string[]): string[] {
  const automatic = names.filter((name) => AUTOMATIC.test(name)).map((name) => ({ name, createdAt: "" }));
  return newestFirst(automatic)
    .slice(KEPT_CHECKPOINTS)
    .map(({ name }) => name);
}

function momentOf({ name }: { readonly name: string }): string {
  return AUTOMATIC.test(name) ? name.replace(/^[a-z-]+-(?=\d)/, "") : name;
}
