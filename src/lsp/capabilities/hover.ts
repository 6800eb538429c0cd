/** What is said of a place: what a rule means that is broken there, whose issue a number is, how fresh the document is. */
import type { Hover } from "vscode-languageserver/node";
import { printable } from "../../base/line.ts";
import { freshnessOf, instantOf, recencyOf } from "../../base/time.ts";
import type { TimeField } from "../../document/document.ts";
import { updateTimeOf } from "../../document/work.ts";
import type { ListedIssue } from "../../gate/documents/list.ts";
import { RULE_DESCRIPTIONS } from "../../rules/index.ts";
import { titlePlaceOf } from "../../rules/places.ts";
import type { AnyDocument } from "../../rules/rule.ts";
import type { Span } from "../../text/edit.ts";
import { meets, type View } from "../view.ts";
import type { Mention } from "./mentions.ts";

/** An issue that is named at the place, and what is known of it. */
export interface Named extends Mention {
  readonly known: ListedIssue | undefined;
}

/** Plain text: what a document says is not to be read as Markdown by the editor. */
export function hoverAt(view: View, offset: number, named: Named | undefined): Hover | null {
  const place = { start: offset, end: offset };
  const broken = view.diagnostics.filter((diagnostic) => meets(diagnostic, place));
  const freshness = view.document && freshnessAt(view.document, view.now, place);
  const said = [
    ...(named ? [wordsOf(named)] : []),
    ...(freshness ? [freshness.words] : []),
    ...new Set(broken.map(({ rule }) => `${rule}: ${RULE_DESCRIPTIONS.get(rule) ?? ""}`)),
  ];
  if (said.length === 0) return null;
  const span = named ?? freshness?.span ?? broken[0]!;
  return { contents: { kind: "plaintext", value: said.join("\n\n") }, range: view.rangeOf(span) };
}

function wordsOf({ issue, known }: Named): string {
  if (known === undefined) return `#${issue} is not recorded here: it has no work file, archived or not.`;
  const { title, status, active, progress, lastUpdated, freshness } = known;
  const updated = lastUpdated && `updated ${lastUpdated}${freshness === undefined ? "" : `, ${freshness}`}`;
  const facts = [
    active ? "active" : (status?.replaceAll("_", " ") ?? ""),
    progress ? `${progress.completed} of ${progress.total} done` : "",
    updated ?? "",
  ];
  return printable(`#${issue} - ${title} (${facts.filter(Boolean).join("; ")})`);
}

/** At its title and at the field that says so, how long ago the document was updated. */
function freshnessAt(document: AnyDocument, now: number, place: Span) {
  const updated = updatedOf(document);
  if (updated?.reading === undefined) return undefined;
  const span = [updated.field, titlePlaceOf(document)].find((each) => each.end > each.start && meets(each, place));
  const freshness = freshnessOf(updated.reading, now);
  if (span === undefined || freshness === undefined) return undefined;
  // Of a day nobody knows the hour.
  const instant = updated.reading.kind === "date" ? undefined : instantOf(updated.reading);
  return {
    span,
    words: `Updated ${instant === undefined ? updated.field.value : recencyOf(instant, now)}: ${freshness}`,
  };
}

function updatedOf(document: AnyDocument): TimeField | undefined {
  return document.kind === "state" ? document.lastUpdated : updateTimeOf(document);
}
