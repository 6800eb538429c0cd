/** What `check` finds in a document, as the editor shows it. */
import { DiagnosticSeverity, type Diagnostic as Shown } from "vscode-languageserver/node";
import type { Diagnostic } from "../../rules/rule.ts";
import type { View } from "../view.ts";

/** So many are shown, the first ones: who mends them is told of the next. */
const MOST = 1000;

/** The diagnostics of a document; `page` is the address of the rules' page, where there is one. */
export function diagnosticsOf(view: View, page: string | undefined): Shown[] {
  return view.diagnostics.slice(0, MOST).map((diagnostic) => shownOf(view, diagnostic, page));
}

/** One of them. */
export function shownOf({ rangeOf }: View, diagnostic: Diagnostic, page: string | undefined): Shown {
  const { rule, severity, message, start, end } = diagnostic;
  return {
    range: rangeOf({ start, end }),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code: rule,
    ...(page !== undefined && { codeDescription: { href: `${page}#${rule}` } }),
    source: "gate",
    message,
  };
}
