/** `gate watch`: see `gate/watch/watch-project.ts`; the live view is in `cli/watch/live.ts`. */
import { resolve } from "node:path";
import { escapeHidden } from "../../base/line.ts";
import type { WatchEvent } from "../../gate/watch/events.ts";
import { watchProject } from "../../gate/watch/watch-project.ts";
import { toWire } from "../../json/wire.ts";
import { type Call, command } from "../command.ts";
import { secondsReader } from "../numbers.ts";
import { shown, styleOf } from "../style.ts";
import type { Notifier } from "../watch/notify.ts";

const SLOWEST = 3600;

export const watch = command({
  description:
    "Shows the active work live: progress, freshness, batch, problems and the last changes. Reads only, and sees the " +
    "files whatever writes them. Without a terminal it prints a line for each event, with --json a JSON object.",
  examples: [
    ["gate watch", "a live view; q leaves it, ? says more"],
    ["gate watch --json", "events for a program, one JSON object a line"],
    ["gate watch --lines", "a line for each event, on a terminal too"],
    ["gate watch --poll 5", "on a file system that gives no notices, look every five seconds"],
    ["gate watch --notify 'notify-send \"Look at the state\"'", "run a program when the state turns stale or corrupt"],
  ],
  notes: [
    "--notify splits its text into words at spaces; quotes and backslashes keep them together. No shell is",
    "involved. The program gets the event as JSON on its standard input.",
  ],
  options: {
    poll: {
      flag: "--poll [seconds]",
      about: "look again and again instead of relying on the system's notices (default: 1)",
      read: secondsReader({
        pattern: /^\d{1,4}(?:\.\d{1,3})?$/,
        from: 0.1,
        to: SLOWEST,
        expected: `seconds from 0.1 to ${SLOWEST}`,
        example: 5,
      }),
    },
    notify: { flag: "--notify <command>", about: "run a program when the state turns stale or corrupt" },
    lines: { flag: "--lines", about: "print a line for each event instead of the live view" },
  },
  async run(call, given, { run }) {
    keepSmall();
    const { io, flags } = call;
    const root = rootOf(call);
    let show = (message: string) => io.error(`${styleOf(io, "error").yellow("warning:")} ${shown(message)}\n`);
    const isLive = !given.lines && !flags.json && !flags.quiet && io.environment["TERM"] !== "dumb";
    const notifier = await notifierOf(call, given.notify, (message) => show(message));
    const events = watchProject(root, { poll: given.poll === true ? 1000 : (given.poll ?? false) });
    try {
      if (isLive && io.terminal.output && io.window) {
        const { showLive } = await import("../watch/live.ts");
        const signal = await showLive({
          io,
          screen: io.window(),
          openGate: () => call.openGate({ create: true }),
          events,
          run,
          heard: (event) => notifier?.heard(event),
          notices: (take) => {
            show = take;
          },
        });
        // As if it had not been caught, now that the terminal is in order.
        if (signal) process.kill(process.pid, signal);
      } else {
        await print(call, events, notifier);
      }
    } finally {
      notifier?.close();
    }
    return { verbatim: "" };
  },
});

/**
 * Has the collector keep the space for new objects small. It would grow to what a
 * busy program needs: 97 MB of memory after thousands of events instead of 70.
 */
function keepSmall(): void {
  // A flag that an engine does not know is complained about on standard error.
  if (/^2[0-4]\./.test(process.versions.node))
    process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
}

/** A line for each event, until nobody reads them any more. */
async function print(
  { io, flags }: Call,
  events: AsyncIterable<WatchEvent>,
  notifier: Notifier | undefined,
): Promise<void> {
  const { viewEvent } = await import("../views/watch/lines.ts");
  const style = styleOf(io, "output");
  const isRead = io.isRead ?? (() => true);
  for await (const event of events) {
    if (flags.json) io.out(`${encode(event)}\n`);
    else if (!flags.quiet) io.out(`${viewEvent(event, style)}\n`);
    notifier?.heard(event);
    if (!isRead()) return;
  }
}

/** The event as one line of JSON: what all events have first. */
function encode(event: WatchEvent): string {
  const { event: kind, timestamp, ...rest } = event;
  const place = "path" in rest ? { path: rest.path } : {};
  return escapeHidden(JSON.stringify(toWire({ event: kind, timestamp, ...place, ...rest })));
}

async function notifierOf(
  { io }: Call,
  command: string | undefined,
  failed: (message: string) => void,
): Promise<Notifier | undefined> {
  if (command === undefined) return undefined;
  const { makeNotifier } = await import("../watch/notify.ts");
  return makeNotifier({ command, cwd: io.cwd, path: io.environment["PATH"], encode, failed });
}

/** The folder that is named, there or not, else the project around the current one, else the current one. */
function rootOf({ io, flags, openGate }: Call): string {
  if (flags.root !== undefined) return resolve(io.cwd, flags.root);
  return openGate({ create: true }).project.root;
}
