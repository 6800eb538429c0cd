/** A new work file. */
import { formatTime } from "../base/time.ts";
import { SCHEMA_VERSION } from "../document/document.ts";
import { activeIssue, type StateDocument } from "../document/state.ts";
import { parseWork, WORK_SECTIONS, type WorkDocument } from "../document/work.ts";
import { encodeHeading } from "../syntax/escape.ts";
import { encodeValue, makeField } from "../syntax/fields.ts";
import { makeText } from "../syntax/make.ts";
import { sourceOf } from "../text/source.ts";

export interface WorkInput {
  readonly number: number;
  readonly title: string;
  /** The issue's address; a local work file has none. */
  readonly url?: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Markdown for Issue Description. Headings in it become text, so that they cannot end the section. */
  readonly description?: string;
}

/** The work file that the active issue of a state file should have had, with what is known of it besides. */
export function makeMissingWork(
  state: StateDocument,
  number: number,
  now: number,
  known: Pick<WorkInput, "url" | "description"> = {},
): WorkDocument {
  const { started } = state.active;
  const instant = started?.reading && started.reading.kind !== "impossible" ? started.reading.instant : now;
  const title = activeIssue(state)?.title ?? "";
  return parseWork(sourceOf(makeWork({ number, title, started: instant, ...known }, now)));
}

/** The text of a new work file, with `\n` line endings. `templates/work.md` is one. */
export function makeWork(input: WorkInput, now: number): string {
  const title = input.title === "" ? "" : `: ${encodeHeading(input.title)}`;
  const fields = [
    ...(input.url === undefined ? [] : [makeField("GitHub", encodeValue(input.url))]),
    makeField("Status", "in_progress"),
    makeField("Started", formatTime(input.started)),
    makeField("Last Updated", formatTime(now)),
  ];
  const description = input.description === undefined ? "" : makeText(input.description);
  const sections = Object.entries(WORK_SECTIONS).flatMap(([name, heading]) => {
    const body = name === "description" && description !== "" ? [description, ""] : [];
    return [`## ${heading}`, "", ...body];
  });
  const frontmatter = ["---", `schema_version: ${SCHEMA_VERSION}`, "---"];
  return [...frontmatter, `# Issue #${input.number}${title}`, "", ...fields, "", ...sections].join("\n");
}
