/** A batch, for people. */
import type { BatchReport, BatchSummary, FeatureStatus } from "../../gate/batch/status.ts";
import { plural, type Style, shown } from "../style.ts";
import { countsOf } from "./parts.ts";

const GLYPHS: Readonly<Record<FeatureStatus["state"], string>> = {
  completed: "✅",
  failed: "❌",
  skipped: "⏭️",
  claimed: "🔄",
  blocked: "🚧",
  pending: "⏸️",
};
/** More are counted, not listed. */
const LISTED = 50;

export function viewBatch(report: BatchReport, style: Style): string {
  const { features, retries, contextTokenEstimate, autoClearCount } = report;
  // A long batch is shown around where the work is.
  const from = Math.max(0, Math.min(report.currentIndex - LISTED / 5, features.length - LISTED));
  const listed = features.slice(from, from + LISTED);
  const before = from > 0 ? [style.dim(`  … ${from} before`)] : [];
  const after = features.length - from - listed.length;
  return [
    ...head(report, style),
    "",
    ...before,
    ...listed.map((feature) => line(feature, String(features.length - 1).length, style)),
    ...(after > 0 ? [style.dim(`  … ${after} more`)] : []),
    "",
    nextLine(report),
    style.dim(
      `Retries ${retries}, context ${plural(contextTokenEstimate, "token")}, cleared ${plural(autoClearCount, "time")}`,
    ),
  ].join("\n");
}

export function viewSummary(summary: BatchSummary, style: Style): string {
  const width = String(summary.features.length - 1).length;
  const noted = summary.features.filter(({ state }) => state === "failed" || state === "skipped");
  const more = noted.length - LISTED;
  return [
    ...head(summary, style),
    ...(noted.length > 0 ? ["", ...noted.slice(0, LISTED).map((feature) => line(feature, width, style))] : []),
    ...(more > 0 ? [style.dim(`  … ${more} more`)] : []),
    ...(summary.nextSteps.length > 0 ? ["", style.bold("Next steps")] : []),
    ...summary.nextSteps.map((step, at) => `  ${at + 1}. ${shown(step)}`),
    "",
    style.dim(`Resume with: ${shown(summary.resumeCommand)}`),
  ].join("\n");
}

function head(report: BatchReport, { bold, dim }: Style): string[] {
  const { batchId, status, remaining } = report;
  return [`${bold(shown(batchId))}  ${dim(status)}`, `${countsOf(report)}, ${remaining} left`];
}

function line(status: FeatureStatus, width: number, { dim }: Style): string {
  const about = aboutOf(status).map((part) => dim(shown(part)));
  return [`  ${GLYPHS[status.state]} ${String(status.index).padStart(width)}  ${shown(status.feature)}`, ...about].join(
    "  ",
  );
}

function aboutOf({ error, reason, worker, expiresAt, waitsFor, retries, git = {} }: FeatureStatus): string[] {
  return [
    ...(error === undefined ? [] : [error]),
    ...(reason === undefined ? [] : [reason]),
    ...(worker === undefined ? [] : [`${worker} until ${expiresAt}`]),
    ...(waitsFor === undefined ? [] : [`waits for ${waitsFor.join(", ")}`]),
    ...(retries === 0 ? [] : [plural(retries, "retry", "retries")]),
    ...Object.entries(git).map(([name, { success, number, sha }]) => {
      const which =
        name === "pr" ? (number === undefined ? "" : ` #${number}`) : sha === undefined ? "" : ` ${sha.slice(0, 7)}`;
      return `${name}${which}${success ? "" : " failed"}`;
    }),
  ];
}

function nextLine({ next, remaining, status }: BatchReport): string {
  if (next) return `Next: ${next.index}  ${shown(next.feature)}`;
  return remaining === 0
    ? `Nothing is left; the batch is ${status}.`
    : "No feature is free: those left are claimed or wait.";
}
