/**
 * The live view: events into a model, the model onto the stage, keys into what
 * they do. The clock redraws it too, because ages grow.
 */
import { checkedOutBranch } from "../../files/git/checkout.ts";
import type { Gate } from "../../gate/gate.ts";
import type { WatchEvent } from "../../gate/watch/events.ts";
import type { Io, Screen } from "../io.ts";
import { type Style, styleOf } from "../style.ts";
import { afterEvent, EMPTY, type WatchModel } from "../views/watch/model.ts";
import { HELP, type Panel, viewPanel } from "../views/watch/panel.ts";
import { viewScreen } from "../views/watch/screen.ts";
import { Changes } from "./changes.ts";
import { OtherIssues } from "./issues.ts";
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

/** Shows the watch until a person or a signal ends it; returns the signal. */
export async function showLive(live: Live): Promise<NodeJS.Signals | undefined> {
  return await new LiveView(live).show();
}

class LiveView {
  readonly #live: Live;
  readonly #style: Style;
  readonly #painter = new Painter();
  readonly #stage: Stage;
  readonly #changes: Changes;
  readonly #issues: OtherIssues;
  #model: WatchModel = EMPTY;
  #panel: Panel | undefined;
  /** Another command has the terminal. */
  #isAway = false;
  #end: { readonly signal: NodeJS.Signals | undefined } | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(live: Live) {
    this.#live = live;
    this.#style = styleOf(live.io, "output");
    this.#stage = new Stage(live.screen, live.io.terminal.input, {
      end: (signal) => this.#finish(signal),
      redraw: () => {
        this.#painter.forget();
        this.#draw();
      },
      key: (name) => void this.#press(name).catch(this.#failed),
    });
    this.#changes = new Changes({
      openGate: () => live.openGate(),
      show: (changes) => this.#change({ changes }),
      failed: this.#failed,
    });
    this.#issues = new OtherIssues({
      openGate: () => live.openGate(),
      show: (found) => this.#change(found),
      failed: this.#failed,
    });
  }

  async show(): Promise<NodeJS.Signals | undefined> {
    this.#live.notices((notice) => this.#change({ notice }));
    const clock = setInterval(() => {
      this.#issues.tick();
      this.#change({ branch: checkedOutBranch(this.#model.root) });
    }, REDRAW);
    this.#stage.enter();
    try {
      for await (const event of this.#live.events) this.#take(event);
    } finally {
      clearInterval(clock);
      this.#changes.close();
      this.#issues.close();
      this.#stage.leave();
    }
    if (this.#failure) throw this.#failure.error;
    return this.#end?.signal;
  }

  #take(event: WatchEvent): void {
    // The first state is what was there before, not a change.
    if (event.event === "work" || event.event === "state") {
      this.#changes.take(event, event.event === "work" || this.#model.state !== undefined);
      this.#issues.take(event);
    }
    const model = afterEvent(this.#model, event);
    this.#live.heard(event);
    this.#change({ ...model, branch: checkedOutBranch(model.root) });
  }

  #change(model: Partial<WatchModel>): void {
    this.#model = { ...this.#model, ...model };
    this.#draw();
  }

  #draw(): void {
    if (this.#isAway || this.#end) return;
    const { size } = this.#stage;
    const view = this.#panel && viewPanel(this.#panel, size, this.#style);
    this.#panel = view?.panel;
    const rows = view?.rows ?? viewScreen(this.#model, size, Date.now(), this.#style);
    this.#stage.write(this.#painter.paint(rows));
  }

  async #press(name: string): Promise<void> {
    if (this.#isAway) return;
    if (name === "q!" || (name === "q" && !this.#panel)) return this.#finish(undefined);
    if (this.#panel) this.#panel = moved(this.#panel, name, this.#stage.size.rows - 4);
    else if (name === "?") this.#panel = HELP;
    else if (name === "c") this.#panel = await this.#panelOf("check");
    else if (name === "h") this.#panel = await this.#panelOf("history", "--limit", "200");
    else if (name === "r") return await this.#leaveFor("recover");
    this.#draw();
  }

  /** What a command prints, without colours. */
  async #panelOf(command: string, ...words: readonly string[]): Promise<Panel> {
    const { io, run } = this.#live;
    let printed = "";
    const keep = (text: string) => void (printed += text);
    const terminal = { input: false, output: false, error: false };
    await run([command, ...words, "--root", this.#model.root], { ...io, terminal, out: keep, error: keep });
    return { title: `gate ${command}`, from: 0, text: printed.trimEnd() };
  }

  /** Runs a command on the terminal as it was before, and comes back to the view. */
  async #leaveFor(command: string): Promise<void> {
    const { io, run } = this.#live;
    this.#isAway = true;
    this.#stage.leave();
    try {
      await run([command, "--root", this.#model.root], io);
      await io.ask("Press Enter to go back. ").catch(() => undefined);
    } finally {
      this.#isAway = false;
      if (!this.#end) this.#stage.enter();
    }
  }

  #finish(signal: NodeJS.Signals | undefined): void {
    this.#end ??= { signal };
    void this.#live.events.return?.();
  }

  /** Nobody waits for what keys and timers begin. */
  readonly #failed = (error: unknown): void => {
    this.#failure ??= { error };
    this.#finish(undefined);
  };
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
