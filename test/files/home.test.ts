/** What is said of the process by small modules that load nothing. */
import { closeSync, openSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isatty } from "node:tty";
import { afterEach, expect, test } from "vitest";
import { homeFolder } from "../../src/files/guard/home.ts";
import { isTerminal } from "../../src/files/terminal/terminal.ts";
import { makeFolder } from "../support/program.ts";
import { replaced, systemError } from "./faults.ts";

const HOME = process.env["HOME"];
afterEach(() => {
  if (HOME === undefined) delete process.env["HOME"];
  else process.env["HOME"] = HOME;
});

test("the home folder is what Node says, whatever the environment says of it", () => {
  for (const home of ["/somewhere/else", "", "relative"]) {
    process.env["HOME"] = home;
    expect(homeFolder()).toBe(homedir());
  }
  delete process.env["HOME"];
  expect(homeFolder()).toBe(homedir());
});

test("no file, folder, device or closed descriptor is a terminal", () => {
  const folder = makeFolder();
  for (const [path, flags] of [
    [join(folder, "file"), "w"],
    [folder, "r"],
    ["/dev/null", "r"],
    ["/dev/zero", "r"],
  ] as const) {
    const descriptor = openSync(path, flags);
    expect(isTerminal(descriptor), path).toBe(isatty(descriptor));
    closeSync(descriptor);
  }
  expect(isTerminal(9999)).toBe(false);
});

test("what cannot be told is asked of Node, and no fault of the program is hidden", () => {
  const stats = { isCharacterDevice: () => true, rdev: 0x8800 };
  expect(replaced({ fstatSync: (() => stats) as never }, () => isTerminal(9999))).toBe(isatty(9999));
  const failing = () => {
    throw systemError("EIO", "fstatSync");
  };
  expect(replaced({ fstatSync: failing as never }, () => isTerminal(0))).toBe(false);
  const faulty = () => {
    throw new TypeError("x");
  };
  expect(() => replaced({ fstatSync: faulty as never }, () => isTerminal(0))).toThrow(TypeError);
});
