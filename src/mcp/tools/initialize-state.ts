/** `gate init` as a tool. */
import * as z from "zod/mini";
import { resultOf } from "../../gate/answer/answer.ts";
import { foreignRevision, init, initializationOf } from "../../gate/documents/init.ts";
import { requireConsent } from "../consent.ts";
import { TEXT, WRITTEN } from "../shapes.ts";
import { makeTool, WRITE } from "../tool.ts";

export const initializeState = makeTool({
  name: "initialize_state",
  description: "Make what is missing. adopt takes over another tool's file; the user is asked.",
  input: z.strictObject({ adopt: z.exactOptional(z.boolean()), dry_run: WRITE.dry_run }),
  unlisted: ["dry_run"],
  output: z.object({
    initialized: z.literal(true),
    state_file_created: TEXT,
    directories_created: z.array(z.string()),
    adopted: z.boolean(),
    revision: TEXT,
    ...WRITTEN,
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  async run({ adopt = false }, call, given) {
    const gate = await call.openGate({ create: true });
    const foreign = adopt ? await foreignRevision(gate) : undefined;
    if (foreign !== undefined && !given.dryRun) {
      await requireConsent(call, {
        act: "adopt .claude/state.md",
        question: "Add this to the file?",
        words: ["init", "--adopt"],
        planned: () => init(gate, { adopt }, { ...given, dryRun: true }),
      });
    }
    const write = foreign === undefined ? given : { ifMatch: foreign, ...given };
    const outcome = await init(gate, { adopt }, write);
    return { ...resultOf(outcome), result: await initializationOf(gate, outcome) };
  },
});
