import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProgram } from "../../src/files/guard/program.ts";

test.skipIf(process.platform === "win32")("a program is found in the folders of PATH and nowhere else", () => {
  const folder = mkdtempSync(join(tmpdir(), "gate-program-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["plain", "program", "later"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "plain/gh"), "");
  for (const name of ["program", "later"]) {
    writeFileSync(join(folder, name, "gh"), "#!/bin/sh\n");
    chmodSync(join(folder, name, "gh"), 0o755);
  }
  const path = (...names: string[]) => names.map((name) => join(folder, name)).join(delimiter);
  expect(findProgram("gh", path("missing", "plain", "program", "later"))).toBe(join(folder, "program/gh"));
  expect(findProgram("gh", path("plain"))).toBeUndefined();
  expect(findProgram("gh", ["", ".", "later"].join(delimiter))).toBeUndefined();
  expect(findProgram("gh", undefined)).toBeUndefined();
});
