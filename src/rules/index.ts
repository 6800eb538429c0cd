/** All rules. Adding one is adding a file and a line here. */
import type { StateDocument } from "../document/state.ts";
import type { WorkDocument } from "../document/work.ts";
import { archivedStatus } from "./archive.ts";
import { conflictMarker } from "./conflict-marker.ts";
import { duplicateField } from "./duplicate-field.ts";
import { duplicateSection } from "./duplicate-section.ts";
import { elsewhereDisagrees } from "./elsewhere-disagrees.ts";
import { emptyField } from "./empty-field.ts";
import { emptyFile } from "./empty-file.ts";
import { FACT_RULES } from "./fact-rules.ts";
import { foreignFormat } from "./foreign-format.ts";
import { futureTimestamp } from "./future-timestamp.ts";
import { impossibleTimestamp } from "./impossible-timestamp.ts";
import { invalidEncoding } from "./invalid-encoding.ts";
import { invalidPercentage } from "./invalid-percentage.ts";
import { invalidUrl } from "./invalid-url.ts";
import { irregularHeading } from "./irregular-heading.ts";
import { dateOnly, irregularTimestamp } from "./irregular-timestamp.ts";
import { issueMismatch } from "./issue-mismatch.ts";
import { malformedFrontmatter } from "./malformed-frontmatter.ts";
import { misplacedFrontmatter } from "./misplaced-frontmatter.ts";
import { missingField } from "./missing-field.ts";
import { missingHeader } from "./missing-header.ts";
import { missingStateSection, missingWorkSection } from "./missing-section.ts";
import { missingUrl } from "./missing-url.ts";
import { nonNumericIssue } from "./non-numeric-issue.ts";
import { nulByte } from "./nul-byte.ts";
import { orphanProgress } from "./orphan-progress.ts";
import { outdatedTimestamp } from "./outdated-timestamp.ts";
import { paddedIssue } from "./padded-issue.ts";
import { placeholder } from "./placeholder.ts";
import { rolledBack } from "./rolled-back.ts";
import type { Rule } from "./rule.ts";
import { severalIssues } from "./several-issues.ts";
import { tooManyRecent } from "./too-many-recent.ts";
import { unclosedFence } from "./unclosed-fence.ts";
import { underlinedField } from "./underlined-field.ts";
import { unknownStatus } from "./unknown-status.ts";
import { unmarkedItem } from "./unmarked-item.ts";
import { unmerged } from "./unmerged.ts";
import { FILE_RULES, GIT_RULES, GUARD_RULES, RECORD_RULES } from "./unreadable-file.ts";
import { unreadableIssue, unreadableRecent } from "./unreadable-issue.ts";
import { unreadableTimestamp } from "./unreadable-timestamp.ts";
import { unsupportedVersion } from "./unsupported-version.ts";

/** The rules that stand alone: where one of them is broken, nothing else is worth saying. */
export const FIRST_RULES: readonly Rule[] = [emptyFile, foreignFormat, unsupportedVersion];

const COMMON_RULES: readonly Rule[] = [
  invalidEncoding,
  nulByte,
  conflictMarker,
  malformedFrontmatter,
  misplacedFrontmatter,
  unclosedFence,
  underlinedField,
  duplicateSection,
  irregularHeading,
  missingField,
  duplicateField,
  emptyField,
  placeholder,
  impossibleTimestamp,
  unreadableTimestamp,
  irregularTimestamp,
  dateOnly,
  unreadableIssue,
  severalIssues,
  paddedIssue,
  nonNumericIssue,
];

/** The rules of a state file that look at its text alone. */
export const STATE_TEXT_RULES: readonly Rule<StateDocument>[] = [
  ...COMMON_RULES,
  missingStateSection,
  tooManyRecent,
  unreadableRecent,
  unmarkedItem,
  invalidPercentage,
  orphanProgress,
];

export const STATE_RULES: readonly Rule<StateDocument>[] = [...STATE_TEXT_RULES, ...FACT_RULES, elsewhereDisagrees];

export const WORK_RULES: readonly Rule<WorkDocument>[] = [
  ...COMMON_RULES,
  futureTimestamp,
  outdatedTimestamp,
  rolledBack,
  unmerged,
  missingHeader,
  missingWorkSection,
  missingUrl,
  invalidUrl,
  unknownStatus,
  issueMismatch,
  archivedStatus,
];

/** Every rule id with its description, sorted by id. */
export const RULE_DESCRIPTIONS: ReadonlyMap<string, string> = new Map(
  [
    ...[...FIRST_RULES, ...STATE_RULES, ...WORK_RULES].map(({ id, description }) => [id, description] as const),
    ...Object.entries({ ...FILE_RULES, ...RECORD_RULES, ...GIT_RULES, ...GUARD_RULES }),
  ].sort(([a], [b]) => (a < b ? -1 : 1)),
);
