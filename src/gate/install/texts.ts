/** What is written where it is no setting of an agent. */

/** Which files git merges with the driver. */
export const ATTRIBUTES = [
  ".claude/state.md merge=state-gatekeeper",
  ".claude/work/*.md merge=state-gatekeeper",
  ".claude/archive/*.md merge=state-gatekeeper",
];

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
