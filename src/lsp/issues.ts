/** The issues of a project by their numbers, as `gate list --all` has them; listed again once something has changed. */
import { type ListedIssue, list } from "../gate/documents/list.ts";
import type { Gate } from "../gate/gate.ts";

export class Issues {
  readonly #lists = new Map<Gate, Promise<ReadonlyMap<number, ListedIssue>>>();

  /** In the order of the list: the active one, then the newest. */
  of(gate: Gate): Promise<ReadonlyMap<number, ListedIssue>> {
    const known = this.#lists.get(gate) ?? this.#list(gate);
    this.#lists.set(gate, known);
    return known;
  }

  forget(gate: Gate): void {
    this.#lists.delete(gate);
  }

  async #list(gate: Gate): Promise<ReadonlyMap<number, ListedIssue>> {
    try {
      const { issues } = await list(gate, { which: "all" });
      return new Map(issues.map((issue) => [issue.issueNumber, issue]));
    } catch (error) {
      // What failed once may succeed the next time.
      this.forget(gate);
      throw error;
    }
  }
}
