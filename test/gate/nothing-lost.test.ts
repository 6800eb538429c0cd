/**
 * Nothing is lost: no path through any command deletes or overwrites bytes that
 * exist nowhere else.
 *
 * What a user ever had is what stood in a file below the project right before a
 * command ran, be it a document, a backup, a copy of a conflict or somebody's own
 * file. Right after the command, whether it succeeded or not, the same bytes stand
 * in one piece in some file or in the history. What people delete between two
 * commands is theirs to delete; but what the gate has kept once stays, until the
 * retention of `docs/history.md` lets it go.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { GateError } from "../../src/base/errors.ts";
import { system } from "../../src/files/guard/system.ts";
import { cleanUpBatch } from "../../src/gate/batch/cleanup.ts";
import { createBatch } from "../../src/gate/batch/create.ts";
import { done } from "../../src/gate/documents/done.ts";
import { init } from "../../src/gate/documents/init.ts";
import { save } from "../../src/gate/documents/save.ts";
import { start } from "../../src/gate/documents/start.ts";
import { undo } from "../../src/gate/history/undo.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { decodeText } from "../../src/syntax/escape.ts";
import { replaced, systemError, wrapped } from "../files/faults.ts";
import { inPairs } from "../files/processes.ts";
import { runAlone } from "../support/alone.ts";
import { type Given, given, runCommand, textsOf } from "../support/commands.ts";
import { useDriver } from "../support/driver-bundle.ts";
import { runs, spread, upTo } from "../support/effort.ts";
import { contentsOf, holdingsOf, keptBy, lostBetween } from "../support/holdings.ts";
import { commit, type Deed, deed } from "../support/others.ts";
import { fixture, type TestProject, viewProject } from "../support/project.ts";
import { ARCHIVED, SCENES, STATE, WORK } from "../support/scenes.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

runAlone();

type Step = Given | Deed | { readonly later: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: given },
    { weight: 3, arbitrary: deed },
    {
      weight: 1,
      arbitrary: fc.record({
        later: fc.constantFrom(MINUTE, 90 * MINUTE, DAY, 40 * DAY, -MINUTE, -DAY, -40 * DAY),
      }),
    },
  ),
  { minLength: 6, maxLength: 20 },
);

/** Work that has begun, so that there is something to lose. */
const BEGINNING: readonly Step[] = [
  { command: { run: "start", input: { issue: 1, title: "One" } }, dryRun: false, ifMatch: "any" },
  {
    command: { run: "save", input: { progress: [{ status: "pending", text: "first" }], log: ["begun"] } },
    dryRun: false,
    ifMatch: "any",
  },
];

describe("whatever happens to the files", () => {
  test("every byte that stood somewhere before a command stands somewhere after it", async () => {
    await fc.assert(
      fc.asyncProperty(steps, (sequence) => inFolder((project) => follow(project, sequence))),
      runs(30, 20241023, 5),
    );
  });
});

/** Each scene is prepared once, and copied. */
const prepared = new Map<string, TestProject>();
afterAll(() => {
  for (const { root } of prepared.values()) rmSync(root, { recursive: true, force: true });
});

/** Acts in a folder in which a scene is prepared, an hour later. */
async function inScene<T>(name: string, act: (project: TestProject) => Promise<T>): Promise<T> {
  return await inFolder(async (project) => {
    cpSync((await originalOf(name)).root, project.root, { recursive: true });
    project.later(60 * MINUTE);
    return await act(project);
  });
}

async function originalOf(name: string): Promise<TestProject> {
  const known = prepared.get(name);
  if (known) return known;
  const project = viewProject(mkdtempSync(join(tmpdir(), "gate-lost-")));
  prepared.set(name, project);
  mkdirSync(join(project.root, ".claude"));
  await SCENES[name]!.prepare(project);
  return project;
}

async function inFolder<T>(act: (project: TestProject) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "gate-lost-"));
  try {
    mkdirSync(join(root, ".claude"));
    return await act(viewProject(root));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function follow(project: TestProject, sequence: readonly Step[]): Promise<void> {
  const seen: string[] = [];
  for (const step of [...BEGINNING, ...sequence]) {
    if ("later" in step) project.later(step.later);
    else if ("deed" in step) commit(project.root, step, seen);
    else {
      seen.push(...holdingsOf(project.root).files.values());
      await observe(project, step);
    }
  }
}

/** Runs one command, and holds it to what this file is about. */
async function observe(project: TestProject, step: Given): Promise<void> {
  const before = holdingsOf(project.root);
  const said = await sayingOf(() => runCommand(project.gate, step));
  const after = holdingsOf(project.root);
  expect(lostBetween(before, after)).toEqual([]);
  if (step.dryRun) expect(after).toEqual(before);
  if (said === undefined || step.dryRun) return;
  // What is left out is said.
  if (said.some((words) => words.includes("does not take"))) return;
  expect(untold(project.root, step)).toEqual([]);
}

/** What a command says; `undefined` where it refused. */
async function sayingOf<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

/** The texts given to a command that can be read in no document now. */
function untold(root: string, { command }: Given): string[] {
  const texts = [...holdingsOf(root).files]
    .filter(([name]) => name.endsWith(".md"))
    .map(([, bytes]) => Buffer.from(bytes, "latin1").toString());
  const told = texts.map((text) => decodeText(text.replace(/\s+/g, " "))).join("\n");
  const bare = texts.map(withoutEscapes).join("\n");
  return textsOf(command).filter((text) => {
    // Of Markdown the lines stay, with backslashes where it would be structure.
    if (text.includes("\n")) return !bare.includes(withoutEscapes(text));
    return !told.includes(text.replace(/\s+/g, " "));
  });
}

function withoutEscapes(text: string): string {
  return text.replace(/[\\\s]/g, "");
}

/** How many of the calls that name a document an editor saves before; the last ones are those of the write. */
const MOMENTS = upTo(3, 1);

describe("an editor that saves in the middle of a command", () => {
  const ways = ["in place", "by renaming"] as const;
  const cases = Object.entries(SCENES).flatMap(([name, { documents }]) =>
    documents.flatMap((document) => ways.map((way) => [name, document, way] as const)),
  );

  test.each(cases)("%s, of %s, %s: what it saved is somewhere, and all the rest", async (name, document, way) => {
    const { act } = SCENES[name]!;
    /** Runs the command; before call number `moment` the editor saves. */
    const run = async (project: TestProject, save: () => void, moment?: number) => {
      const named: number[] = [];
      let calls = 0;
      const running = wrapped(
        (call, goOn, args) => {
          const isNamed = args.some((argument) => isNameOf(document, argument));
          // Between the last look at a name and the call that takes it nobody can be seen.
          const isTaken = call === "renameSync" || call === "unlinkSync";
          if (isNamed && !(isTaken && way === "by renaming")) named.push(calls);
          if (calls++ === moment) save();
          return goOn();
        },
        () => act(project),
      );
      await sayingOf(async () => void (await running));
      return named;
    };
    const moments = await inScene(name, (project) => run(project, () => undefined));
    for (const moment of moments.slice(-MOMENTS)) {
      await inScene(name, async (project) => {
        const mine = `${project.read(document)}- mine\n`;
        const before = holdingsOf(project.root);
        const temporary = `${document}~`;
        await run(
          project,
          () => {
            project.write(way === "in place" ? document : temporary, mine);
            if (way === "by renaming") renameSync(join(project.root, temporary), join(project.root, document));
          },
          moment,
        );
        // What the editor replaced stands in its own text.
        const files = new Map(before.files).set(document, Buffer.from(mine).toString("latin1"));
        expect(lostBetween({ ...before, files }, holdingsOf(project.root)), `call ${moment}`).toEqual([]);
      });
    }
  });
});

/** Whether an argument of a call is the path of a document or of a temporary beside it. */
function isNameOf(document: string, argument: unknown): boolean {
  const name = basename(document);
  return typeof argument === "string" && (argument.endsWith(`/${name}`) || argument.includes(`/.${name}.`));
}

const driver = useDriver(join(import.meta.dirname, "../support/crash-driver.ts"));

describe("a process that is killed", () => {
  test.each(spread(Object.keys(SCENES), 4))(
    "before any call of %s that changes a name leaves everything somewhere",
    async (name) => {
      const before = holdingsOf((await originalOf(name)).root);
      const total = await inScene(name, async ({ root }) => Number((await drive(root, name)).output));
      expect(total).toBeGreaterThan(0);
      const points = spread(
        Array.from({ length: total }, (_, index) => index + 1),
        2,
      );
      await inPairs(points, (point) =>
        inScene(name, async ({ root }) => {
          expect(await drive(root, name, point)).toEqual({ signal: "SIGKILL", output: "" });
          expect(lostBetween(before, holdingsOf(root)), `call ${point} of ${total}`).toEqual([]);
        }),
      );
    },
  );
});

function drive(root: string, name: string, point = 0): Promise<{ signal: NodeJS.Signals | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [driver(), root, `scene ${name}`, String(point)], { cwd: root });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("close", (_, signal) => resolve({ signal, output }));
  });
}

describe("the retention", () => {
  test("keeps the newest 50, then one an hour for two days and one a day for 30, and 20 backups", async () => {
    await inFolder(async (project) => {
      const { gate, root } = project;
      let now = gate.clock();
      const versions: { bytes: string; time: number }[] = [];
      const damaged: string[] = [];
      const stands = () => versions.push({ bytes: readFileSync(join(root, STATE), "latin1"), time: now });
      await start(gate, { issue: 42, title: "Try the gate" });
      stands();
      const steps = [...Array(33).fill(DAY), ...Array(40).fill(25 * MINUTE), ...Array(30).fill(1000)] as number[];
      for (const [count, step] of steps.entries()) {
        project.later(step);
        now += step;
        await save(gate, { nextSteps: [`step ${count}`] });
        stands();
        if (count % 4 !== 0 || damaged.length > 21) continue;
        const text = `${versions.at(-1)!.bytes}<<<<<<< HEAD\na ${count}\n=======\nb\n>>>>>>> c\n`;
        project.write(STATE, Buffer.from(text, "latin1"));
        stands();
        damaged.push(text);
        await recover(gate, { side: "both" });
        stands();
      }
      // Of what is older than the newest 50, the last of its hour or day.
      const old = versions.slice(0, -50);
      const spanOf = ({ time }: (typeof old)[number]) => {
        return now - time <= 2 * DAY ? Math.floor(time / (60 * MINUTE)) : -Math.floor(time / DAY);
      };
      const last = new Map(old.filter(({ time }) => now - time <= 30 * DAY).map((each) => [spanOf(each), each]));
      const kept = [...last.values(), ...versions.slice(-50)];
      expect(last.size).toBeGreaterThan(30);
      const entries = [...holdingsOf(root).entries]
        .filter(([id]) => id.startsWith("state.md/"))
        .sort(([one], [other]) => (one < other ? -1 : 1));
      expect(entries.map(([, entry]) => keptBy(entry))).toEqual(kept.map(({ bytes }) => bytes));
      const backups = [...holdingsOf(root).files].filter(([name]) => name.includes(".bak")).map(([, bytes]) => bytes);
      expect(backups.sort()).toEqual(damaged.slice(-20).sort());
    });
  });

  test.each([-400])("loses nothing to a clock that was wrong by %i days for a while", async (days) => {
    await inFolder(async (project) => {
      await start(project.gate, { issue: 42, title: "Try the gate" });
      for (let count = 1; count <= 40; count++) {
        project.later(60 * MINUTE);
        await save(project.gate, { nextSteps: [`step ${count}`] });
      }
      const before = holdingsOf(project.root);
      project.later(days * DAY);
      await undo(project.gate);
      await undo(project.gate, { redo: true });
      project.later(-days * DAY);
      await save(project.gate, { nextSteps: ["after"] });
      expect(lostBetween(before, holdingsOf(project.root))).toEqual([]);
    });
  });
});

describe("what was found", () => {
  const project = async (act: (project: TestProject) => Promise<void>) =>
    await inFolder(async (made) => {
      await start(made.gate, { issue: 42, title: "Try the gate" });
      await act(made);
    });

  test("a description and an address for a work file that is there already are not dropped in silence", () =>
    project(async ({ gate, root }) => {
      const given = { issue: 42, title: "Try the gate", url: "https://example.org/42", description: "What it is\n" };
      const { warnings } = await start(gate, given);
      expect(warnings).toEqual([
        `${WORK} was there already and does not take the address and the description; add by hand what it should say`,
      ]);
      rmSync(join(root, WORK));
      expect((await start(gate, given)).warnings).toEqual([]);
      expect((await start(gate, given)).warnings).toEqual([]);
    }));

  test("a description for the missing work file of the active issue stands in it", () =>
    project(async ({ gate, root }) => {
      rmSync(join(root, WORK));
      await start(gate, { issue: 42, url: "https://example.org/42", description: "What it is" });
      const text = readFileSync(join(root, WORK), "utf8");
      expect(text).toContain("**GitHub:** https://example.org/42\n");
      expect(text).toContain("## Issue Description\n\nWhat it is\n");
    }));

  test("a pull request makes the work file that is missing", () =>
    project(async ({ gate, root }) => {
      rmSync(join(root, WORK));
      const { value } = await done(gate, { pullRequest: "https://example.org/p/1" });
      expect(value.archivedTo).toBe(ARCHIVED);
      expect(readFileSync(join(root, ARCHIVED), "utf8")).toContain("**Pull Request:** https://example.org/p/1\n");
    }));

  test("an issue without a number takes nothing that only a work file could keep", () =>
    inFolder(async (project) => {
      project.write(STATE, fixture("read/issue-jira.md"));
      const before = project.tree();
      for (const input of [{ log: ["a"] }, { learnings: ["a"] }, { tests: [{ text: "a", done: true }] }]) {
        await expect(save(project.gate, input)).rejects.toMatchObject({ code: "NOT_FOUND" });
      }
      await expect(done(project.gate, { pullRequest: "p" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(project.tree()).toEqual(before);
      await save(project.gate, { progress: [{ status: "pending", text: "kept" }] });
      expect(project.read(STATE)).toContain("kept");
      await done(project.gate, { reason: "merged" });
    }));

  test("an entry stays where a replacement happened that was reported as failed", () =>
    project(async ({ gate, root }) => {
      const before = holdingsOf(root);
      const { renameSync: rename } = system;
      const renameSync = ((from: string, to: string) => {
        rename(from, to);
        if (to.endsWith("state.md")) throw systemError("EIO", "rename");
      }) as typeof rename;
      const failed = replaced({ renameSync }, () => save(gate, { nextSteps: ["x"] }));
      await expect(failed).rejects.toMatchObject({ code: "IO" });
      expect(lostBetween(before, holdingsOf(root))).toEqual([]);
    }));

  test("a removal that was reported as failed keeps its entry too", () =>
    inFolder(async ({ gate, root }) => {
      await init(gate);
      const before = holdingsOf(root);
      const { unlinkSync: unlink } = system;
      const unlinkSync = ((place: string) => {
        unlink(place);
        if (place.endsWith("/state.md")) throw systemError("EIO", "unlink");
      }) as typeof unlink;
      await expect(replaced({ unlinkSync }, () => undo(gate))).rejects.toMatchObject({ code: "IO" });
      expect(lostBetween(before, holdingsOf(root))).toEqual([]);
    }));

  test("so does that of a batch record", () =>
    inFolder(async ({ gate, root }) => {
      await createBatch(gate, { features: ["Add login"] });
      const before = holdingsOf(root);
      const { unlinkSync: unlink } = system;
      const unlinkSync = ((place: string) => {
        unlink(place);
        if (place.endsWith("/batch_state.json")) throw systemError("EIO", "unlink");
      }) as typeof unlink;
      await expect(replaced({ unlinkSync }, () => cleanUpBatch(gate))).rejects.toMatchObject({ code: "IO" });
      expect(lostBetween(before, holdingsOf(root))).toEqual([]);
    }));

  test.each(["linkSync", "fsyncSync"] as const)(
    "a file that is put over the archived one, after %s of a move, covers nothing and goes nowhere",
    (moment) =>
      project(async ({ gate, root }) => {
        const place = join(root, ARCHIVED);
        let linked = "";
        let isPut = false;
        const outcome = wrapped(
          (name, call, args) => {
            const result = call();
            if (name === "linkSync" && String(args[1]).endsWith("/42.md")) linked = readFileSync(place, "latin1");
            if (name === moment && linked !== "" && !isPut) {
              isPut = true;
              writeFileSync(`${place}~`, "mine\n");
              renameSync(`${place}~`, place);
            }
            return result;
          },
          () => done(gate, { reason: "merged" }),
        );
        await sayingOf(async () => await outcome);
        expect(isPut).toBe(true);
        const contents = contentsOf(holdingsOf(root));
        expect([contents.has("mine\n"), contents.has(linked)]).toEqual([true, true]);
      }),
  );

  test("what an editor writes into a document that is being removed is kept beside it, and said", () =>
    inFolder(async (project) => {
      await init(project.gate);
      const { unlinkSync: unlink } = system;
      const unlinkSync = ((place: string) => {
        if (place.endsWith("/state.md")) project.write(STATE, "mine\n");
        unlink(place);
      }) as typeof unlink;
      const { warnings } = await replaced({ unlinkSync }, () => undo(project.gate));
      const copy = /its text is in (\S+)$/.exec(warnings.join("\n"))?.[1];
      expect(project.read(copy!)).toBe("mine\n");
    }));

  test("the backup that is named is the one of the bytes that were replaced", () =>
    project(async ({ gate, root }) => {
      const file = join(root, STATE);
      writeFileSync(file, `${readFileSync(file, "utf8")}<<<<<<< HEAD\n=======\n>>>>>>> c\n`);
      const { openSync: open } = system;
      let isSaved = false;
      const openSync = ((place: string, ...rest: [number, number?]) => {
        if (/\.state\.md\.[^/]*\.tmp$/.test(place) && !isSaved) {
          isSaved = true;
          writeFileSync(file, `${readFileSync(file, "utf8")}- mine\n`);
        }
        return open(place, ...rest);
      }) as typeof open;
      const { value, backups } = await replaced({ openSync }, () => recover(gate, { side: "both" }));
      expect(backups).toHaveLength(2);
      expect(readFileSync(join(root, value.backup!), "utf8")).toContain("- mine\n");
    }));
});
