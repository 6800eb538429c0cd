/** What the tests of stores run in processes of their own: `node driver.mjs <arguments as JSON>`. */
import { writeSync } from "node:fs";
import { openProject } from "../../src/files/guard/project.ts";
import type { Backend, Driver } from "../../src/store/driver.ts";
import { automaticName } from "../../src/store/names.ts";
import { openStore } from "../../src/store/open.ts";
import { PATIENCE } from "./patience.ts";

export interface StoreAct {
  readonly act: "increment" | "pairs" | "everything";
  readonly root: string;
  readonly backend: Backend;
  readonly url?: string;
  readonly times: number;
}

const given = JSON.parse(process.argv[2] ?? "{}") as StoreAct;

function open(): Promise<Driver> {
  return openStore(given.backend, {
    project: openProject(given.root),
    namespace: "default",
    access: "write",
    timeout: PATIENCE,
    clock: () => Date.now(),
    command: "test",
    url: given.url,
  });
}

async function increment(driver: Driver): Promise<void> {
  for (let count = 0; count < given.times; count++) {
    await driver.update(["n"], (found) => ({
      writes: new Map([["n", String(Number(found.get("n")?.value ?? "0") + 1)]]),
      result: undefined,
    }));
  }
}

/** Two keys that are always written together, and always the same. */
async function pair(driver: Driver, count: number): Promise<void> {
  const text = JSON.stringify("x".repeat((count * 7919) % 3000) + count);
  const writes = new Map([
    ["a", text],
    ["b", text],
  ]);
  await driver.update([], () => ({ writes, result: undefined }));
}

const driver = await open();
if (given.act === "increment") await increment(driver);
if (given.act === "pairs") for (let count = 0; count < given.times; count++) await pair(driver, count);
for (let count = 0; given.act === "everything" && count < given.times; count++) {
  await pair(driver, count);
  const acknowledged = await driver.update(["n"], (found) => {
    const next = Number(found.get("n")?.value ?? "0") + 1;
    return { writes: new Map([["n", String(next)]]), result: next };
  });
  writeSync(1, `${acknowledged}\n`);
  if (count % 5 === 4) {
    const name = automaticName("auto", Date.now());
    await driver.checkpoint(name);
    await driver.restore(name, automaticName("before-restore", Date.now()));
  }
}
await driver.close();
writeSync(1, "done\n");
