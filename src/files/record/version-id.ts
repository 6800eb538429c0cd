/** The ids of versions: a moment that sorts, and six digits that tell two of one moment apart. */
import { system } from "../guard/system.ts";

const ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z-[0-9a-f]{6}$/;

/** Stands behind the id in the name of a file as long as the document is not known to have been written. */
export const PENDING = ".new";

export function isId(name: string): boolean {
  return ID.test(name);
}

/** The id in the name of a file; `undefined` where it is no version's. */
export function idIn(name: string): string | undefined {
  const id = name.endsWith(PENDING) ? name.slice(0, -PENDING.length) : name;
  return isId(id) ? id : undefined;
}

/** The ids among the names of a folder, oldest first. */
export function idsIn(names: readonly string[]): string[] {
  return [...new Set(names.map(idIn))].filter((id) => id !== undefined).sort();
}

/** An id for a moment that sorts behind the newest one. */
export function nextId(timestamp: number, newest: string | undefined): string {
  const instant = Math.max(timestamp, newest === undefined ? 0 : instantOf(newest) + 1);
  return `${new Date(instant).toISOString().replace(/[-:.]/g, "")}-${system.random(3)}`;
}

/** The moment in an id, in milliseconds since the epoch. */
export function instantOf(id: string): number {
  const [, year, month, day, hour, minute, second, fraction] = ID.exec(id) ?? [];
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction),
  );
}
