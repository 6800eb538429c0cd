/** `gate merge`: see `gate/documents/merge.ts`. Git calls it, and shows what it says on standard error. */
import { GateError } from "../../base/errors.ts";
import { type MergeOutcome, merge as mergeDocuments } from "../../gate/documents/merge.ts";
import { command } from "../command.ts";
import { shown, styleOf } from "../style.ts";
import { viewProblems } from "../views/problems.ts";

export const merge = command({
  description:
    "Merges two versions of a state or work file field by field and section by section, as the merge driver of git. " +
    "Exit 0: merged. Exit 1: a conflict is marked in the file, or it is merged and not in order. Exit 129: nothing was written.",
  examples: [
    ['git config merge.state-gatekeeper.driver "gate merge %O %A %B %P"', "what `gate install --git` sets up"],
    ["gate merge base.md ours.md theirs.md .claude/state.md", "merge three files by hand, into ours.md"],
  ],
  arguments: {
    base: { name: "<base>", about: "the common ancestor, %O; an empty file where there is none" },
    ours: { name: "<ours>", about: "our version, %A; the result is written into it" },
    theirs: { name: "<theirs>", about: "their version, %B" },
    path: { name: "[path]", about: "where the file is in the repository, %P" },
    markerSize: { name: "[size]", about: "how long conflict markers are, %L", read: readSize },
  },
  async run({ io, flags }, given) {
    const { written, ...result } = await mergeDocuments(given, { cwd: io.cwd, dryRun: flags.dryRun });
    const text = view(result, io);
    if (text !== "" && !flags.quiet && !flags.json) io.error(`${text}\n`);
    return { result, changes: { written, moved: [] }, text: () => "", exitCode: result.merged ? 0 : 1 };
  },
});

function readSize(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new GateError("INVALID_ARGUMENT", `Cannot use ${JSON.stringify(text)} as the size of conflict markers`, {
    hint: "Git gives it as %L, a whole number.",
  });
}

/** What git does not say by itself: why a file without markers is in conflict, and what was not merged as a document. */
function view(
  { conflicts, by, path, problems }: Omit<MergeOutcome, "written">,
  io: Parameters<typeof styleOf>[0],
): string {
  const style = styleOf(io, "error");
  const name = shown(path);
  if (by === "nothing")
    return `${name} is no text; our version is kept. Take one side with git checkout --ours or --theirs.`;
  if (problems.length > 0) {
    return [`${name} is merged, but not in order:`, ...viewProblems(problems, path, style)].join("\n");
  }
  if (conflicts === 0) return "";
  const places = conflicts === 1 ? "one place" : `${conflicts} places`;
  return by === "sections"
    ? `${name}: both sides changed ${places}.`
    : `${name} was merged line by line, because a version of it is not in order; both sides changed ${places}.`;
}
