/** The project's files as one digest, which runs of tests are recorded with and compared to. */
import { type RecordedTest, testsIn } from "../../document/tests.ts";
import type { WorkDocument } from "../../document/work.ts";
import { findCheckout } from "../../files/git/checkout.ts";
import type { Tree, TreeLimits } from "../../files/git/tree.ts";
import type { Gate } from "../gate.ts";

/** The files of the whole checkout that the project is in; a text that says why where that cannot be told. */
export async function projectTree({ project }: Gate, limits?: TreeLimits): Promise<Tree | string> {
  const checkout = findCheckout(project.root);
  if (checkout === undefined) return "the project is in no git repository";
  const { isIgnored, treeOf } = await import("../../files/git/tree.ts");
  if (checkout.files !== project.root && (await isIgnored(checkout.files, project.root))) {
    return "git ignores the project's folder";
  }
  return await treeOf(checkout.files, limits);
}

/** The digest to compare the runs of a work file with, found out only where there are such; `undefined` where it cannot be told. */
export async function treeFor(
  gate: Gate,
  work: WorkDocument | undefined,
  limits?: TreeLimits,
): Promise<string | undefined> {
  const tree = testsIn(work).some(isCompared) ? await projectTree(gate, limits) : "";
  return typeof tree === "string" ? undefined : tree.digest;
}

function isCompared({ run, passed }: RecordedTest): boolean {
  return run?.tree !== undefined && run.exitCode === 0 && passed !== false;
}
