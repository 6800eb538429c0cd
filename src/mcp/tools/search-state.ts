/** `gate search` as a tool. */
import * as z from "zod/mini";
import { search } from "../../gate/documents/search.ts";
import { SKIPPED, TEXT } from "../shapes.ts";
import { makeTool } from "../tool.ts";

export const searchState = makeTool({
  name: "search_state",
  description: "Lines with all words, in state, work and archive.",
  input: z.strictObject({ words: z.array(z.string()), limit: z.exactOptional(z.int().check(z.positive())) }),
  output: z.object({
    matches: z.array(
      z.object({
        path: z.string(),
        line: z.int(),
        column: z.int(),
        issue_number: z.nullable(z.int()),
        section: TEXT,
        text: z.string(),
      }),
    ),
    skipped: SKIPPED,
    left_out: z.exactOptional(z.int()),
  }),
  annotations: { readOnlyHint: true },
  run: async (input, { openGate }) => ({ result: await search(await openGate(), input) }),
});
