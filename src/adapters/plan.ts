/**
 * A task plan keeps `task_plan.md`: a title, a goal, and phases, each with a state: as headings
 * with a line `Status:`, as items with a box or a word, or as rows of a table. The first phase
 * that is not done is in hand.
 */
import { type ElsewhereItem, eachFile, type Work, workOf } from "./adapter.ts";
import {
  boxesOf,
  cut,
  entriesOf,
  findPart,
  isNothing,
  labelled,
  nameOf,
  type Part,
  partsOf,
  splitFrontmatter,
  titleFrom,
  wholeOf,
} from "./markdown.ts";
import { isHeld, isStep, statusIn, statusOfAll } from "./words.ts";

export const read = eachFile((text) => workIn(partsOf(splitFrontmatter(text).rest)));

/** A phase of a plan, and what of it is open. */
interface Phase extends ElsewhereItem {
  readonly open: readonly string[];
}

const PHASE =
  /^\W{0,4}(?:phase|step|stage|milestone|task|part|sprint|week|阶段|階段|步骤|任务|里程碑|フェーズ|ステップ|タスク|단계|фаза|этап|шаг|fase|etapa|étape|paso|schritt|giai đoạn|bước)(?:\s*#?[\d一二三四五六七八九十]|\s+(?:[A-Z]|[IVX]+)\b)|^\W{0,4}第\s*[\d一二三四五六七八九十]+\s*(?:阶段|階段|步|期|フェーズ)|^\W{0,4}[PM]\d+\b|^\d+[.)、:]/iu;
const LABEL =
  /^(?:phase |current )?(?:status|state|状态|狀態|状態|ステータス|상태|статус|состояние|estado|statut|stato|trạng thái)$/iu;

function workIn(parts: readonly Part[]): Work | undefined {
  const phases = phasesIn(parts);
  const at = phases.findIndex(({ status }) => status !== "completed");
  const current = phases[at];
  if (current === undefined || isHeld(current.text) || isOver(parts, phases)) return undefined;
  const title = titleIn(parts) ?? current.text;
  if (isNothing(title) || isHeld(title)) return undefined;
  const following = phases.slice(at + 1).flatMap(({ status, text }) => (status === "completed" ? [] : [text]));
  return workOf(title, `${current.text} (${current.status.replace("_", " ")})`, {
    progress: cut(phases.map(({ status, text }) => ({ status, text }))),
    nextSteps: cut(current.open.length > 0 ? current.open : following),
    blockers: entriesOf(findPart(parts, /^(?:current )?(?:blockers?|blocked)\b|^阻塞/)),
    questions: entriesOf(findPart(parts, /^(?:key |open )?questions\b|^(?:关键|待解决|未解决|开放)?问题$/)),
  });
}

/** The form in which the plan has phases with a state, the first of those with the most; else its boxes. */
function phasesIn(parts: readonly Part[]): readonly Phase[] {
  const boxes = boxesOf(parts.flatMap(({ points }) => points)).map((item) => ({ ...item, open: [] }));
  const forms = [headed(parts), listed(parts), rows(parts)].sort((one, other) => other.length - one.length);
  return forms[0]!.length > 0 ? forms[0]! : boxes;
}

/** Phases as headings; one without a state has that of its boxes. */
function headed(parts: readonly Part[]): readonly Phase[] {
  const heads = parts.flatMap((part, at) => (part.depth > 1 && PHASE.test(part.title) ? [{ part, at }] : []));
  // Phases in phases are steps of the outer ones.
  const least = Math.min(...heads.map(({ part }) => part.depth));
  return heads.flatMap(({ part, at }): Phase[] => {
    if (part.depth > least) return [];
    const { points } = wholeOf(parts, at);
    const boxes = boxesOf(points);
    const open = boxes.filter(({ status }) => status !== "completed").map(({ text }) => text);
    const lines = points.filter(({ box }) => box === undefined);
    const said = labelled(lines, LABEL) ?? SUFFIX.exec(part.title)?.[0];
    const status = (said === undefined ? undefined : statusIn(said)) ?? statusOfAll(boxes);
    return status === undefined ? [] : [{ status, text: nameIn(part.title), open }];
  });
}

/** What stands behind the name of a phase. */
const SUFFIX =
  /(?:(?:\s+[—–-]+)?\s+\p{Extended_Pictographic}\ufe0f?(?:\s+[^\p{Extended_Pictographic}([（【—–]{1,30})?|\s*[([（【][^()[\]（）【】]{1,30}[)\]）】]|\s+[—–-]+\s+[^([（【—–✅🔄🚧⏳⏸❌⬜☑✔-]{1,30})$|^[✅🔄🚧⏳⏸❌⬜☑✔]/u;

function nameIn(title: string): string {
  const suffix = SUFFIX.exec(title)?.[0];
  const bare =
    suffix !== undefined && suffix !== title && statusIn(suffix) !== undefined ? title.replace(suffix, "") : title;
  return bare.replace(/^[^\p{L}\p{N}]+/u, "").trim() || title;
}

const LISTS =
  /^(?:\w+ )?(?:phases?|steps|plan|tasks|progress|milestones)\b|^(?:各|分|总|开发|实施|测试|学习)?(?:阶段|階段|步骤|任务)|^フェーズ|этап|фаз|fases|etapas/;

/** Phases as items, with a box or with a word behind the name. */
function listed(parts: readonly Part[]): readonly Phase[] {
  const part = parts.find(({ depth, title }) => depth > 1 && LISTS.test(nameOf(title)));
  const points = (part?.points ?? []).filter(({ depth }) => depth === 1);
  const boxed = points.filter(({ box }) => box !== undefined);
  if (boxed.length > 0) return boxesOf(boxed).map((item) => ({ ...item, open: [] }));
  const said = points.flatMap(({ text }): Phase[] => {
    const status = statusIn(SUFFIX.exec(text)?.[0] ?? "?");
    return status === undefined ? [] : [{ status, text: nameIn(text), open: [] }];
  });
  return said.length * 2 > points.length ? said : [];
}

/** Phases as rows of the first table that has a column of states. */
function rows(parts: readonly Part[]): readonly Phase[] {
  for (const { points } of parts) {
    const lines = points.filter(({ text }) => text.startsWith("|"));
    const table = lines.map(({ text }) => text.split(/ *\| */).slice(1, -1));
    const column = (table[0] ?? []).findIndex((cell) => LABEL.test(cell));
    if (column === -1 || !table[0]!.some(isStep)) continue;
    return table.slice(1).flatMap((cells): Phase[] => {
      const status = statusIn(cells[column] || "?");
      const text = cells
        .filter((cell, at) => at < column && cell !== "")
        .slice(0, 2)
        .join(": ");
      return status === undefined || text === "" ? [] : [{ status, text, open: [] }];
    });
  }
  return [];
}

/** Whether the plan says of itself that it is done, whatever boxes were left. */
function isOver(parts: readonly Part[], phases: readonly Phase[]): boolean {
  if (phases.some(({ status }) => status === "in_progress")) return false;
  const part = findPart(parts, /^(?:current |overall |final )?status\b|^(?:当前|最终|总体)?状态/);
  const own = labelled(
    parts.slice(0, 2).flatMap(({ points }) => points),
    LABEL,
  );
  const said = own ?? (part === undefined ? undefined : entriesOf(part)[0]);
  return (
    said !== undefined &&
    /^\W*(?:all |project |plan |task |everything |v[\d.]+ ?)*(?:is |are )?(?:(?:complete|completed|done|finished|closed)(?! \w*phase)|全部|已完成|完成)/iu.test(
      said,
    ) &&
    statusIn(said) === "completed"
  );
}

function titleIn(parts: readonly Part[]): string | undefined {
  const head =
    parts
      .find(({ depth }) => depth === 1)
      ?.title.replace(/^(?:task[ _]plan|plan|implementation plan|任务计划|实施计划|计划)\s*(?:[:：—–-]\s*|$)/iu, "") ??
    "";
  if (head !== "" && !/^task_plan(?:\.md)?$/i.test(head)) return titleFrom(head);
  const [goal] = entriesOf(findPart(parts, /^(?:goal|objective|目标|目的|цель|objetivo)/));
  return goal === undefined ? undefined : titleFrom(goal);
}
