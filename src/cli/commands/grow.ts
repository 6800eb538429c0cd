/** `gate grow`: see `gate/documents/grow.ts`. */
import { grow as findGrown, type Grown, type GrownItem } from "../../gate/documents/grow.ts";
import { found } from "../answer.ts";
import { command } from "../command.ts";
import { type Style, shown } from "../style.ts";

export const grow = command({
  description:
    "Shows what was learned and decided in all work files, archived ones too, since the last time, ready for a project's " +
    "own guide. Writes nothing but, with --mark, that it was seen.",
  examples: [
    ["gate grow", "what is new"],
    ["gate grow --mark", "and next time only what comes after"],
  ],
  options: { mark: { flag: "--mark", about: "remember what is shown as seen" } },
  async run({ openGate, write }, given) {
    return found(await findGrown(openGate(), given, write), view);
  },
});

function view({ learnings, decisions, skipped }: Grown, style: Style): string {
  const parts = [
    ...section("Learnings", learnings, style),
    ...section("Decisions", decisions, style),
    ...skipped.map(({ file, reason }) => style.yellow(`not read: ${shown(file)}: ${shown(reason)}`)),
  ];
  return parts.length === 0 ? "Nothing was learned or decided since the last time." : parts.join("\n");
}

/** The items of each issue together, newest first. */
function section(title: string, items: readonly GrownItem[], { bold, dim }: Style): string[] {
  if (items.length === 0) return [];
  const issues = [...new Set(items.map(({ issueNumber }) => issueNumber))];
  return [
    bold(title),
    ...issues.flatMap((issue) => {
      const own = items.filter(({ issueNumber }) => issueNumber === issue);
      const [{ timestamp }] = own as [GrownItem];
      return [
        `  #${issue}${timestamp === undefined ? "" : `  ${dim(timestamp)}`}`,
        ...own.map(({ text }) => `    - ${shown(text)}`),
      ];
    }),
  ];
}
