/** Files of others, handed over by name: read whole or not at all, replaced whole or not at all. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { system } from "../../src/files/guard/system.ts";
import { readExternal, replaceExternal } from "../../src/files/replace/external-file.ts";
import { callsOf, failing, replaced } from "./faults.ts";
import { failure, NEW, OLD, temporaryFolder } from "./project.ts";

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "ours"), OLD);
});

const textOf = (name = "ours") => readFileSync(join(cwd, name), "utf8");

describe("reading", () => {
  test("gives all bytes, of a file named from here or from the root, through a link too", () => {
    symlinkSync("ours", join(cwd, "link"));
    mkdirSync(join(cwd, "below"));
    for (const path of ["ours", join(cwd, "ours"), "link", "below/../ours"]) {
      expect(Buffer.from(readExternal(path, cwd, 100)).toString()).toBe(OLD.toString());
    }
    expect(Buffer.from(readExternal("../ours", join(cwd, "below"), 100)).toString()).toBe(OLD.toString());
  });

  test("has a limit that counts bytes, and says it in KiB", () => {
    writeFileSync(join(cwd, "ours"), Buffer.alloc(2048));
    expect(readExternal("ours", cwd, 2048)).toHaveLength(2048);
    writeFileSync(join(cwd, "ours"), Buffer.alloc(2049));
    const error = failure("INVALID_ARGUMENT", () => readExternal("ours", cwd, 2048));
    expect(error).toMatchObject({
      message: "Cannot read ours: it is larger than 2 KiB",
      path: "ours",
      hint: "Merge it by hand.",
    });
  });

  test("of what is not there fails, and so does a disk at any call", () => {
    expect(failure("IO", () => readExternal("none", cwd, 9)).message).toMatch(/^Cannot read none: /);
    const calls = callsOf(() => readExternal("ours", cwd, 100));
    for (let index = 0; index < calls.length; index++) {
      if (calls[index] === "closeSync")
        expect(failing(index, "EIO", () => readExternal("ours", cwd, 100))).toEqual(new Uint8Array(OLD));
      else failure("IO", () => failing(index, "EIO", () => readExternal("ours", cwd, 100)));
    }
    expect(calls).toEqual(["openSync", "fstatSync", "readSync", "readSync", "closeSync"]);
  });
});

describe("replacing", () => {
  test("puts the new bytes in place by a rename, whatever the umask takes, and leaves nothing else", () => {
    for (const mode of [0o644, 0o666, 0o751]) {
      chmodSync(join(cwd, "ours"), mode);
      const before = process.umask(0o077);
      try {
        replaceExternal("ours", cwd, NEW);
      } finally {
        process.umask(before);
      }
      expect([textOf(), statSync(join(cwd, "ours")).mode & 0o777]).toEqual([NEW.toString(), mode]);
      expect(readdirSync(cwd)).toEqual(["ours"]);
    }
    expect(callsOf(() => replaceExternal("ours", cwd, NEW))).toEqual([
      ...["realpathSync", "statSync", "openSync", "writeSync", "fstatSync", "fchmodSync", "closeSync", "renameSync"],
    ]);
  });

  test("goes where a link leads, and the link stays", () => {
    mkdirSync(join(cwd, "below"));
    symlinkSync("../ours", join(cwd, "below/link"));
    replaceExternal("below/link", cwd, NEW);
    expect(textOf()).toBe(NEW.toString());
    expect(readdirSync(join(cwd, "below"))).toEqual(["link"]);
  });

  test("of what is not there makes nothing", () => {
    rmSync(join(cwd, "ours"));
    expect(failure("IO", () => replaceExternal("ours", cwd, NEW)).message).toMatch(/^Cannot write ours: /);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each(["ENOSPC", "EIO", "EACCES"])("%s at any call: as it was, or done, and nothing beside it", (code) => {
    const calls = callsOf(() => replaceExternal("ours", cwd, OLD));
    for (let index = 0; index < calls.length; index++) {
      writeFileSync(join(cwd, "ours"), OLD);
      const act = () => failing(index, code, () => replaceExternal("ours", cwd, NEW));
      // Who may not set a mode has the one that the umask leaves.
      if (calls[index] === "fchmodSync") act();
      else failure("IO", act);
      expect(textOf()).toBe(calls[index] === "fchmodSync" ? NEW.toString() : OLD.toString());
      expect(readdirSync(cwd), calls[index]!).toEqual(["ours"]);
    }
  });

  test("a disk that counts bytes it does not keep is found out by the size", () => {
    const write = system.writeSync;
    const writeSync = ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
      write(fd, bytes, offset, length - 1, null);
      return length;
    }) as typeof write;
    failure("IO", () => replaced({ writeSync }, () => replaceExternal("ours", cwd, NEW)));
    expect([textOf(), readdirSync(cwd)]).toEqual([OLD.toString(), ["ours"]]);
  });
});
