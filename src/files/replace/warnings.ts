/** What went differently without being wrong, in words for the user. */
import type { Replaced } from "./replace.ts";

/** What the user should know of a step that was taken; `from` is where a moved file was. */
export function warningsOf(
  path: string,
  { durable, inPlace, conflictCopy, conflictError }: Replaced,
  from: string = path,
): string[] {
  return [
    ...(inPlace ? [`${path} is a mount of its own and was written in place: a crash in that moment tears it`] : []),
    ...(durable ? [] : [`${path} is written, but the disk did not confirm it: a power cut could undo it`]),
    ...(conflictError
      ? [`Another program saved ${from} meanwhile, and its text could not be kept: ${conflictError.message}`]
      : []),
    ...(conflictCopy ? [`${from} was saved by another program meanwhile; its text is in ${conflictCopy}`] : []),
  ];
}
