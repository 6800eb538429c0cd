/** `gate list`: see `gate/documents/list.ts`. */
import { labelOf } from "../../adapters/list.ts";
import { type ListInput, list as listIssues } from "../../gate/documents/list.ts";
import { hasOwnState, status } from "../../gate/view/status.ts";
import { foundInMany } from "../answer.ts";
import { command } from "../command.ts";
import { widthOf } from "../io.ts";
import type { Options } from "../option.ts";
import { shown } from "../style.ts";
import { viewIssues } from "../views/list.ts";

const OPTIONS = {
  open: {
    flag: "--open",
    about: "what is not finished, paused or not; the default",
    conflicts: ["--paused", "--done", "--all"],
  },
  paused: { flag: "--paused", about: "only what is paused", conflicts: ["--open", "--done", "--all"] },
  done: { flag: "--done", about: "what is finished, in the archive too", conflicts: ["--open", "--paused", "--all"] },
  all: { flag: "--all", about: "all issues", conflicts: ["--open", "--paused", "--done"] },
} as const satisfies Options;

const EMPTY = {
  open: "No issue is open.\nRun `gate start N --title T` to begin with one.",
  paused: "No issue is paused.",
  done: "No issue is finished.",
  all: "There are no issues.\nRun `gate start N --title T` to begin with one.",
};

/** What another tool says is worked on, beside the issues. */
function lineOf(title: string, path: string, source: string): string {
  return `Elsewhere: ${shown(title)} — ${shown(path)} (${labelOf(source)}, read only); \`gate start N --from ${source}\` begins with it`;
}

export const list = command({
  description:
    "Lists the issues that are open, a line each: state, completed items, age, branch and who has claimed it. " +
    "The active one stands first, then the newest. Reads only.",
  examples: [
    ["gate list", "what is open, paused work included"],
    ["gate list --done", "what is finished"],
    ["gate list --all --json", "for programs: `issues`"],
  ],
  options: OPTIONS,
  async run({ io, openGate }, given) {
    const gate = openGate();
    const which: NonNullable<ListInput["which"]> =
      (["paused", "done", "all"] as const).find((name) => given[name]) ?? "open";
    const found = await listIssues(gate, { which });
    const isElsewhere = found.elsewhere.length > 0 && !hasOwnState(await status(gate, { counts: "none" }));
    const others = isElsewhere ? found.elsewhere.map(({ title, path, source }) => lineOf(title, path, source)) : [];
    return foundInMany(found, ({ issues }, style) => {
      const lines = issues.length === 0 ? [EMPTY[which]] : viewIssues(issues, gate.clock(), widthOf(io), style);
      return [...lines, ...others].join("\n");
    });
  },
});
