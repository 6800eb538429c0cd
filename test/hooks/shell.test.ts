/** What a shell command plainly destroys, and what it does not. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listVersions, readVersion } from "../../src/files/record/versions.ts";
import { effectsIn } from "../../src/hooks/destroyed.ts";
import { mayDestroy } from "../../src/hooks/destruction-signs.ts";
import { answerTo } from "../../src/hooks/hook.ts";
import { knowledgeOf } from "../../src/hooks/shell/disk.ts";
import { INTERPRETERS, PROGRAMS } from "../../src/hooks/shell/programs.ts";
import { readScript } from "../../src/hooks/shell/read-script.ts";
import { NOW } from "../support/clock.ts";
import { runs, upTo } from "../support/effort.ts";
import { fixture } from "../support/project.ts";

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "gate-shell-")));
  mkdirSync(join(root, ".claude/work"), { recursive: true });
  mkdirSync(join(root, ".claude/archive"));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, ".claude/state.md"), fixture("read/format.md"));
  writeFileSync(join(root, ".claude/work/1234.md"), "# Issue #1234: T\n");
  writeFileSync(join(root, ".claude/work/notes.md"), "notes\n");
  writeFileSync(join(root, ".claude/settings.json"), "{}\n");
  symlinkSync(join(root, ".claude"), join(root, "linked"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const nowhere = knowledgeOf(undefined, NOW);

async function reasonFor(command: string, cwd = root): Promise<string | undefined> {
  const payload = { hook_event_name: "PreToolUse", cwd, tool_name: "Bash", tool_input: { command } };
  const environment = { CLAUDE_PROJECT_DIR: root, HOME: root };
  return (await answerTo(JSON.stringify(payload), [], { environment, home: "/nowhere", clock: () => NOW }))?.error;
}

describe("is denied", () => {
  test.each([
    "rm .claude/state.md",
    "rm -f ./.claude/state.md",
    "/bin/rm -- .claude/state.md",
    "\\rm '.claude'/\"state.md\"",
    "rm -r .claude",
    "rm -rf .claude/work/",
    "rm -rf $CLAUDE_PROJECT_DIR/.claude",
    'rm "$\u007bCLAUDE_PROJECT_DIR}/.claude/state.md"',
    'rm "$(pwd)/.claude/state.md"',
    "rm $PWD/.claude/state.md",
    "rm ~/.claude/state.md",
    "F=.claude/state.md; rm $F",
    "rm .claude/*.md",
    "rm .claude/work/[0-9]*.md",
    "rm .claude/{state.md,other}",
    "rm -rf .c*",
    "cd .claude && rm state.md",
    "cd .claude/work; rm 1234.md",
    "(cd src; ls) && rm .claude/state.md",
    "cat x && sudo -u me rm .claude/state.md",
    "env A=1 rm .claude/state.md",
    "timeout 5 rm .claude/state.md",
    "if true; then rm .claude/state.md; fi",
    "echo $(rm .claude/state.md)",
    "echo `rm .claude/state.md`",
    "bash -c 'rm .claude/state.md'",
    'sh -lc "cd .claude && rm state.md"',
    "eval 'rm .claude/state.md'",
    "git ls-files | xargs rm .claude/state.md",
    "cat <<EOF > .claude/state.md\nhello\nEOF",
    "cat <<'EOF'\nrm nothing\nEOF\nrm .claude/state.md",
    ": > .claude/state.md",
    "echo x >| .claude/state.md",
    "echo x &> .claude/state.md",
    "echo x 1>.claude/state.md",
    "> .claude/state.md",
    "echo x > linked/state.md",
    "mv .claude/state.md /tmp/x",
    "mv .claude/work/1234.md .claude/archive/",
    "mv x .claude/state.md",
    "mv notes/1234.md .claude/work",
    "mv -t .claude/work src/1234.md",
    "mv .claude .claude.old",
    "cp /tmp/x .claude/state.md",
    "cp src/state.md .claude/",
    "install -m 644 x .claude/state.md",
    "ln -sf /dev/null .claude/state.md",
    "sed -i 's/a/b/' .claude/state.md",
    "sed -i.bak -e s/a/b/ .claude/state.md",
    "perl -pi -e 's/a/b/' .claude/state.md",
    "tee .claude/state.md < x",
    "echo x | tee /tmp/y .claude/state.md >/dev/null",
    "truncate -s 0 .claude/state.md",
    "dd if=/dev/null of=.claude/state.md",
    "shred -u .claude/state.md",
  ])("%s", async (command) => {
    expect(await reasonFor(command)).toContain(".claude");
  });

  test("in a folder below", async () => {
    expect(await reasonFor("rm ../.claude/state.md", join(root, "src"))).toContain("must not be removed");
    expect(await reasonFor("rm state.md", join(root, ".claude"))).toContain("must not be removed");
    expect(await reasonFor("rm state.md", join(root, "linked"))).toContain("must not be removed");
  });

  test("with what is done and the command to use instead", async () => {
    expect(await reasonFor("mv .claude/work/1234.md /tmp")).toMatch(/1234\.md must not be moved .* Use .*`gate done`/);
  });
});

describe("is none of the gate's business", () => {
  test.each([
    "cat .claude/state.md",
    "cat .claude/state.md > /tmp/copy",
    "cp .claude/state.md /tmp/copy",
    "cp -r .claude /tmp/copy",
    "grep -rn rm .claude",
    "git add .claude && git commit -m 'rm .claude/state.md'",
    "git rm --cached .claude/state.md",
    "gate save --done 'mv .claude/state.md away' > /dev/null",
    "gate done 2>&1 | tee /tmp/log",
    "echo 'rm .claude/state.md'",
    'echo "> .claude/state.md"',
    "# rm .claude/state.md",
    "echo x # > .claude/state.md",
    "cat <<EOF\nrm .claude/state.md\nEOF",
    "cat <<'EOF'\n> .claude/state.md\nEOF",
    "cat <<-EOF\n\trm .claude/state.md\n\tEOF",
    "sed -n 1,5p .claude/state.md",
    "sed 's/a/b/' .claude/state.md",
    "perl -ne print .claude/state.md",
    "tee -a .claude/state.md < x",
    "echo x >> .claude/state.md",
    "rm .claude",
    "rm -rf node_modules *",
    "rm .claude/settings.json",
    "rm .claude/work/notes.md",
    "rm .claude/state.md.bak",
    "rm /tmp/.claude-state/state.md",
    "rm .claude/work/999.md",
    "cd /tmp && rm state.md .claude/state.md",
    "(cd .claude); rm state.md",
    "cd $SOMEWHERE && rm .claude/state.md",
    'rm "$SOMEWHERE/.claude/state.md"',
    "ls 2>&1 >&2",
    "ln -s .claude/state.md link",
    "diff <(cat .claude/state.md) x",
    "[[ -f .claude/state.md ]] && echo yes",
    "find .claude -name '*.md'",
    "mkdir -p .claude/work && touch .claude/x",
    "rmdir .claude/empty",
    "toString .claude/state.md > /dev/null",
    "__proto__ x > /dev/null .claude/state.md",
  ])("%s", async (command) => {
    expect(await reasonFor(command)).toBeUndefined();
  });
});

/** The commands of a fixture, each with what it says. */
function commandsOf(name: string): readonly string[] {
  return JSON.parse(fixture(`shell/${name}.json`)) as string[];
}

describe("by its effects", () => {
  beforeAll(() => {
    writeFileSync(join(root, "list.txt"), ".claude/state.md\n.claude/work/1234.md\n");
    mkdirSync(join(root, "backup"));
    writeFileSync(join(root, "backup/state.md"), "old\n");
    writeFileSync(join(root, "src/a.txt"), "a\n");
    writeFileSync(join(root, "src/state.md"), "a\n");
  });
  test.each(commandsOf("destructive"))("is denied: %s", async (command) => {
    expect(await reasonFor(command)).toContain(".claude");
  });

  test.each(commandsOf("harmless"))("passes: %s", async (command) => {
    expect(await reasonFor(command)).toBeUndefined();
  });

  test.each(commandsOf("kept"))("passes, and what it may take back is kept first: %s", async (command) => {
    rmSync(join(root, ".claude/.gate"), { recursive: true, force: true });
    expect(await reasonFor(command)).toBeUndefined();
    const [newest] = listVersions({ root }, ".claude/state.md");
    expect(newest?.operation).toBe("outside");
    expect(Buffer.from(readVersion({ root }, newest!.id).bytes).toString()).toBe(fixture("read/format.md"));
    rmSync(join(root, ".claude/.gate"), { recursive: true, force: true });
  });

  test("a cleaning of what is ignored would take the versions too", async () => {
    expect(await reasonFor("git clean -fdx")).toContain("`git clean -fdx -e .claude`");
    expect(await reasonFor("git clean -fdx -e .claude")).toBeUndefined();
    expect(await reasonFor("git clean -ndx")).toBeUndefined();
    expect(await reasonFor("cd src && git clean -fdx")).toBeUndefined();
    rmSync(join(root, ".claude/.gate"), { recursive: true, force: true });
  });

  test("the folder of the project is not removed", async () => {
    expect(await reasonFor('rm -rf "$PWD"')).toContain("must not be removed");
    expect(await reasonFor("rm -rf ..", join(root, "src"))).toContain("must not be removed");
  });
});

test("whatever is known to write gets a look", () => {
  for (const name of [...Object.keys(PROGRAMS), ...Object.keys(INTERPRETERS)]) {
    const readsOnly = PROGRAMS[name]?.rules.length === 0 && !Object.hasOwn(INTERPRETERS, name);
    if (!readsOnly) expect(mayDestroy(`${name} .claude/state.md`, "/"), name).toBe(true);
  }
});

test("any text is read, in time that grows with its length", () => {
  const piece = fc.constantFrom(
    ...[
      "rm",
      " ",
      "$(",
      ")",
      "`",
      "'",
      '"',
      "\\",
      "<<",
      "EOF",
      "\n",
      "{",
      "}",
      ",",
      "*",
      "[",
      "]",
      "(",
      "&&",
      "|",
      ">",
    ],
    ...[".claude/state.md", "$x", "${", "cd", "bash -c", "#", "~", "=", "a", "<(", "$((", "))", "$'", ";", "2>&1"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      expect(() => effectsIn(pieces.join(""), "/", {}, nowhere)).not.toThrow();
    }),
    runs(3000, 6),
  );
  for (const unit of [
    "$(",
    "(",
    "`",
    "'",
    '"',
    "<<a\n",
    "{a,",
    "*a",
    "a;",
    "[",
    "$((",
    "\\",
    "bash -c '",
    "{",
    "x=1 ",
  ]) {
    expect(() => effectsIn(unit.repeat(upTo(60_000) / unit.length), "/", {}, nowhere)).not.toThrow();
  }
  expect(readScript("a".repeat(300_000))).toBeUndefined();
});
