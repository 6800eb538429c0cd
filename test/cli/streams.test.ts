/** Standard streams that take or give less than they are asked for. */
import { afterEach, expect, test, vi } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { readInput } from "../../src/files/read/input.ts";
import { writeOutput } from "../../src/files/terminal/output.ts";

afterEach(() => vi.restoreAllMocks());

function failure(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: "write" });
}

/** Standard output that does, call by call, what is listed, and then takes a byte at a time. */
function outputThat(...steps: readonly (string | number)[]): () => string {
  const left = [...steps];
  const taken: number[] = [];
  vi.spyOn(system, "pause").mockImplementation(() => {});
  vi.spyOn(system, "writeSync").mockImplementation((...args: unknown[]) => {
    const [, bytes, offset, length] = args as [number, Uint8Array, number, number];
    const step = left.shift() ?? 1;
    if (typeof step === "string") throw failure(step);
    const count = Math.min(step, length);
    taken.push(...bytes.subarray(offset, offset + count));
    return count;
  });
  return () => new TextDecoder().decode(Uint8Array.from(taken));
}

test("what is taken in parts arrives whole", () => {
  const taken = outputThat(2, "EAGAIN", 3, "EAGAIN", "EAGAIN", 1);
  expect(writeOutput("output", "größer ✅ als ein Stück")).toBe(true);
  expect(taken()).toBe("größer ✅ als ein Stück");
  expect(system.pause).toHaveBeenCalledTimes(3);
});

test.each([65_535, 65_536, 131_071, 200_001])("a long text arrives whole, wherever it is cut: %d", (length) => {
  for (const text of [`${"a".repeat(length)}😀é`, "😀".repeat(length)]) {
    const taken = outputThat(7001, ...Array.from({ length: 20 }, () => 70_000));
    expect(writeOutput("output", text)).toBe(true);
    expect(taken()).toBe(text);
    vi.restoreAllMocks();
  }
});

test.each(["EPIPE", "EOF"])("%s in the middle means that nobody reads any more", (code) => {
  outputThat(3, code);
  expect(writeOutput("output", "abcdef")).toBe(false);
});

test("other errors say that the answer is lost, not what was done", () => {
  outputThat(3, "ENOSPC");
  expect(() => writeOutput("output", "abcdef")).toThrow(
    expect.objectContaining({
      code: "IO",
      message: "Cannot write to standard output: the disk is full",
      hint: expect.stringContaining("what the command did is done"),
    }),
  );
});

function inputThat(...steps: readonly string[]): void {
  const left = [...steps];
  vi.spyOn(system, "pause").mockImplementation(() => {});
  vi.spyOn(system, "readSync").mockImplementation((...args: unknown[]) => {
    const [, chunk] = args as [number, Uint8Array];
    const step = left.shift() ?? "";
    if (/^E[A-Z]+$/.test(step)) throw failure(step);
    return new TextEncoder().encodeInto(step, chunk).written;
  });
}

test("input is read to its end, however it comes", () => {
  inputThat("a", "EAGAIN", "bc", "EAGAIN", "d");
  expect(readInput("-", "/", 10)).toBe("abcd");
  inputThat("ab", "EOF");
  expect(readInput("-", "/", 10)).toBe("ab");
});

test("input may be as long as its limit", () => {
  inputThat("abcd");
  expect(readInput("-", "/", 4)).toBe("abcd");
});

test("input is not read beyond its limit", () => {
  inputThat("abcd", "e", "never asked for");
  expect(() => readInput("-", "/", 4)).toThrow("Cannot read standard input: it is larger than");
  expect(system.readSync).toHaveBeenCalledTimes(2);
});

test("input that fails is an error of the machine", () => {
  inputThat("a", "EIO");
  expect(() => readInput("-", "/", 10)).toThrow("Cannot read standard input: the disk reports an error");
});
