/** The contract finds what breaks it: a driver that keeps all of it but one rule fails there. */
import { expect, test } from "vitest";
import { driverContract, type MakeDriver } from "../../src/driver-contract.ts";
import { MemoryDriver } from "../../src/store/memory.ts";

/** The titles that a driver fails. */
async function failures(makeDriver: MakeDriver): Promise<string[]> {
  const failed: string[] = [];
  const running: Promise<void>[] = [];
  const given = {
    durable: false,
    describe: (_: string, body: () => void) => body(),
    test: (title: string, body: () => Promise<void>) => {
      running.push(body().catch(() => void failed.push(title)));
    },
  };
  driverContract("broken", makeDriver, given);
  await Promise.all(running);
  return failed;
}

class Unsorted extends MemoryDriver {
  override async keys() {
    return (await super.keys()).reverse();
  }
}

class Forgetful extends MemoryDriver {
  override async restore(name: string) {
    const { entries } = (await this.readCheckpoint(name))!;
    await this.fill(entries, []);
  }
}

test.each([
  ["nothing", (_: string, { clock }: { clock: () => number }) => new MemoryDriver({ clock }), []],
  [
    "the order of keys",
    (_: string, { clock }: { clock: () => number }) => new Unsorted({ clock }),
    ["any text is a key, and keys come sorted", "filling makes it exactly what is given, clearing empties it"],
  ],
  [
    "what was there before a restore",
    (_: string, { clock }: { clock: () => number }) => new Forgetful({ clock }),
    [
      "a checkpoint is a picture; restoring makes the store exactly it and keeps what was",
      "a checkpoint of nothing is one",
      "names of checkpoints are not taken twice, and unknown ones are not found",
    ],
  ],
])("a driver that breaks %s", async (_, make, expected) => {
  expect((await failures(make)).sort()).toEqual([...expected].sort());
});
