/** The tools, in the order in which they are listed. A new one is a file in `tools/` and an entry here. */
import type { Tool } from "./tool.ts";
import { checkState } from "./tools/check-state.ts";
import { clearActiveWork } from "./tools/clear-active-work.ts";
import { getActiveWork } from "./tools/get-active-work.ts";
import { initializeState } from "./tools/initialize-state.ts";
import { reconstructState } from "./tools/reconstruct-state.ts";
import { recoverState } from "./tools/recover-state.ts";
import { setActiveWork } from "./tools/set-active-work.ts";
import { updateProgress } from "./tools/update-progress.ts";
import { verifyWorkFile } from "./tools/verify-work-file.ts";

export const TOOLS: readonly Tool[] = [
  getActiveWork,
  setActiveWork,
  updateProgress,
  clearActiveWork,
  reconstructState,
  verifyWorkFile,
  initializeState,
  checkState,
  recoverState,
];
