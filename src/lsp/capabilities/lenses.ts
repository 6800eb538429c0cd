/** Operations above what they are about: items that can be done or begun, and the state. */
import type { CodeLens } from "vscode-languageserver/node";
import { activeIssue } from "../../document/state.ts";
import { hasErrors } from "../../rules/check.ts";
import { titlePlaceOf } from "../../rules/places.ts";
import type { Span } from "../../text/edit.ts";
import type { View } from "../view.ts";

/** The operations by the names that the editor calls them by. */
export const COMMANDS = {
  done: "state-gatekeeper.done",
  doing: "state-gatekeeper.doing",
  save: "state-gatekeeper.save",
  undo: "state-gatekeeper.undo",
} as const;

/** Items that have lenses. */
const MOST = 1000;

export type CommandName = keyof typeof COMMANDS;

/** The lenses of a document: of the state file alone, and of what the gate would write alone. */
export function lensesOf(view: View): CodeLens[] {
  const { document, diagnostics, uri } = view;
  if (document?.kind !== "state") return [];
  const lens = (span: Span, title: string, name: CommandName, ...words: readonly string[]): CodeLens => ({
    range: view.rangeOf(span),
    command: { title, command: COMMANDS[name], arguments: [uri, ...words] },
  });
  const title = titlePlaceOf(document);
  const ofState = [lens(title, "save", "save"), lens(title, "undo", "undo")];
  if (activeIssue(document) === undefined || hasErrors(diagnostics)) return ofState;
  const ofItems = document.progress.slice(0, MOST).flatMap(({ item, reading: { status, text } }) => {
    if (status === "completed" || text === "") return [];
    const done = lens(item.textSpan, "done", "done", text);
    return status === "in_progress" ? [done] : [done, lens(item.textSpan, "doing", "doing", text)];
  });
  return [...ofState, ...ofItems];
}
