/** A work file under another title. */
import { issueOf, type WorkDocument } from "../document/work.ts";
import { decodeText, encodeHeading } from "../syntax/escape.ts";
import type { Edit } from "../text/edit.ts";

/** What stands before a title: the number, and what parts the two. */
const HEADER = /^([^\d\r\n]*\d+)([ \t]*(?:[-–—:]{1,3}(?=[ \t]|$)|:)?[ \t]*)([^\r\n]*)$/;

/** Gives the issue of the heading a title; nothing where it has that, or where the heading is not read as it stands. */
export function retitleWork(document: WorkDocument, title: string): readonly Edit[] {
  const issue = issueOf(document);
  if (issue === undefined || issue.title === title) return [];
  const { start, end } = document.header!.value.section.heading!.content;
  const [, number, parting = "", old] = HEADER.exec(document.text.slice(start, end)) ?? [];
  if (number === undefined || decodeText(old!) !== issue.title) return [];
  const separator = /[-–—:]/.test(parting) ? `${parting.trimEnd()} ` : ": ";
  return [{ start: start + number.length, end, text: separator + encodeHeading(title) }];
}
