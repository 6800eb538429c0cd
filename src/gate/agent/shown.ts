/** Text of a document as an agent is shown it: one line, with what hides or steers made visible. */
import { cutToBytes } from "../../base/fit.ts";
import { printable } from "../../base/line.ts";

/** No single line takes more than a part of the room. */
export function shown(text: string, most = 240): string {
  return cutToBytes(printable(text.slice(0, 8 * most)), most);
}
