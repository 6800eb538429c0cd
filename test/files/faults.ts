/** Faults at chosen system calls: the record of calls is wrapped and put back afterwards. */
import { system } from "../../src/files/guard/system.ts";

type Name = keyof typeof system;
type Call = (...args: unknown[]) => unknown;

/** The calls that touch a disk; clocks and pauses are left alone. */
export const DISK_CALLS = (Object.keys(system) as Name[]).filter((name) => name.endsWith("Sync"));

const record = system as unknown as Record<string, unknown>;

/** Runs `step` with every disk call going through `around`. */
export function wrapped<T>(around: (name: Name, call: () => unknown, args: unknown[]) => unknown, step: () => T): T {
  const originals = new Map(DISK_CALLS.map((name) => [name, record[name] as Call]));
  for (const [name, original] of originals) {
    record[name] = (...args: unknown[]) => around(name, () => original(...args), args);
  }
  const restore = () => {
    for (const [name, original] of originals) record[name] = original;
  };
  let result: T;
  try {
    result = step();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}

/** Runs `step` with some members of the record replaced. */
export function replaced<T>(members: Partial<typeof system>, step: () => T): T {
  const before = { ...system };
  Object.assign(system, members);
  const restore = () => Object.assign(system, before);
  let result: T;
  try {
    result = step();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}

/** The names of the disk calls a step makes, in order. */
export function callsOf(step: () => unknown): Name[] {
  const names: Name[] = [];
  const result = wrapped((name, call) => {
    names.push(name);
    return call();
  }, step);
  if (result instanceof Promise) throw new TypeError("give callsOf a synchronous step");
  return names;
}

/** An error as Node makes it. */
export function systemError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: call.replace(/Sync$/, "") });
}

/** Runs a step whose call number `index` (from 0) fails; a close still closes. */
export function failing<T>(index: number, code: string, step: () => T): T {
  let count = 0;
  return wrapped((name, call) => {
    if (count++ !== index) return call();
    if (name === "closeSync") call();
    throw systemError(code, name);
  }, step);
}
