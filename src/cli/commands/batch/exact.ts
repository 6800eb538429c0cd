/** JSON that is given as a word, whose numbers must stay what they are. */
import { GateError } from "../../../base/errors.ts";
import { inexactNumber } from "../../../json/json-text.ts";

/** Refuses a number that would be rounded. */
export function requireExact(text: string): void {
  const number = inexactNumber(text);
  if (number === undefined) return;
  throw new GateError("INVALID_ARGUMENT", `Cannot keep the number ${number.slice(0, 40)}: it would be rounded`, {
    hint: `Give it as a text: "${number.slice(0, 40)}"`,
  });
}
