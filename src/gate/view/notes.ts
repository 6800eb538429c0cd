/** What was learned, decided and tried in vain, as the work file of the active issue tells it. */
import type { Stretch } from "../../base/stretch.ts";
import { isUnresolved } from "../../document/conflict.ts";
import { droppedItems } from "../../document/dropped.ts";
import { itemsIn, textOfItem } from "../../document/items.ts";
import { isForeignWork } from "../../document/ours.ts";
import { testsIn } from "../../document/tests.ts";
import { type WorkDocument, workFrom } from "../../document/work.ts";
import { textsIn } from "../../document/work-content.ts";
import { askOutside } from "../../text/outside.ts";
import { decode } from "../../text/source.ts";
import { markOf } from "./find-marks.ts";
import type { Mark } from "./marks.ts";

/** Something that was noted; marked where it is from outside. */
export interface Note {
  readonly text: string;
  readonly mark?: Mark | undefined;
}

/** The newest notes of one kind, newest last, and how many there are of it. */
export interface NoteList {
  readonly newest: readonly Note[];
  readonly count: number;
}

/** What an agent should know before it tries the same again. */
export interface Notes {
  readonly learnings: NoteList;
  readonly decisions: NoteList;
  readonly failed: NoteList;
}

/** More than a brief has room for is only counted. */
const MOST = 12;
/** Characters, far more than of one line is shown. */
const LONGEST = 2000;
const FAILED = /^(?:failed|tried|did not work)\b/i;

/** The notes of a work file, read for them where it was not yet; none of one that is somebody else's or in conflict. */
export function notesOf(bytes: Uint8Array, outside: readonly Stretch[], known?: WorkDocument): Notes {
  const whole = known ?? workFrom(decode(bytes), {});
  const document = isForeignWork(whole) || isUnresolved(whole) ? undefined : whole;
  const since = askOutside({ text: whole.text, outside });
  const listOf = (texts: readonly string[]): NoteList => ({
    newest: texts.slice(-MOST).map((text) => ({ text: text.slice(0, LONGEST), mark: markOf(since(text), text) })),
    count: texts.length,
  });
  return {
    learnings: listOf(textsIn(document, "learnings")),
    decisions: listOf(textsIn(document, "decisions").map(plainDecision)),
    failed: listOf(document ? failedIn(document) : []),
  };
}

/** A decision without the marks of its emphasis, and without the colon where no reason follows. */
function plainDecision(text: string): string {
  return text.replace(/^\*\*(.+?):\*\*\s*/, "$1: ").replace(/: $/, "");
}

/** What was given up, what the log says of attempts that failed, and tests whose last run did not pass. */
function failedIn(document: WorkDocument): readonly string[] {
  const dropped = droppedItems(document, { since: undefined, there: [] }).map((text) => text);
  const logged = document.log.toReversed().flatMap(({ section }) => itemsIn(section.blocks, document.text));
  const runs = testsIn(document).flatMap(({ name, run }) => (run && run.exitCode !== 0 ? [name] : []));
  return [...dropped, ...logged.map(textOfItem).filter((text) => FAILED.test(text)), ...runs];
}
