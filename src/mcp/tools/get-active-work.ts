/** `gate status` as a tool. */
import * as z from "zod/mini";
import { status } from "../../gate/view/status.ts";
import { STATUS } from "../shapes.ts";
import { makeTool } from "../tool.ts";

export const getActiveWork = makeTool({
  name: "get_active_work",
  description: "The active issue, its progress, next steps and how fresh that is. Call it first.",
  input: z.strictObject({}),
  output: z.object(STATUS),
  annotations: { readOnlyHint: true },
  run: async (_input, { openGate }) => ({ result: await status(await openGate({ create: true })) }),
});
