/**
 * Undo against a model: an editor's two stacks. Whatever the sequence of changes,
 * edits by others, undos and redos, the document is what the model says, and every
 * text that stood in it when the gate changed it is in the history.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { diff } from "../../src/gate/history/diff.ts";
import { history } from "../../src/gate/history/history.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { runs } from "../support/effort.ts";
import { type TestProject, viewProject } from "../support/project.ts";

const STATE = ".claude/state.md";

type Text = string | undefined;
type Pile<T> = { readonly top: T; readonly rest: Pile<T> } | undefined;

/** What can be undone and what can be redone, the next one on top. */
interface Stacks {
  readonly done: Pile<Text>;
  readonly redo: Pile<{ readonly text: Text; readonly done: Pile<Text> }>;
}

/** How things were before one step of the editor. */
interface Moment {
  readonly text: Text;
  readonly stacks: Stacks;
}

interface Situation {
  readonly stacks: Stacks;
  readonly past: readonly Moment[];
}

/** Steps that others have taken back by hand count as if they had not been taken. */
function settled({ stacks, past }: Situation, now: Text): Situation {
  const last = past.at(-1);
  return last && last.text === now ? settled({ stacks: last.stacks, past: past.slice(0, -1) }, now) : { stacks, past };
}

function step({ stacks, past }: Situation, now: Text, to: Stacks): Situation {
  return { stacks: to, past: [...past, { text: now, stacks }] };
}

function changed(situation: Situation, before: Text): Situation {
  const now = settled(situation, before);
  return step(now, before, { done: { top: before, rest: now.stacks.done }, redo: undefined });
}

type Went = { readonly text: Text; readonly situation: Situation } | undefined;

function backTo(now: Situation, text: Text, target: Text, done: Pile<Text>): Went {
  const redo = { top: { text, done: now.stacks.done }, rest: now.stacks.redo };
  return { text: target, situation: step(now, text, { done, redo }) };
}

function undone(situation: Situation, text: Text): Went {
  const now = settled(situation, text);
  let { done } = now.stacks;
  while (done && done.top === text) done = done.rest;
  return done && backTo(now, text, done.top, done.rest);
}

function undoneBehind(situation: Situation, text: Text, at: number): Went {
  const { text: target, stacks } = situation.past[at]!;
  return target === text ? undefined : backTo(settled(situation, text), text, target, stacks.done);
}

function redone(situation: Situation, text: Text): Went {
  const now = settled(situation, text);
  let { redo } = now.stacks;
  while (redo && redo.top.text === text) redo = redo.rest;
  return redo && { text: redo.top.text, situation: step(now, text, { done: redo.top.done, redo: redo.rest }) };
}

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("save" as const) },
    { weight: 4, arbitrary: fc.constant("undo" as const) },
    { weight: 3, arbitrary: fc.constant("redo" as const) },
    { weight: 1, arbitrary: fc.constantFrom("start" as const, "remove" as const) },
    { weight: 2, arbitrary: fc.constantFrom(...["append", "damage", "garble"].map((edit) => ({ edit }))) },
    { weight: 1, arbitrary: fc.record({ restore: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ behind: fc.nat() }) },
  ),
  { minLength: 4, maxLength: 16 },
);

test("undo and redo are an editor's, and nothing is lost", async () => {
  await fc.assert(fc.asyncProperty(steps, follow), runs(60, 1234));
}, 240_000);

async function follow(sequence: typeof steps extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "gate-undo-"));
  try {
    const project = viewProject(root);
    const { gate } = project;
    const file = join(root, STATE);
    const textNow = (): Text => (project.exists(STATE) ? readFileSync(file, "latin1") : undefined);
    const put = (text: Text) =>
      text === undefined ? rmSync(file, { force: true }) : writeFileSync(file, text, "latin1");
    const seen: Text[] = [];
    const replaced = new Set<Text>();
    let situation: Situation = { stacks: { done: undefined, redo: undefined }, past: [] };
    const change = async (act: () => Promise<unknown>) => {
      const before = textNow();
      const happened = await succeeds(act);
      if (textNow() === before) return;
      expect(happened).toBe(true);
      situation = changed(situation, before);
      replaced.add(before);
    };
    const go = async (went: Went, act: () => Promise<unknown>) => {
      const before = textNow();
      expect(await succeeds(act)).toBe(went !== undefined);
      expect(textNow()).toBe(went ? went.text : before);
      if (!went) return;
      ({ situation } = went);
      replaced.add(before);
    };
    project.write("README.md", "");
    await change(() => init(gate));
    await change(() => start(gate, { issue: 1, title: "One" }));
    let count = 0;
    for (const each of sequence) {
      seen.push(textNow());
      project.later(60_000);
      count++;
      if (each === "save") await change(() => save(gate, { nextSteps: [`step ${count}`] }));
      else if (each === "start") await change(() => start(gate, { issue: count + 1, title: "Next" }));
      else if (each === "remove") put(undefined);
      else if (each === "undo") await go(undone(situation, textNow()), () => undo(gate));
      else if (each === "redo") await go(redone(situation, textNow()), () => undo(gate, { redo: true }));
      else if ("edit" in each) put(edited(textNow() ?? "", each.edit, count));
      else if ("restore" in each) put(seen[each.restore % seen.length]);
      else {
        const at = each.behind % situation.past.length;
        const id = await idOf(project, situation.past.length, at);
        if (id !== undefined) await go(undoneBehind(situation, textNow(), at), () => undo(gate, { id }));
      }
    }
    const kept = await keptTexts(project);
    for (const text of replaced) expect(kept.has(text)).toBe(true);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function edited(text: string, edit: string, count: number): string {
  if (edit === "append") return `${text}\n## Active Work\n<!-- ${count} -->\n`;
  return edit === "damage" ? `## Active Work\r\n\r\n<<<<<<< ${count}\r\n` : `\xff\0## Active Work\n${count}\n`;
}

/** The entry of one step, as long as each step still has exactly one. */
async function idOf({ gate }: TestProject, length: number, at: number): Promise<string | undefined> {
  const { entries } = await history(gate, { paths: [STATE] });
  return entries.length === length ? entries[length - 1 - at]!.id : undefined;
}

async function keptTexts({ root, gate }: TestProject): Promise<Set<Text>> {
  const folder = join(root, ".claude/.gate/history/state.md");
  const { entries } = await history(gate, { paths: [STATE] });
  expect(readdirSync(folder)).toHaveLength(entries.length);
  for (const { id } of entries) expect(typeof (await diff(gate, { id, now: true })).diff).toBe("string");
  return new Set(
    entries.map(({ id, existed }) => {
      const file = readFileSync(join(folder, id), "latin1");
      return existed ? file.slice(file.indexOf("\n") + 1) : undefined;
    }),
  );
}

async function succeeds(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof GateError) return false;
    throw error;
  }
}
