/** `gate check` as a tool. */
import * as z from "zod/mini";
import { check } from "../../gate/documents/check.ts";
import { documentAt } from "../../gate/documents/document-path.ts";
import { PROBLEMS } from "../shapes.ts";
import { makeTool, WRITE } from "../tool.ts";

export const checkState = makeTool({
  name: "check_state",
  description: "Validate state and work files, or paths. fix mends what is safe.",
  input: z.strictObject({
    paths: z.exactOptional(z.array(z.string())),
    fix: z.exactOptional(z.boolean()),
    dry_run: WRITE.dry_run,
  }),
  unlisted: ["dry_run"],
  output: z.object({
    files: z.array(z.object({ path: z.string(), problems: PROBLEMS })),
    errors: z.int(),
    warnings: z.int(),
    fixed: z.int(),
    dry_run: z.exactOptional(z.literal(true)),
    diff: z.exactOptional(z.string()),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  async run({ paths: given = [], fix = false }, { openGate }, write) {
    const gate = await openGate();
    const paths = given.map((path) => documentAt(gate, gate.project.root, path));
    const { written, ...result } = await check(gate, { paths, fix }, write);
    return { result, ...(fix && { changes: { written, moved: [] } }) };
  },
});
