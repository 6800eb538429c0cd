/** `gate batch next` and `gate batch extend`: see `gate/batch/next.ts`. */
import { GateError } from "../../../base/errors.ts";
import { claimNextFeature, extendFeatureClaim, nextFeature } from "../../../gate/batch/next.ts";
import type { DefinedCommand } from "../../command.ts";
import { batchOf, defineBatch } from "../../options/batch-options.ts";
import { readDuration, readWhole } from "../../options/numbers.ts";
import { optionsOf } from "../../options.ts";
import { shown } from "../../style.ts";
import { written } from "../../written.ts";

interface Given {
  readonly claim?: boolean;
  readonly worker?: string;
  readonly lease?: string;
}

export const next: DefinedCommand = {
  description:
    "Names the first feature that is not completed, failed or skipped, whose dependencies are completed and that " +
    "nobody has claimed. With --claim it is this worker's alone until the lease ends. Exit code 3 where none is left.",
  examples: [
    ["gate batch next --json", "read which feature comes next"],
    ["gate batch next --claim --worker w1 --lease 30m", "take it"],
  ],
  define(command) {
    command
      .option("--claim", "take the feature, so that no other worker gets it")
      .option("--worker <name>", "who takes it")
      .option("--lease <duration>", "how long it is taken for (default: 15m)");
    defineBatch(command);
    return async (call) => {
      const { claim = false, worker, lease } = optionsOf<Given>(command, "claim", "worker", "lease");
      const gate = call.openGate();
      const batch = batchOf(command, call);
      if (!claim) {
        if (worker !== undefined || lease !== undefined) throw withoutClaim();
        const result = await nextFeature(gate, batch);
        return { result, text: () => `${result.index}  ${shown(result.feature)}` };
      }
      if (worker === undefined) throw withoutWorker("claim a feature");
      const input = { ...batch, worker, ...(lease !== undefined && { lease: readDuration(lease, "--lease") }) };
      const outcome = await claimNextFeature(gate, input, call.write);
      const { index, feature, expiresAt } = outcome.value;
      const text = () => `${index}  ${shown(feature)}\nClaimed by ${shown(worker)} until ${expiresAt}`;
      return { result: outcome.value, ...written(outcome), text };
    };
  },
};

export const extend: DefinedCommand = {
  description:
    "Lets the lease of a claimed feature begin anew. A lease that has ended is taken up again if nobody else has " +
    "claimed the feature; otherwise CONFLICT, exit code 4.",
  examples: [["gate batch extend 3 --worker w1", "keep feature 3 for 15 more minutes"]],
  define(command) {
    command
      .argument("<index>", "the feature")
      .option("--worker <name>", "who has it")
      .option("--lease <duration>", "for how long from now (default: 15m)");
    defineBatch(command);
    return async (call) => {
      const { worker, lease } = optionsOf<Given>(command, "worker", "lease");
      const index = readWhole(command.args[0]!, "the index");
      if (worker === undefined) throw withoutWorker("extend a claim");
      const input = {
        ...batchOf(command, call),
        index,
        worker,
        ...(lease !== undefined && { lease: readDuration(lease, "--lease") }),
      };
      const outcome = await extendFeatureClaim(call.openGate(), input, call.write);
      const text = () => `Feature ${index} stays with ${shown(worker)} until ${outcome.value.expiresAt}`;
      return { result: outcome.value, ...written(outcome), text };
    };
  },
};

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
