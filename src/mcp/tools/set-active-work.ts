/** `gate start` as a tool. */
import * as z from "zod/mini";
import { GateError } from "../../base/errors.ts";
import { parseIssueNumber } from "../../base/ids.ts";
import { resultOf } from "../../gate/answer/answer.ts";
import { start } from "../../gate/documents/start.ts";
import { MAX_DESCRIPTION } from "../../gate/documents/start-input.ts";
import { START, WRITTEN } from "../shapes.ts";
import { makeTool, WRITE } from "../tool.ts";

export const setActiveWork = makeTool({
  name: "set_active_work",
  description: "Start or resume an issue; the active one is paused, nothing is lost.",
  input: z.strictObject({
    issue: z.int(),
    title: z.exactOptional(z.string()),
    branch: z.exactOptional(z.string()),
    started: z.exactOptional(z.string()),
    url: z.exactOptional(z.string()),
    description: z.exactOptional(z.string()),
    ...WRITE,
  }),
  output: z.object({ ...START, ...WRITTEN }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  async run({ issue, ...given }, { openGate }, write) {
    if (Buffer.byteLength(given.description ?? "") > MAX_DESCRIPTION) {
      throw new GateError("INVALID_ARGUMENT", `Cannot use the description: it is larger than ${MAX_DESCRIPTION} bytes`);
    }
    const number = parseIssueNumber(String(issue));
    return resultOf(await start(await openGate({ create: true }), { issue: number, ...given }, write));
  },
});
