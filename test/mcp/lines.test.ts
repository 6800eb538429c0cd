/** Bytes cut into lines: nothing is changed on the way, and what is too long is answered by its id. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutLines, type RequestId } from "../../src/mcp/lines.ts";
import { runs } from "../support/effort.ts";

const LIMIT = 200;

/** The lines of bytes that come in pieces of these sizes. */
function cut(bytes: Buffer, sizes: readonly number[], limit = LIMIT) {
  const passed: string[] = [];
  const refused: RequestId[] = [];
  const lines = cutLines(
    { pass: (line) => passed.push(line.toString("latin1")), refuse: (id) => refused.push(id) },
    limit,
  );
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    lines.push(bytes.subarray(at, at + size));
    at += size;
  }
  lines.end();
  return { passed, refused };
}

test("lines come whole, in their order, however the bytes arrive", () => {
  const line = fc
    .uint8Array({ maxLength: 260 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte))));
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), sizes, fc.boolean(), (lines, pieces, isEnded) => {
      const all = lines.map((each, at) =>
        isEnded || at < lines.length - 1 ? Buffer.concat([each, Buffer.from("\n")]) : each,
      );
      const { passed, refused } = cut(Buffer.concat(all), pieces);
      const fitting = all.filter(({ length }) => length > 0 && length <= LIMIT);
      expect(passed).toEqual(fitting.map((each) => each.toString("latin1")));
      expect(refused).toHaveLength(all.filter(({ length }) => length > LIMIT).length);
    }),
    runs(2000),
  );
});

describe("the id of a line that is too long", () => {
  const x = "x".repeat(400_000);
  test.each<[string, object | string, RequestId]>([
    ["in front", { jsonrpc: "2.0", id: 5, method: "tools/call", params: { x } }, 5],
    ["behind the method", { jsonrpc: "2.0", method: "tools/call", id: 'five "5"', params: { x } }, 'five "5"'],
    ["at the end, as the SDK writes it", { method: "tools/call", params: { x }, jsonrpc: "2.0", id: 0 }, 0],
    ["before the last member", { method: "tools/call", params: { x }, id: -3, jsonrpc: "2.0" }, -3],
    ["of an argument is not the request's", { method: "tools/call", params: { x, id: 9 } }, null],
    ["in a text is not the request's", { method: "tools/call", x: `${x},"id":9}` }, null],
    ["of a first argument is not the request's", { params: { id: 9, x } }, null],
    ["is missing in a notification", { method: "notifications/x", params: { x } }, null],
    ["is null", { id: null, method: "m", params: { x } }, null],
    ["is no JSON", `{"id":"a\tb","params":"${x}"}`, null],
    ["is cut off", `{"method":"m","params":{"x":"${x}`, null],
    ["of what is no JSON", x, null],
  ])("%s", (_name, message, id) => {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    expect(cut(Buffer.from(`${text}\n`), [65_536], 300_000)).toEqual({ passed: [], refused: [id] });
  });
});
