/** A watch that a test follows: it acts, then says what it waits for. */
import { onTestFinished } from "vitest";
import type { WatchEvent } from "../../src/gate/watch/events.ts";
import type { WatchOptions } from "../../src/gate/watch/project-watch.ts";
import { watchProject } from "../../src/gate/watch/watch-project.ts";
import type { TestProject } from "../support/project.ts";

type Of<K extends WatchEvent["event"]> = Extract<WatchEvent, { event: K }>;

export interface Followed {
  /** All that was told so far. */
  readonly events: WatchEvent[];
  /** The first event of a kind, from the last one that was waited for on, that is as wanted. */
  until<K extends WatchEvent["event"]>(kind: K, wanted?: (event: Of<K>) => boolean): Promise<Of<K>>;
  /** What was told behind the last event that was waited for. */
  since(): WatchEvent[];
  stop(): Promise<void>;
}

/** Follows a watch of a project, by its clock, until the test ends. */
export function follow(project: Pick<TestProject, "root" | "gate">, options: WatchOptions = {}): Followed {
  const watch = watchProject(project.root, { clock: project.gate.clock, ...options });
  const events: WatchEvent[] = [];
  let seen = 0;
  let wake = () => {};
  const ended = (async () => {
    for await (const event of watch) {
      events.push(event);
      wake();
    }
    wake();
  })();
  const stop = async () => {
    await watch.return?.();
    await ended;
  };
  onTestFinished(stop);
  return {
    events,
    async until(kind, wanted = () => true) {
      for (;;) {
        for (; seen < events.length; seen++) {
          const event = events[seen]!;
          if (event.event === kind && wanted(event as Of<typeof kind>)) {
            seen++;
            return event as Of<typeof kind>;
          }
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    since: () => events.slice(seen),
    stop,
  };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
