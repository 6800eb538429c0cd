/** The words in which people say how far something is, in the languages that were met. */
import type { ProgressStatus } from "../document/glyphs.ts";

const NOT =
  /\b(?:not|in|non|un|isn't|half|almost|partially|nearly)[ -]?(?:yet )?(?:complete|done|finished)|未完|没有?完成|не (?:готов|заверш|выполн)|미완/i;
const DONE =
  /✅|☑|✔|✓|\b(?:complete|completed|done|finished|closed|shipped|resolved|verified|skipped|cancell?ed|dropped|deferred|superseded|merged|passed)\b|完成|完了|완료|готов|заверш|выполнен|termin(?:é|ad)|conclu[ií]d|completad|erledigt|abgeschlossen|hoàn thành|tamamland/i;
const DOING =
  /🔄|🚧|⏳|\b(?:in[ _-]?progress|doing|active|ongoing|executing|current|started|wip|underway)\b|当前|當前|进行中|進行中|执行中|实施中|進行|진행|в работе|в процессе|выполняется|en curso|em andamento|en cours|in arbeit|đang/i;
const BLOCKED = /❌|\bblocked\b|阻塞|заблокирован/i;
const PENDING =
  /⏸|⬜|☐|🔲|\b(?:pending|todo|to do|not[ _-]started|planned|open|next|ready|queued|waiting)\b|未开始|待|未着手|未完|没有?完成|대기|ожида|не начат|pendiente|pendente|offen|à faire/i;

/** How far a group of items is; `undefined` without any. */
export function statusOfAll(items: readonly { readonly status: ProgressStatus }[]): ProgressStatus | undefined {
  const done = items.filter(({ status }) => status === "completed").length;
  if (done === items.length) return done === 0 ? undefined : "completed";
  return done > 0 || items.some(({ status }) => status === "in_progress") ? "in_progress" : "pending";
}

/** How far something is by a word, or by what stands in a box; `undefined` where it does not say it. */
export function statusIn(word: string): ProgressStatus | undefined {
  if (/^ ?$/.test(word)) return "pending";
  if (/^[xX]$/.test(word)) return "completed";
  if (/^[~/-]$/.test(word)) return "in_progress";
  if (word === "!" || BLOCKED.test(word)) return "blocked";
  // What goes on says so before what of it is done.
  if (/^\W*(?:not[ _-]started|pending)/i.test(word)) return "pending";
  if (DOING.test(word) && !/^\W*(?:complete|done)/i.test(word) && !/^[✅✔☑]/u.test(word)) return "in_progress";
  if (DONE.test(word) && !NOT.test(word)) return "completed";
  return PENDING.test(word) || NOT.test(word) ? "pending" : undefined;
}

/** Whether only a place is held: a label or number, and dots or a bracket behind it. */
export function isHeld(text: string): boolean {
  return /^(?:[\p{L} ]{2,30}[:：]|\d+[.):：]) *(?:[^\p{L}\p{N}]*|[(（][^()（）]*[)）])$/u.test(text);
}

const STEPS =
  /^(?:#|no\.?|id|序号|编号)$|phase|step|stage|task|milestone|阶段|階段|步骤|任务|里程碑|フェーズ|タスク|단계|фаз|этап|fase|etapa/iu;

/** Whether the head of a column is that of the steps of a plan. */
export function isStep(head: string): boolean {
  return STEPS.test(head);
}
