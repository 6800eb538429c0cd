/** Waits that have an end, with one timer for all of them. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Deadline } from "../../src/store/deadline.ts";

let deadline: Deadline;
beforeEach(() => {
  vi.useFakeTimers();
  deadline = new Deadline(100, () => new Error("late"));
});
afterEach(() => {
  vi.useRealTimers();
});

const never = () => new Promise<string>(() => {});
const outcome = (answer: Promise<string>) => {
  const seen = { text: "waiting" };
  answer.then(
    (value) => {
      seen.text = value;
    },
    (error: Error) => {
      seen.text = error.message;
    },
  );
  return seen;
};

test("answers and failures that come in time are passed on", async () => {
  await expect(deadline.within(Promise.resolve("yes"))).resolves.toBe("yes");
  await expect(deadline.within(Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("each wait ends at its own time", async () => {
  const first = outcome(deadline.within(never()));
  await vi.advanceTimersByTimeAsync(60);
  const second = outcome(deadline.within(never()));
  await vi.advanceTimersByTimeAsync(39);
  expect([first.text, second.text]).toEqual(["waiting", "waiting"]);
  await vi.advanceTimersByTimeAsync(2);
  expect([first.text, second.text]).toEqual(["late", "waiting"]);
  await vi.advanceTimersByTimeAsync(60);
  expect(second.text).toBe("late");
});

test("a wait begun under the timer of an earlier one has its whole time", async () => {
  await deadline.within(Promise.resolve("yes"));
  await vi.advanceTimersByTimeAsync(90);
  const later = outcome(deadline.within(never()));
  await vi.advanceTimersByTimeAsync(95);
  expect(later.text).toBe("waiting");
  await vi.advanceTimersByTimeAsync(10);
  expect(later.text).toBe("late");
});

test("without a wait the timer ends by itself", async () => {
  for (let count = 0; count < 100; count++) await deadline.within(Promise.resolve("yes"));
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(101);
  expect(vi.getTimerCount()).toBe(0);
});

test("an answer after the end is nobody's", async () => {
  let answer: (value: string) => void = () => {};
  const wait = outcome(
    deadline.within(
      new Promise((resolve) => {
        answer = resolve;
      }),
    ),
  );
  await vi.advanceTimersByTimeAsync(101);
  answer("too late");
  await vi.advanceTimersByTimeAsync(1);
  expect(wait.text).toBe("late");
});
