/**
 * The live view: events into a model, the model onto the stage, keys into what
 * they do. The clock redraws it too, because ages grow.
 */
import { GateError } from "../../base/errors.ts";
import { checkedOutBranch } from "../../files/git/checkout.ts";
import type { Gate } from "../../gate/gate.ts";
import { type HistoryItem, history } from "../../gate/history/history.ts";
import type { StateEvent, WatchEvent, WorkEvent } from "../../gate/watch/events.ts";
import type { Io, Screen } from "../io.ts";
import { styleOf } from "../style.ts";
import { afterEvent, CHANGES, EMPTY, mergeChanges, type SeenChange, type WatchModel } from "../views/watch/model.ts";
import { HELP, type Panel, viewPanel } from "../views/watch/panel.ts";
import { viewScreen } from "../views/watch/screen.ts";
import { Painter } from "./painter.ts";
import { Stage } from "./stage.ts";

export interface Live {
  readonly io: Io;
  readonly screen: Screen;
  /** The gate of the project; throws while that is not there. */
  openGate(): Gate;
  readonly events: AsyncIterableIterator<WatchEvent>;
  /** Runs another command of the program with this Io. */
  run(argv: readonly string[], io: Io): Promise<number>;
  /** Is told each event. */
  heard(event: WatchEvent): void;
  /** Takes what shows a message at the top of the view. */
  notices(show: (message: string) => void): void;
}

/** Milliseconds; ages are told in minutes. */
const REDRAW = 5000;
const GATHER = 100;

type Told = StateEvent | WorkEvent;

/** Shows the watch until a person or a signal ends it; returns the signal. */
export async function showLive(live: Live): Promise<NodeJS.Signals | undefined> {
  const { io, screen, events } = live;
  const style = styleOf(io, "output");
  const painter = new Painter();
  let model: WatchModel = EMPTY;
  let panel: Panel | undefined;
  let seen: readonly SeenChange[] = [];
  let told: readonly Told[] = [];
  let refreshing: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let failure: { readonly error: unknown } | undefined;
  let ending: { readonly signal: NodeJS.Signals | undefined } | undefined;
  const draw = () => {
    if (busy || ending) return;
    if (panel) {
      const view = viewPanel(panel, stage.size, style);
      panel = view.panel;
      stage.write(painter.paint(view.rows));
    } else {
      stage.write(painter.paint(viewScreen(model, stage.size, Date.now(), style)));
    }
  };
  const end = (signal: NodeJS.Signals | undefined) => {
    ending ??= { signal };
    void events.return?.();
  };
  /** Nobody waits for what keys and timers begin. */
  const fail = (error: unknown) => {
    failure ??= { error };
    end(undefined);
  };
  const stage = new Stage(screen, io.terminal.input, {
    end,
    redraw: () => {
      painter.forget();
      draw();
    },
    key: (name) => void press(name).catch(fail),
  });

  async function press(name: string): Promise<void> {
    if (busy) return;
    if (name === "q!") return end(undefined);
    if (panel) {
      panel = moved(panel, name, stage.size.rows - 4);
      return draw();
    }
    if (name === "q") return end(undefined);
    if (name === "?") panel = HELP;
    if (name === "c") panel = { title: "gate check", from: 0, text: await textOf(["check"]) };
    if (name === "h") panel = { title: "gate history", from: 0, text: await textOf(["history", "--limit", "200"]) };
    if (name === "r") return await aside(["recover"]);
    draw();
  }

  /** What a command prints, without colours. */
  async function textOf(argv: readonly string[]): Promise<string> {
    const said: string[] = [];
    const keep = (text: string) => void said.push(text);
    const terminal = { input: false, output: false, error: false };
    await live.run([...argv, "--root", model.root], { ...io, terminal, out: keep, error: keep });
    return said.join("").trimEnd();
  }

  /** Runs a command on the terminal as it was before, and comes back to the view. */
  async function aside(argv: readonly string[]): Promise<void> {
    busy = true;
    stage.leave();
    try {
      await live.run([...argv, "--root", model.root], io);
      await io.ask("Press Enter to go back. ").catch(() => undefined);
    } finally {
      busy = false;
      if (!ending) stage.enter();
    }
  }

  /** Whose the changes are is asked once for all that came together. */
  async function refreshChanges(): Promise<void> {
    refreshing = undefined;
    const known = await readHistory(live);
    const isOurs = ({ path, revision }: Told) =>
      known.some((entry) => entry.revision === revision && (revision !== undefined || entry.path === path));
    const others = told.filter((change) => !isOurs(change)).map(changeOf);
    told = [];
    seen = [...others, ...seen].slice(0, CHANGES);
    model = { ...model, changes: mergeChanges(known, seen) };
    draw();
  }

  function takeIn(event: WatchEvent): void {
    // The first state is what was there before, not a change.
    if (event.event === "work" || (event.event === "state" && model.state)) told = [event, ...told].slice(0, CHANGES);
    if (event.event === "work" || event.event === "state")
      refreshing ??= setTimeout(() => void refreshChanges().catch(fail), GATHER);
    model = afterEvent(model, event);
    model = { ...model, branch: checkedOutBranch(model.root) };
    live.heard(event);
    draw();
  }

  live.notices((notice) => {
    model = { ...model, notice };
    draw();
  });
  const clock = setInterval(() => {
    model = { ...model, branch: checkedOutBranch(model.root) };
    draw();
  }, REDRAW);
  stage.enter();
  try {
    for await (const event of events) {
      takeIn(event);
    }
  } finally {
    clearInterval(clock);
    clearTimeout(refreshing);
    stage.leave();
  }
  if (failure) throw failure.error;
  return ending?.signal;
}

function changeOf({ timestamp, exists, path }: Told): SeenChange {
  return { time: Date.parse(timestamp), operation: exists ? "edited" : "removed", path, author: "another program" };
}

/** Up and down in a panel; any other key closes it. */
function moved(panel: Panel, key: string, page: number): Panel | undefined {
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    "page up": -page,
    "page down": page,
    home: Number.NEGATIVE_INFINITY,
    end: Number.MAX_SAFE_INTEGER,
  };
  const step = steps[key];
  return step === undefined ? undefined : { ...panel, from: Math.max(0, panel.from + step) };
}

/** A history that cannot be read is none: the view goes on without. */
async function readHistory({ openGate }: Live): Promise<readonly HistoryItem[]> {
  try {
    return (await history(openGate(), { limit: CHANGES })).entries;
  } catch (error) {
    if (error instanceof GateError) return [];
    throw error;
  }
}
