/**
 * Moving a namespace to another backend.
 *
 * All is copied, read back and compared, text for text, before the new backend is
 * the one that is remembered. Who saves meanwhile saves to the old one: then it is
 * copied again, and what came in the very last moment is taken along after the
 * switch. The old store stays as it is.
 */
import type { Shape } from "../../base/arguments.ts";
import { GateError } from "../../base/errors.ts";
import { BACKENDS, type Backend, type Checkpoint, type Driver, type Entries, type Entry } from "../../store/driver.ts";
import { openStore } from "../../store/open.ts";
import { readRemembered, remember } from "../../store/remembered.ts";
import { requireCall } from "../call.ts";
import type { Gate, WriteOptions } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { auditStore, type KvOptions, outcomeOf, storeOptions } from "./store.ts";

/** From where to where a namespace moves. */
export interface KvMigrateInput extends Pick<KvOptions, "namespace" | "redisUrl"> {
  readonly from: Backend;
  readonly to: Backend;
  /** Also where the new store holds something, which then is gone. */
  readonly force?: boolean;
}

/** What `kvMigrate` came to. */
export interface KvMigration {
  readonly from: Backend;
  readonly to: Backend;
  readonly keys: number;
  readonly checkpoints: number;
}

const SHAPE: Shape<KvMigrateInput> = {
  namespace: "text?",
  redisUrl: "text?",
  from: BACKENDS,
  to: BACKENDS,
  force: "flag?",
};

const MAX_ATTEMPTS = 5;

/** Moves a namespace to another backend; switches only after the copy has been compared. The call is the consent. */
export async function kvMigrate(
  gate: Gate,
  input: KvMigrateInput,
  options: WriteOptions = {},
): Promise<Outcome<KvMigration>> {
  requireCall("kvMigrate", { gate, input, options }, SHAPE);
  const { dryRun = false } = options;
  const { from, to } = input;
  const use = { ...input, operation: "kv migrate" };
  const reading = storeOptions(gate, { ...use, access: "read" });
  const writing = storeOptions(gate, { ...use, access: dryRun ? "read" : "write" });
  if (from === to) throw new GateError("INVALID_ARGUMENT", `Cannot migrate from ${from} to ${to}: they are the same`);
  const there = readRemembered(reading)?.backend;
  if (there !== undefined && there !== from) {
    throw new GateError("INVALID_ARGUMENT", `Cannot migrate from ${from}: the namespace is kept in ${there}`, {
      hint: `Run: gate kv migrate --from ${there} --to ${to}`,
    });
  }
  const source = await openStore(from, reading);
  try {
    const target = await openStore(to, writing);
    try {
      await requireRoom(target, input);
      if (dryRun) return outcomeOf(countsOf(input, await contentOf(source)));
      const content = await copy(source, target);
      await remember(writing, { backend: to, told: target.warnings });
      const late = await takeAlong(source, target, content.entries);
      auditStore(gate, target, use, { from, keys: content.entries.size, checkpoints: content.checkpoints.length });
      return outcomeOf(countsOf(input, content), [], [...content.warnings, ...late, ...target.warnings]);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

interface Content {
  readonly entries: Entries;
  readonly checkpoints: readonly Checkpoint[];
  readonly warnings: readonly string[];
}

async function copy(source: Driver, target: Driver): Promise<Content> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const content = await contentOf(source);
    await target.fill(content.entries, content.checkpoints);
    const copied = await contentOf(target);
    const fault = differenceOf(content, copied);
    if (fault !== undefined) {
      throw new GateError("INVALID_RESULT", `Cannot migrate to ${target.place}: ${fault} reads back differently`, {
        hint: "The old store is still the one that is used. Try again, and report it if it stays.",
      });
    }
    if (differenceOf(content, await contentOf(source)) === undefined) return content;
  }
  throw new GateError("CONFLICT", `Cannot migrate from ${source.place}: it changes all the time`, {
    hint: "Stop the programs that save to it, then try again.",
  });
}

/** What was saved to the old store between the last comparison and the switch. */
async function takeAlong(source: Driver, target: Driver, known: Entries): Promise<string[]> {
  const now = await source.entries();
  const late = new Map<string, string | undefined>();
  for (const [key, { value }] of now) if (value !== known.get(key)?.value) late.set(key, value);
  for (const key of known.keys()) if (!now.has(key)) late.set(key, undefined);
  if (late.size === 0) return [];
  await target.update([], () => ({ writes: late, result: undefined }));
  return [`Saved to the old store in the last moment, and taken along: ${[...late.keys()].join(", ")}`];
}

async function contentOf(driver: Driver): Promise<Content> {
  const entries = new Map(await driver.entries());
  const checkpoints: Checkpoint[] = [];
  const warnings: string[] = [];
  for (const { name, keys } of await driver.checkpoints()) {
    const checkpoint = keys === undefined ? undefined : await driver.readCheckpoint(name);
    if (checkpoint === undefined) warnings.push(`Checkpoint ${name} is damaged and stays in ${driver.place}`);
    else checkpoints.push(checkpoint);
  }
  return { entries, checkpoints, warnings };
}

/** The first thing in which two contents differ. When a checkpoint was made is no part of what it says. */
function differenceOf(one: Content, other: Content): string | undefined {
  const key = differentKey(one.entries, other.entries);
  if (key !== undefined) return `the key ${JSON.stringify(key)}`;
  if (one.checkpoints.length !== other.checkpoints.length) return "the number of checkpoints";
  const copies = new Map(other.checkpoints.map((each) => [each.name, each]));
  const odd = one.checkpoints.find(({ name, entries }) => {
    const found = copies.get(name);
    return found === undefined || differentKey(entries, found.entries) !== undefined;
  });
  return odd && `checkpoint ${odd.name}`;
}

function differentKey(one: Entries, other: Entries): string | undefined {
  const differs = ([key, { value, timestamp }]: readonly [string, Entry]) => {
    const found = other.get(key);
    return found?.value !== value || found.timestamp !== timestamp;
  };
  return [...one].find(differs)?.[0] ?? [...other.keys()].find((key) => !one.has(key));
}

async function requireRoom(target: Driver, { to, force }: KvMigrateInput): Promise<void> {
  if (force) return;
  const full = (await target.keys()).length > 0 || (await target.checkpoints()).length > 0;
  if (!full) return;
  throw new GateError("CONFLICT", `Cannot migrate to ${to}: ${target.place} holds something already`, {
    hint: "Look at it with --backend, then add --force to replace all of it.",
  });
}

function countsOf({ from, to }: KvMigrateInput, { entries, checkpoints }: Content): KvMigration {
  return { from, to, keys: entries.size, checkpoints: checkpoints.length };
}
