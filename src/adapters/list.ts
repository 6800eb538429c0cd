/** The tools whose state the gate reads, a line each. Told by names in one listing of the project's root. */
import type { Adapter } from "./adapter.ts";

// biome-ignore format: a line each
export const ADAPTERS: readonly Adapter[] = [
  { name: "gsd", label: "GSD", files: [".planning/STATE.md"], load: () => import("./gsd.ts") },
  { name: "memory-bank", label: "a memory bank", files: ["memory-bank/activeContext.md", "memory-bank/progress.md"], load: () => import("./memory-bank.ts") },
  { name: "plan", label: "a task plan", files: ["task_plan.md", ".planning/task_plan.md"], load: () => import("./plan.ts") },
  { name: "tasks", label: "a list of tasks", files: ["specs/*/tasks.md", "openspec/changes/*/tasks.md", "tasks/todo.md"], load: () => import("./tasks.ts") },
  { name: "backlog", label: "Backlog.md", files: ["backlog/tasks/*.md"], load: () => import("./backlog.ts") },
  { name: "beads", label: "beads", files: [".beads/issues.jsonl"], committed: true, load: () => import("./beads.ts") },
];

/** What people call a tool. */
export function labelOf(source: string): string {
  return ADAPTERS.find(({ name }) => name === source)?.label ?? source;
}

/** The adapters that may have files, by the names in the project's root. */
export function detect(names: ReadonlySet<string>): readonly Adapter[] {
  return ADAPTERS.filter(({ files }) => files.some((path) => names.has(path.split("/", 1)[0]!)));
}
