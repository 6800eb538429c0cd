/** Whatever happens to a file after a save, `recover` gives the save back: all of it, and no less. */
import { expect, test } from "vitest";
import { save } from "../../src/gate/documents/save.ts";
import { recover } from "../../src/gate/recovery/recover.ts";
import { status } from "../../src/gate/view/status.ts";
import {
  Chance,
  combine,
  DAMAGES,
  type Damage,
  damagedBy,
  MORE_DAMAGES,
  makeModel,
  measure,
  textOfModel,
} from "../support/damage.ts";
import { spread, upTo } from "../support/effort.ts";
import { makeProject } from "../support/project.ts";

const STATE = ".claude/state.md";

/** Saves a state, damages it and recovers it; what of the save is missing afterwards. */
async function missingAfter(damage: Damage, seed: number): Promise<{ facts: number; missing: readonly string[] }> {
  const model = makeModel(seed);
  const project = makeProject({ [STATE]: textOfModel(model) });
  await save(project.gate, { openQuestions: [{ question: `Was it ${seed}?` }] });
  const saved = project.read(STATE);
  project.write(STATE, damagedBy(damage, saved, new Chance(seed * 7919)).bytes);
  const { recovered } = (await recover(project.gate, { side: "both" })).value;
  const rebuilt = project.read(STATE);
  expect((await status(project.gate)).valid).toBe(true);
  const { readable, missing } = measure(model, saved, rebuilt);
  // What is still in order was changed, not damaged: nobody asked for the version before.
  return { facts: readable.length, missing: recovered ? missing : [] };
}

test.each(Object.entries({ ...DAMAGES, ...MORE_DAMAGES }))("%s", async (_name, damage) => {
  let facts = 0;
  for (let seed = 1; seed <= upTo(20, 1); seed++) {
    const found = await missingAfter(damage, seed);
    facts += found.facts;
    expect(found.missing, `seed ${seed}`).toEqual([]);
  }
  expect(facts).toBeGreaterThan(upTo(20, 5));
});

test("and pairs of them, but for those that make another issue of it", async () => {
  const pairs = Object.entries(DAMAGES).flatMap(([first, one]) =>
    Object.entries(DAMAGES).map(([second, other]) => [`${first}, then ${second}`, combine(one, other)] as const),
  );
  let facts = 0;
  const missing: string[] = [];
  for (const [at, [name, damage]] of spread(pairs, 15).entries()) {
    const found = await missingAfter(damage, at + 1);
    facts += found.facts;
    missing.push(...found.missing.map((fact) => `${name}, seed ${at + 1}: ${fact}`));
  }
  // A title and a number that are both damaged are those of another issue, with which nothing is mixed.
  expect(missing.length, missing.join("\n")).toBeLessThanOrEqual(facts / 1000);
});
