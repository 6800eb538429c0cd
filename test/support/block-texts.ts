/** Texts in which it is hard to say where a block begins and ends. */
import fc from "fast-check";

/** A state file with everything the format has. */
export const STATE = `---
schema_version: 1
---
# Session State

**Last Updated:** 2024-10-23T14:30:00Z

## Active Work

**Current Issue:** #1234 - Add rate limiting to authentication
**Branch:** feature/rate-limiting
**Started:** 2024-10-23T10:00:00Z

### Progress
- ✅ Researched rate limiting approaches
- 🔄 Implementing middleware (80% done)
- ⏸️ Need to add tests

### Next Steps
1. Complete middleware implementation
2. Write unit tests for rate limiter

### Open Questions
- Should the limit be per IP or per user?
  → Decision: Per IP when unauthenticated
- What are the limits?
  → TBD: discuss with the team

## Recent Work

**Previous Issue:** #1200 - User authentication (Completed 2024-10-22)
**Previous Issue:** #1150 - Database migrations (Paused 2024-10-20)

## Blockers
None currently

## Context
- Working primarily in src/auth/
- Builds on work from #1100 (JWT implementation)
`;

/** A work file with blocks of all kinds. */
export const WORK = `# Issue #7: Odd blocks

**GitHub:** https://example.com/7
**Status:** in_progress

## Progress Log

### 2024-10-23T14:30:00Z
- Did a thing
  - and \`another\`

    in two paragraphs
* other bullet
+ third bullet

\`\`\`sh
# no heading
- no item
\`\`\`

<!-- managed
## no heading
-->

> quoted
> 1. item
lazy

| a | b |
|---|---|

1. **first:** because
   - alternative
10. tenth

    code
Title
=====
<div>
html
</div>

***
- [x] task
`;

const MARKERS = [
  "- ",
  "- ",
  "* ",
  "+ ",
  "1. ",
  "2) ",
  "2. ",
  "10. ",
  "> ",
  "> ",
  ">",
  "-",
  "1.",
  "-\t",
  "-   ",
  "-     ",
];
const SPACE = ["    ", "\t", " ", "  ", "   "];
const LEAVES = [
  ...[
    "#",
    "## x",
    "# a # ",
    "#a",
    "```",
    "```",
    "~~~",
    "````",
    "``` js",
    "```a`",
    "<!--",
    "-->",
    "<!-- x -->",
    "<div>",
  ],
  ...[
    "</div>",
    "<div/",
    "<pre>",
    "</pre>",
    "<?",
    "?>",
    "<!A",
    ">",
    "<![CDATA[",
    "]]>",
    "<a>",
    "<a b=c=d>",
    "</a >",
    "<a",
  ],
  ...[
    "---",
    "--- ",
    "===",
    "=",
    "***",
    "* * *",
    "text",
    "text",
    "text",
    "→ x",
    "✅ x",
    "",
    "",
    "",
    "**A:** b",
    "\\",
    "a  ",
  ],
  ...["&amp;", "`", "[a]: b", "x\ty", "\u00a0", "\0", "--"],
];

/** A text of lines made of markers, white space and beginnings of leaves. */
export function blockish(): fc.Arbitrary<string> {
  const marker = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...MARKERS) }, fc.constantFrom(...SPACE));
  const line = fc
    .tuple(fc.array(marker, { maxLength: 4 }), fc.constantFrom(...LEAVES))
    .map(([markers, leaf]) => markers.join("") + leaf);
  const eol = fc.oneof({ weight: 8, arbitrary: fc.constant("\n") }, fc.constantFrom("\r\n", "\r"));
  const opening = fc.oneof({ weight: 30, arbitrary: fc.constant("") }, fc.constantFrom("---\n", "\ufeff"));
  return fc
    .tuple(opening, fc.array(line, { maxLength: 12 }), eol)
    .map(([start, lines, end]) => start + lines.join(end));
}

/** A document whose lines are deleted, doubled, swapped or indented, and whose characters are changed. */
export function damaged(): fc.Arbitrary<string> {
  const step = fc.record({
    kind: fc.constantFrom("delete", "double", "swap", "indent", "character", "cut"),
    at: fc.nat(),
    to: fc.nat(),
    piece: fc.constantFrom(...MARKERS, ...SPACE, ...LEAVES, "\n"),
  });
  return fc
    .tuple(fc.constantFrom(STATE, WORK), fc.array(step, { minLength: 1, maxLength: 8 }), fc.boolean())
    .map(([text, steps, crlf]) => {
      const result = steps.reduce(damage, text);
      return crlf ? result.replaceAll("\n", "\r\n") : result;
    });
}

function damage(text: string, step: { kind: string; at: number; to: number; piece: string }): string {
  const lines = text.split("\n");
  const at = step.at % lines.length;
  const to = step.to % lines.length;
  const offset = step.at % (text.length + 1);
  switch (step.kind) {
    case "delete":
      return lines.toSpliced(at, 1).join("\n");
    case "double":
      return lines.toSpliced(to, 0, lines[at]!).join("\n");
    case "swap":
      return lines.with(at, lines[to]!).with(to, lines[at]!).join("\n");
    case "indent":
      return lines.with(at, step.piece + lines[at]!).join("\n");
    case "character":
      return text.slice(0, offset) + step.piece + text.slice(offset + 1);
    default:
      return text.slice(0, offset);
  }
}

/** Characters that begin blocks, and any others. */
export function randomCharacters(): fc.Arbitrary<string> {
  const text = fc.string({ unit: fc.constantFrom(..." \t\n\r>-*+1.)2#`~<!/?a=_é\ufeff\0"), maxLength: 40 });
  return fc.oneof(text, fc.string({ unit: "binary" }));
}
