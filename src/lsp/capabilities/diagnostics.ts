/** What `check` finds in a document, as the editor shows it. */
import { DiagnosticSeverity, type Diagnostic as Shown } from "vscode-languageserver/node";
import type { View } from "../view.ts";

/** The diagnostics of a document; `page` is the address of the rules' page, where there is one. */
export function diagnosticsOf({ diagnostics, rangeOf }: View, page: string | undefined): Shown[] {
  return diagnostics.map(({ rule, severity, message, start, end }) => ({
    range: rangeOf({ start, end }),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code: rule,
    ...(page !== undefined && { codeDescription: { href: `${page}#${rule}` } }),
    source: "gate",
    message,
  }));
}
