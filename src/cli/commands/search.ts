/** `gate search`: see `gate/documents/search.ts`. */
import { search as find } from "../../gate/documents/search.ts";
import { foundInMany } from "../answer.ts";
import { command } from "../command.ts";
import { widthOf } from "../io.ts";
import { numberReader } from "../numbers.ts";
import { plural, shown } from "../style.ts";
import { viewMatch } from "../views/search.ts";

export const search = command({
  description:
    "Finds the lines of the state file, the work files and the archive that hold all of the words, whatever their case, " +
    "newest file first. Reads only.",
  examples: [
    ["gate search rate limit", "lines with both words, in any order"],
    ["gate search 'per IP'", "with the words just so"],
    ["gate search redis --json", "for programs: `matches`"],
  ],
  arguments: { words: { name: "[words...]", about: "what each line must hold" } },
  options: {
    limit: {
      flag: "--limit <count>",
      about: "at most so many lines",
      read: numberReader({
        pattern: /^[1-9]\d{0,8}$/,
        from: 1,
        to: 999_999_999,
        expected: "a number from 1",
        example: 20,
      }),
    },
  },
  async run({ io, openGate }, given) {
    return foundInMany(await find(openGate(), given), ({ matches, leftOut }, style) => {
      if (matches.length === 0) return `No line holds ${given.words.map((word) => `"${shown(word)}"`).join(" and ")}.`;
      const more = leftOut === undefined ? [] : [style.dim(`and ${plural(leftOut, "line")} more`)];
      const width = widthOf(io);
      return [...matches.map((match) => viewMatch(match, width, style)), ...more].join("\n");
    });
  },
});
