/**
 * Undo against a model: a tree of texts, and the place on it that the file has by what
 * it holds. Whatever the sequence of changes, edits by others, resets to an older text,
 * kills, undos, redos and restores, the document is what the model says, and the history
 * lists every text that it had when the gate changed it, with the one that it holds.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { storeVersion } from "../../src/files/record/store-version.ts";
import { readVersion } from "../../src/files/record/versions.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { diff } from "../../src/gate/history/diff.ts";
import { history } from "../../src/gate/history/history.ts";
import { restore, undo } from "../../src/gate/history/undo.ts";
import { runs } from "../support/effort.ts";
import { type TestProject, viewProject } from "../support/project.ts";
import { succeeds } from "../support/succeeds.ts";

const STATE = ".claude/state.md";

type Text = string | undefined;

/** A text that the document came to have by a change; `from` is the one it was made from. */
interface Place {
  readonly text: Text;
  readonly from: Place | undefined;
}

/** What the history should have of one write, or of what it met. */
interface Kept {
  readonly operation: string;
  /** Whose text it has. */
  readonly place: Place;
  /** What undoing this very version leads to. */
  readonly from: Place;
  readonly written: boolean;
}

/** Before the first version. */
const NOWHERE: Place = { text: undefined, from: undefined };

class Model {
  readonly kept: Kept[] = [];
  /** Where redoing leads: to what was undone here or made from this, whichever came last. */
  readonly #next = new Map<Place, Place>();

  /** Where a document that holds a text stands; `undefined` for what nobody has met. */
  placeOf(text: Text): Place | undefined {
    const newest = this.#newest();
    if (text === undefined) return newest.text === undefined ? newest : undefined;
    return this.kept.findLast(({ place }) => place.text === text)?.place;
  }

  /** What the gate makes of a text that it finds. */
  changed(found: Text, text: Text, operation: string): void {
    this.#grow(this.#met(found), text, operation);
  }

  /** What a gate was about to make of it. */
  killed(found: Text, text: Text): void {
    const from = this.#met(found);
    this.kept.push({ operation: "killed", place: { text, from }, from, written: false });
  }

  undone(found: Text): Place | undefined {
    const place = this.placeOf(found);
    return place === undefined ? this.#newest() : other(place, found, ({ from }) => from);
  }

  redone(found: Text): Place | undefined {
    const place = this.placeOf(found);
    return place && other(place, found, (each) => this.#next.get(each));
  }

  went(found: Text, to: Place, operation: string): void {
    const from = this.#met(found);
    this.kept.push({ operation, place: to, from, written: true });
    if (operation === "undo") this.#next.set(to, from);
  }

  /** The version that the document holds, by its number. */
  current(text: Text): number {
    if (text !== undefined) return this.kept.findLastIndex(({ place }) => place.text === text);
    const newest = this.kept.findLastIndex(({ written }) => written);
    return this.kept[newest]?.place.text === undefined ? newest : -1;
  }

  #newest(): Place {
    return this.kept.findLast(({ written }) => written)?.place ?? NOWHERE;
  }

  #met(found: Text): Place {
    return this.placeOf(found) ?? this.#grow(this.#newest(), found, "outside");
  }

  #grow(from: Place, text: Text, operation: string): Place {
    const place = { text, from };
    this.kept.push({ operation, place, from, written: true });
    this.#next.set(from, place);
    return place;
  }
}

/** The next place with another text. */
function other(place: Place, text: Text, next: (place: Place) => Place | undefined): Place | undefined {
  let found = next(place);
  while (found && found.text === text) found = next(found);
  return found;
}

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant("save" as const) },
    { weight: 5, arbitrary: fc.constant("undo" as const) },
    { weight: 4, arbitrary: fc.constant("redo" as const) },
    { weight: 1, arbitrary: fc.constantFrom("start" as const, "remove" as const, "kill" as const) },
    { weight: 2, arbitrary: fc.constantFrom(...["append", "damage", "garble"].map((edit) => ({ edit }))) },
    { weight: 2, arbitrary: fc.record({ reset: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ restore: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ behind: fc.nat() }) },
  ),
  { minLength: 4, maxLength: 18 },
);
type Each = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

test("undo, redo and restore go where the model goes, and nothing is lost", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      await inProject(async (world) => {
        for (const [at, each] of sequence.entries()) await world.take(each, at + 1);
      });
    }),
    runs(60, 1234),
  );
}, 240_000);

test("whatever is let go of, undoing ends and redoing is the way back", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.array(fc.nat(), { maxLength: 6 }), async (sequence, thinned) => {
      await inProject(async (world) => {
        for (const [at, each] of sequence.entries()) await world.take(each, at + 1);
        world.letGo(thinned);
        const passed = [world.text()];
        while (await succeeds(() => undo(world.project.gate))) {
          passed.push(world.text());
          expect(passed.length).toBeLessThan(60);
        }
        const [first, ...rest] = passed;
        for (const text of rest.reverse().slice(1)) {
          await undo(world.project.gate, { redo: true });
          expect(world.text()).toBe(text);
        }
        if (rest.length > 0) await undo(world.project.gate, { redo: true });
        expect(world.text()).toBe(first);
      });
    }),
    runs(40, 99),
  );
}, 240_000);

/** A document on the disk, and what the model says of it. */
class World {
  readonly project: TestProject;
  readonly model = new Model();
  readonly #seen: Text[] = [];
  #fresh = "";

  constructor(root: string) {
    this.project = viewProject(root);
  }

  text(): Text {
    return this.project.exists(STATE) ? readFileSync(join(this.project.root, STATE), "latin1") : undefined;
  }

  async begin(): Promise<void> {
    const { project } = this;
    project.write("README.md", "");
    await this.#change("init", () => init(project.gate));
    this.#fresh = this.text()!;
    await this.#change("start", () => start(project.gate, { issue: 1, title: "One" }));
  }

  async take(each: Each, count: number): Promise<void> {
    const { gate } = this.project;
    const text = this.text();
    this.#seen.push(text);
    this.project.later(60_000);
    if (each === "save") await this.#change(each, () => save(gate, { nextSteps: [`step ${count}`] }));
    else if (each === "start") await this.#change(each, () => start(gate, { issue: count + 1, title: "Next" }));
    else if (each === "remove") this.#put(undefined);
    else if (each === "kill") this.#kill(count);
    else if (each === "undo") await this.#go(each, this.model.undone(text), () => undo(gate));
    else if (each === "redo") await this.#go("undo --redo", this.model.redone(text), () => undo(gate, { redo: true }));
    else if ("edit" in each) this.#put(edited(text ?? this.#fresh, each.edit, count));
    else if ("reset" in each) this.#put(this.#seen[each.reset % this.#seen.length]);
    else await this.#goBy(each, text);
    await this.#compare();
  }

  /** Removes the files of versions, as thinning does, never that of the newest. */
  letGo(numbers: readonly number[]): void {
    const folder = join(this.project.root, ".claude/.gate/history/state.md");
    for (const number of numbers) {
      const names = readdirSync(folder).sort();
      if (names.length > 1) rmSync(join(folder, names[number % (names.length - 1)]!));
    }
  }

  async #goBy(each: { readonly restore: number } | { readonly behind: number }, text: Text): Promise<void> {
    const { gate } = this.project;
    const { kept } = this.model;
    const { entries } = await history(gate, { paths: [STATE] });
    const at = ("restore" in each ? each.restore : each.behind) % kept.length;
    const { id } = entries[kept.length - 1 - at]!;
    const { place, from } = kept[at]!;
    const [operation, target, act] =
      "restore" in each
        ? (["restore", place, () => restore(gate, { id })] as const)
        : (["undo", from, () => undo(gate, { id })] as const);
    await this.#go(operation, target.text === text ? undefined : target, act);
  }

  #put(text: Text): void {
    const file = join(this.project.root, STATE);
    if (text === undefined) rmSync(file, { force: true });
    else writeFileSync(file, text, "latin1");
  }

  #kill(count: number): void {
    const text = this.text();
    const bytes = Buffer.from(`${this.#fresh}killed ${count}\n`);
    const found = text === undefined ? undefined : Buffer.from(text, "latin1");
    const { project, clock } = this.project.gate;
    storeVersion(project, STATE, found, { operation: "killed", timestamp: clock(), bytes }).close();
    this.model.killed(text, bytes.toString("latin1"));
  }

  async #change(operation: string, act: () => Promise<unknown>): Promise<void> {
    const before = this.text();
    const happened = await succeeds(act);
    if (this.text() === before) return;
    expect(happened).toBe(true);
    this.model.changed(before, this.text(), operation);
  }

  async #go(operation: string, to: Place | undefined, act: () => Promise<unknown>): Promise<void> {
    const before = this.text();
    expect(await succeeds(act)).toBe(to !== undefined);
    expect(this.text()).toBe(to ? to.text : before);
    if (to) this.model.went(before, to, operation);
  }

  async #compare(): Promise<void> {
    const { gate } = this.project;
    const { kept } = this.model;
    const current = this.model.current(this.text());
    const { entries } = await history(gate, { paths: [STATE] });
    const found = entries.map(({ id, operation, revision, written, current: isCurrent }) => {
      const { bytes } = readVersion(gate.project, id, STATE);
      const text = revision === undefined ? undefined : Buffer.from(bytes).toString("latin1");
      return { operation, text, written, isCurrent };
    });
    const expected = kept.map(({ operation, place, written }, at) => {
      return { operation, text: place.text, written: written || at === current, isCurrent: at === current };
    });
    expect(found).toEqual(expected.reverse());
  }
}

async function inProject(run: (world: World) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "gate-undo-"));
  try {
    const world = new World(root);
    await world.begin();
    await run(world);
    const { gate } = world.project;
    const { entries } = await history(gate, { paths: [STATE] });
    for (const { id } of entries) expect(typeof (await diff(gate, { id })).diff).toBe("string");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function edited(text: string, edit: string, count: number): string {
  if (edit === "append") return `${text}\n<!-- ${count} -->\n`;
  return edit === "damage" ? `${text}\r\n<<<<<<< ${count}\r\n` : `${text}\xff\0${count}\n`;
}
