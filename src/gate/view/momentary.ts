/**
 * What is true of a project at a moment and asked for each of its documents: a look at
 * ten thousand work files asks ten thousand times within a second.
 */
import type { Project } from "../../files/guard/project.ts";
import { system } from "../../files/guard/system.ts";

/** Milliseconds for which an answer holds; shorter than anybody takes from one command to the next. */
const MOMENT = 20;

interface Known<T> {
  readonly at: number;
  readonly answer: T;
}

/** A question about a project; with `isMany` the answer of the last moment is good enough. */
export function momentary<T>(ask: (project: Project) => T): (project: Project, isMany: boolean) => T {
  const known = new WeakMap<Project, Known<T>>();
  return (project, isMany) => {
    if (!isMany) return ask(project);
    const now = system.monotonic();
    const last = known.get(project);
    if (last !== undefined && now - last.at < MOMENT) return last.answer;
    const answer = ask(project);
    known.set(project, { at: system.monotonic(), answer });
    return answer;
  };
}
