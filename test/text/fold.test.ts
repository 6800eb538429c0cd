import fc from "fast-check";
import { expect, test } from "vitest";
import { charactersOf } from "../../src/base/fit.ts";
import { fold, mayHold } from "../../src/text/fold.ts";
import { line } from "../support/arbitraries.ts";
import { runs } from "../support/effort.ts";

test("every character that folds to ASCII is met by its bytes", () => {
  for (let code = 0x80; code < 0x110000; code++) {
    const character = code >= 0xd800 && code < 0xe000 ? "" : String.fromCodePoint(code);
    const folded = /[\0-\x7f]+/.exec(fold(character))?.[0];
    if (folded !== undefined) expect(mayHold(folded)(Buffer.from(character)), code.toString(16)).toBe(true);
  }
});

test("a text is folded as its characters are, one after the other", () => {
  fc.assert(
    fc.property(fc.oneof(line, fc.string({ unit: "grapheme" })), (text) => {
      expect([...charactersOf(text)].map(fold).join("")).toBe(fold(text));
      expect(fold(text.normalize("NFD"))).toBe(fold(text));
    }),
    runs(3000),
  );
});

test("bytes that hold a word may hold it", () => {
  fc.assert(
    fc.property(line, line, fc.string({ unit: "grapheme", minLength: 1 }), (before, after, word) => {
      const text = before + word.toUpperCase() + after;
      if (fold(text).includes(fold(word))) expect(mayHold(fold(word))(Buffer.from(text))).toBe(true);
    }),
    runs(3000),
  );
});
