/** What is written where it is no setting of an agent. */

/** Which files git merges with the driver. */
export const ATTRIBUTES = [
  ".claude/state.md merge=state-gatekeeper",
  ".claude/work/*.md merge=state-gatekeeper",
  ".claude/archive/*.md merge=state-gatekeeper",
];

/** The attribute of a guarded path or glob; without a slash it would be one of every folder. */
export function attributeFor(pattern: string): string {
  const anchored = (pattern.includes("/") ? pattern : `/${pattern}`).replace(/[[\]\\]/g, "\\$&");
  const isPlain = /^[\w./*?-]+$/.test(anchored) && !anchored.startsWith("!");
  return `${isPlain ? anchored : JSON.stringify(anchored)} merge=state-gatekeeper`;
}

/** For agents that read AGENTS.md: when to do what. */
export const AGENTS_MD = [
  "## State of the work",
  "",
  "What is being worked on is kept in `.claude/state.md` and `.claude/work/<issue>.md`. Never edit these files by hand; the program `gate` does it, checked and without losing a line.",
  "",
  "- At the beginning: `gate status`. It shows the active issue, its progress, the next steps and the open questions.",
  '- Taking up an issue: `gate start <issue> --title "…" --branch <branch>`.',
  '- After each step, and before you stop: `gate save --done "…" --doing "…:40" --todo "…" --next "…"`. Items are found by their words and the others stay; `--drop` takes one out, `--log`, `--question`, `--decision`, `--blocker` and `--context` record what else matters.',
  "- When the issue is finished: `gate done`, with `--pr <url>` if there is one.",
  "- If the state is damaged: `gate check` says where, `gate recover` rebuilds it. Ask before you run it.",
];

/** For agents that load skills from folders: what the plugin brings, for those without it. */
export const SKILL = `---
name: state-gatekeeper
description: Keeps track of the issue being worked on across sessions. Use when a session begins on an issue, when a piece of work or a decision is done, before the context is compacted, when an issue is finished, and whenever .claude/state.md or .claude/work would be read or written.
---

# Keeping state

${AGENTS_MD.slice(2).join("\n")}
- Where the server \`state-gatekeeper\` is there, its tools do the same: get_active_work, set_active_work, update_progress, clear_active_work.

Never invent progress; what is uncertain is an open question.
`;

/** Where such folders are: the one that most agents read, and Claude Code's. */
export const SKILL_PATHS = [".agents/skills", ".claude/skills"].map((folder) => `${folder}/state-gatekeeper/SKILL.md`);
