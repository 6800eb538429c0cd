/** `gate batch next` and `gate batch extend`: see `gate/batch/next.ts`. */
import { GateError } from "../../../base/errors.ts";
import { claimNextFeature, extendFeatureClaim, nextFeature } from "../../../gate/batch/next.ts";
import { found, wrote } from "../../answer.ts";
import { command } from "../../command.ts";
import { readDuration } from "../../numbers.ts";
import { BATCH, FEATURE } from "../../options/stores.ts";
import { shown } from "../../style.ts";

const workerOption = (about: string) => ({ flag: "--worker <name>", about }) as const;
const leaseOption = (about: string) => ({ flag: "--lease <duration>", about, read: readDuration }) as const;

export const next = command({
  description:
    "Names the first feature that is not completed, failed or skipped, whose dependencies are completed and that " +
    "nobody has claimed. With --claim it is this worker's alone until the lease ends. Exit code 3 where none is left.",
  examples: [
    ["gate batch next --json", "read which feature comes next"],
    ["gate batch next --claim --worker w1 --lease 30m", "take it"],
  ],
  options: {
    claim: { flag: "--claim", about: "take the feature, so that no other worker gets it" },
    worker: workerOption("who takes it"),
    lease: leaseOption("how long it is taken for (default: 15m)"),
    ...BATCH,
  },
  async run(call, { claim, worker, ...given }) {
    const gate = call.openGate();
    if (!claim) {
      if (worker !== undefined || given.lease !== undefined) throw withoutClaim();
      return found(await nextFeature(gate, given), viewFeature);
    }
    if (worker === undefined) throw withoutWorker("claim a feature");
    return wrote(await claimNextFeature(gate, { ...given, worker }, call.write), (claimed) => {
      return `${viewFeature(claimed)}\nClaimed by ${shown(worker)} until ${claimed.expiresAt}`;
    });
  },
});

export const extend = command({
  description:
    "Lets the lease of a claimed feature begin anew. A lease that has ended is taken up again if nobody else has " +
    "claimed the feature; otherwise CONFLICT, exit code 4.",
  examples: [["gate batch extend 3 --worker w1", "keep feature 3 for 15 more minutes"]],
  arguments: FEATURE,
  options: {
    worker: workerOption("who has it"),
    lease: leaseOption("for how long from now (default: 15m)"),
    ...BATCH,
  },
  async run(call, { worker, ...given }) {
    if (worker === undefined) throw withoutWorker("extend a claim");
    return wrote(await extendFeatureClaim(call.openGate(), { ...given, worker }, call.write), ({ expiresAt }) => {
      return `Feature ${given.index} stays with ${shown(worker)} until ${expiresAt}`;
    });
  },
});

function viewFeature({ index, feature }: { readonly index: number; readonly feature: string }): string {
  return `${index}  ${shown(feature)}`;
}

function withoutClaim(): GateError {
  return new GateError("INVALID_ARGUMENT", "Cannot name the next feature: --worker and --lease go with --claim", {
    hint: "Add --claim to take the feature.",
  });
}

function withoutWorker(act: string): GateError {
  return new GateError("INVALID_ARGUMENT", `Cannot ${act}: nobody is named to have it`, {
    hint: "Say who with --worker, for example --worker w1",
  });
}
