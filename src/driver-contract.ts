/**
 * The contract of the drivers of keys, as tests for drivers of one's own: what `openKv` is
 * given has to pass it. The package's own drivers do.
 *
 * ```ts
 * import { describe, test } from "node:test";
 * import { driverContract } from "state-gatekeeper/driver-contract";
 *
 * driverContract("my driver", (place, options) => openMyDriver(`/tmp/${place}`, options), { describe, test });
 * ```
 */
import { randomUUID } from "node:crypto";
import * as nodeTest from "node:test";
import { CHECKPOINT_CASES } from "./store/contract-checkpoints.ts";
import { KEY_CASES } from "./store/contract-keys.ts";
import { CONTRACT_TIME } from "./store/contract-steps.ts";
import type { Driver, OpenDriverOptions } from "./store/driver.ts";

export type {
  Access,
  Change,
  Checkpoint,
  CheckpointSummary,
  Driver,
  Entries,
  Entry,
  OpenDriver,
  OpenDriverOptions,
  Writes,
} from "./store/driver.ts";

/**
 * Opens a driver for a test. `place` is a name: the same one is the same place, whose stores
 * stay, and a new one has none.
 */
export type MakeDriver = (place: string, options: OpenDriverOptions) => Driver | Promise<Driver>;

/** How the tests are run. */
export interface DriverContractOptions {
  /** The test runner's own functions; those of `node:test` by default. */
  readonly describe?: (name: string, body: () => void) => unknown;
  readonly test?: (name: string, body: () => Promise<void>) => unknown;
  /** Whether what was written is there when it is opened again; `true` by default. */
  readonly durable?: boolean;
  /** Milliseconds that the drivers may wait for others; 10,000 by default. */
  readonly timeout?: number;
}

/** Defines a suite of tests that holds a driver to the contract. The drivers are given a clock that stands. */
export function driverContract(name: string, makeDriver: MakeDriver, options: DriverContractOptions = {}): void {
  const { describe = nodeTest.describe, test = nodeTest.test, durable = true, timeout: patience = 10_000 } = options;
  describe(`${name} keeps the contract`, () => {
    for (const { title, run } of [...KEY_CASES, ...CHECKPOINT_CASES].filter((each) => durable || !each.durable)) {
      test(title, async () => {
        const place = randomUUID();
        await run({
          durable,
          open: async ({ namespace = "default", access = "write", timeout = patience } = {}) =>
            await makeDriver(place, { namespace, access, timeout, clock: () => CONTRACT_TIME }),
        });
      });
    }
  });
}
