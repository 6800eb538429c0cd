/**
 * A memory bank keeps `memory-bank/activeContext.md`: what the focus is, what changed, what comes
 * next; and `progress.md` beside it. Neither has a time. Headings in languages that are not
 * known here are told by their place: the focus stands first.
 */
import { type Read, type Work, workOf } from "./adapter.ts";
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
  titleFrom,
  wholeOf,
} from "./markdown.ts";
import { statusIn } from "./words.ts";

export const read: Read = (given) => {
  const active = given.find(({ path }) => path.endsWith("/activeContext.md"));
  if (active === undefined) return [];
  const progress = given.find(({ path }) => path.endsWith("/progress.md"));
  // Some were pasted with the fence around them.
  const bare = active.text.replace(/^\s*```(?:markdown|md)\r?\n/, "");
  // In others bold lines stand for headings.
  const text = /^#{2,3} /m.test(bare) ? bare : bare.replace(/^\*\*([^*\n]{3,60}?):?\*\*:?[ \t]*$/gm, "## $1\n");
  const work = workIn(partsOf(text), progress === undefined ? [] : partsOf(progress.text));
  return [work === undefined ? { path: active.path } : { path: active.path, work }];
};

const FOCUS =
  /^(?:current|active|primary|main|immediate)(?: \w+)? (?:focus|task|work|session|objective|goals?|priorit\w+|development|activity|sprint|phase|feature|initiative|project)\b|^(?:focus|active (?:task|work)|current$|ongoing|what we(?:'re| are) working on|work in progress|in progress)|^(?:текущ|фокус|активн|поточн|описание текущ)(?!.{0,8}(?:статус|состояни|стан))|^(?:現在|当前|當前|目前)(?!.{0,3}(?:状态|狀態|状況))|^현재(?! ?상태)|^(?:foco|enfoque|tarefa|tarea|trabajo|trabalho|contexto) (?:actual|atual)|^(?:focus|tâche|travail) actuel|^aktueller?|^(?:trọng tâm|mevcut|[şs]u an)/u;
const STATE =
  /^(?:current|project) (?:\w+ )?(?:status|state|situation|context)\b|^(?:status|state|overview)\b|^(?:estado|état|status) actu|^(?:текущ|поточн)|^(?:現在|当前|當前|目前|현재)/u;
const NEXT =
  /^(?:immediate |planned |upcoming )?next\b|^(?:todo|to[- ]do|upcoming|remaining|pending|what'?s next|immediate (?:priorit|action|task))|^(?:следующ|дальнейш|наступн|план)|^(?:次|下一|接下来|后续|待办)|^다음|^(?:próxim|siguiente|prochain|nächst|sonraki|bước|các bước|prossim)/u;
const RECENT =
  /^(?:recent|latest|last) |^(?:недавн|последн|останн)|^(?:最近|近期)|^최근|^(?:cambios|mudanças|alterações) recient|^(?:cambios|mudanças|alterações)|^letzte/u;

function workIn(parts: readonly Part[], progress: readonly Part[]): Work | undefined {
  const all = parts.flatMap(({ points }) => points);
  const mode = labelled(all, /^current mode$/i);
  if (mode !== undefined && /^(?:idle|none|complete)/i.test(mode)) return undefined;
  const next = findPart(parts, NEXT);
  const steps = entriesOf(next);
  const focus = focusIn(parts, steps.length > 0);
  if (focus === undefined) return undefined;
  const title = titleOf(focus);
  if (title === undefined || isIdle(title, focus.part)) return undefined;
  const left = findPart(progress, /^(?:what'?s |work )?(?:left|remaining|in progress|to build)/);
  const changes = entriesOf(findPart(parts, RECENT)).map((text) => ({ status: "completed" as const, text }));
  const open = boxesOf(left?.points ?? []);
  const status = labelled(all, /^(?:current )?(?:status|mode|phase)$/i);
  return workOf(title, status ?? "active", {
    progress: cut([...boxesOf(focus.part.points), ...open, ...changes]),
    nextSteps: steps,
    blockers: entriesOf(findPart(parts, /^(?:current )?(?:blockers?|blocked|blocking)\b|^(?:阻塞|блок)/)),
    questions: entriesOf(
      findPart(parts, /^(?:\w+ )?(?:open |unresolved )?questions\b|^открытые вопросы|^(?:未解決|待解决|开放)/),
    ),
  });
}

interface Focus {
  readonly part: Part;
  /** What the heading itself says behind a colon. */
  readonly said: string;
}

/** The section of the focus: by its name, else by its place; a line that names it stands for one. */
function focusIn(parts: readonly Part[], hasNext: boolean): Focus | undefined {
  // A heading over everything is the title of the file.
  const least = parts.filter(({ depth }) => depth === 1).length > 1 ? 1 : 2;
  const top = parts.map((part, at) => ({ part, at })).filter(({ part }) => part.depth >= least);
  const named = [FOCUS, STATE].flatMap((pattern) => top.filter(({ part }) => pattern.test(nameOf(part.title))));
  const line = labelled(
    parts.slice(0, 2).flatMap(({ points }) => points),
    /^(?:current|active) (?:work )?(?:focus|task)$/i,
  );
  const found = named.find(({ at, part }) => titleOf({ part: wholeOf(parts, at), said: saidIn(part) }) !== undefined);
  if (found === undefined && line !== undefined) return { part: { title: "", depth: 1, points: [] }, said: line };
  const one = found ?? (hasNext ? firstOf(parts) : undefined);
  if (one === undefined) return undefined;
  return { part: wholeOf(parts, one.at), said: saidIn(one.part) };
}

function saidIn({ title }: Part): string {
  return /[:：]\s*(.+)$/u.exec(title)?.[1] ?? "";
}

/** Where no heading has a known name, the first section that says something and is no log of what is past. */
function firstOf(parts: readonly Part[]) {
  const at = parts.findIndex((part, index) => part.depth > 1 && wholeOf(parts, index).points.length > 0);
  const title = at === -1 ? "" : nameOf(parts[at]!.title);
  const isPast =
    /\b(?:completed?|done|previous|recent|archive|history|overview|summary|about)\b|özet|resum[eo]n?|обзор|概要|概述|概览|简介|übersicht|aperçu/.test(
      title,
    );
  return title === "" || isPast || NEXT.test(title) || RECENT.test(title) ? undefined : { part: parts[at]!, at };
}

function titleOf({ part, said }: Focus): string | undefined {
  if (said !== "" && !isNothing(said)) return titleFrom(said);
  const points = part.points.filter(
    ({ text }) => !isNothing(text) && !/^(?:last updated|updated|date|дата|更新|最終更新|日期)\b.*[:：]/iu.test(text),
  );
  const [newest] = points
    .filter(({ text }) => LOGGED.test(text))
    .sort((one, other) => (one.text < other.text ? 1 : -1));
  if (newest && LOGGED.test(points[0]!.text)) return titleFrom(newest.text.replace(LOGGED, ""));
  const [head] = points;
  // A line that only leads to what stands below it says nothing of its own, but where it is more than one sentence.
  const isLead = head !== undefined && /[:：]$/.test(head.text) && titleFrom(head.text).length + 1 >= head.text.length;
  const first = (isLead && points.find(({ text }) => !/[:：]$|^[✅☑✔]/u.test(text))) || head;
  if (first === undefined) return undefined;
  const [, label = "", value = ""] = /^([\p{L}][\p{L} /]{0,30}) *[:：] *(.+)$/u.exec(first.text) ?? [];
  const isLabel =
    /^(?:current |active |primary )?(?:focus|task|feature|work|phase|objective|goal|status|project|mode|タスク|任务|задача|фокус)$/iu.test(
      label,
    );
  return titleFrom(isLabel ? value : first.text);
}

/** A line of a log, which begins with its time. */
const LOGGED = /^\[?\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?\]?\s*[-–—:]?\s*(?=\S)/;
const IDLE =
  /^(?:none|idle|nothing|no (?:active|current|specific|ongoing|immediate)|not (?:set|specified|started)|n\/a|tbd|awaiting|waiting for|ready for (?:new|next|the next)|available for|to be |describe |待定|等待|нет )|\b(?:no active (?:task|work|development)|awaiting (?:user|new|next) \w+|waiting for (?:the )?(?:next|new|user))\b/iu;

/** Whether the focus says that nothing is in hand, or that it is done. */
function isIdle(title: string, { title: heading, points }: Part): boolean {
  if (IDLE.test(title) || isNothing(title)) return true;
  const done = points.filter(({ text, box }) =>
    box !== undefined ? statusIn(box) === "completed" : FINISHED.test(text),
  );
  if (points.some(({ box }) => box !== undefined) && done.length > 0) {
    return points.filter(({ box }) => box !== undefined).every(({ box }) => statusIn(box!) === "completed");
  }
  return FINISHED.test(title) || FINISHED.test(heading);
}

const FINISHED =
  /\b(?:is|are|was|been|now|fully) (?:now |fully |successfully )?(?:complete|completed|done|finished)\b|\bfully implemented\b|^(?:successfully |\p{L}+ed and )?(?:resolved|fixed|finished|completed)\b|(?:\b(?:is|are|was|all|now|fully|been|successfully|100%)? ?\b(?:complete|completed|done|finished)|已?完成|完了|завершен[оаы]?|выполнен[оаы]?)[^\p{L}\p{N}]*$|^(?:✅|(?:tôi )?đã hoàn thành|completed?\b)|(?:[—–:(]|(?<=\s)-) *(?:fully )?(?:✅ *)?(?:completed?|done|finished)\b|✅/iu;
