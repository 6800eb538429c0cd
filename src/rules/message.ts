/** What a rule finds, as the message that the unified world knows, with the span that the rest of the program asks for. */
import { VFileMessage } from "vfile-message";
import type { Edit, Span } from "../text/edit.ts";
import type { LineIndex, Position } from "../text/lines.ts";
import type { Diagnostic, FindingDetails, Severity } from "./rule.ts";

/** Where the page of each rule is, from the folder of the package. */
const PAGE = "docs/rules.md";

interface Point extends Position {
  readonly offset: number;
}

interface Finding extends FindingDetails {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** One finding: a `VFileMessage` with `ruleId`, `source: "state"`, `place`, `fatal` for an error, `expected`, `url` and our `edits`. */
export class StateMessage extends VFileMessage implements Diagnostic {
  declare readonly place: { readonly start: Point; readonly end: Point };
  readonly start: number;
  readonly end: number;
  /** Edits that mend it without losing content; absent where no certain mend exists. */
  readonly edits: readonly Edit[] | undefined;

  constructor({ start, end }: Span, { rule, severity, message, expected, fix }: Finding, lines: LineIndex) {
    const pointAt = (offset: number): Point => {
      const { line, column } = lines.positionAt(offset);
      return { line, column, offset };
    };
    super(message, { place: { start: pointAt(start), end: pointAt(end) }, ruleId: rule, source: "state" });
    this.start = start;
    this.end = end;
    this.edits = fix;
    this.fatal = severity === "error";
    this.url = `${PAGE}#${rule}`;
    if (expected !== undefined) this.expected = [...expected];
  }

  get rule(): string {
    return this.ruleId!;
  }

  get severity(): Severity {
    return this.fatal ? "error" : "warning";
  }

  get fix(): readonly Edit[] | undefined {
    return this.edits;
  }
}
