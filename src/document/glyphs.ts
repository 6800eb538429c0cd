/** How far an item of the progress is, apart from how that is read: who shows it need not read it. */
export type ProgressStatus = "completed" | "in_progress" | "pending" | "blocked";

/** The glyph that is written for a status. */
export const GLYPHS: Readonly<Record<ProgressStatus, string>> = {
  completed: "✅",
  in_progress: "🔄",
  pending: "⏸️",
  blocked: "❌",
};
