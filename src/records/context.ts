/** The context of an agent that works through a batch, as programs of the format's origin reckon with it. */

/** Tokens from which on the context should be cleared. */
export const CONTEXT_THRESHOLD = 150_000;
/** How long a writer waits for another one, in seconds. */
export const LOCK_TIMEOUT = 30;

/** The tokens of a text, reckoned with four characters for each. */
export function estimateContextTokens(text: string): number {
  return Math.floor(Array.from(text).length / 4);
}

/** What is known of a batch's context. */
export interface BatchContext {
  readonly batchId: string;
  readonly currentIndex: number;
  readonly totalFeatures: number;
  readonly contextTokenEstimate: number;
}

/** Whether the estimate has reached the threshold. @deprecated Agents keep their context by themselves. */
export function shouldClear({ contextTokenEstimate }: Pick<BatchContext, "contextTokenEstimate">): boolean {
  return contextTokenEstimate >= CONTEXT_THRESHOLD;
}

/** What a person is told to do about a full context. @deprecated Agents keep their context by themselves. */
export function getClearNotificationMessage(batch: BatchContext): string {
  const { batchId, currentIndex, totalFeatures, contextTokenEstimate } = batch;
  const percentage = totalFeatures > 0 ? Math.trunc((currentIndex / totalFeatures) * 100) : 0;
  const line = "=".repeat(40);
  return `${line}
CONTEXT LIMIT REACHED
${line}
Current context: ${grouped(contextTokenEstimate)} tokens (threshold: ${grouped(CONTEXT_THRESHOLD)})
Progress: ${currentIndex}/${totalFeatures} features (${percentage}%)
Batch ID: ${batchId}
The batch has been paused to prevent context overflow.
NEXT STEPS:
1. Manually run: /clear
2. Resume batch: /batch-implement --resume ${batchId}
The batch will continue from feature ${currentIndex + 1}/${totalFeatures}.
All completed features are saved and will be skipped on resume.
${line}
`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
