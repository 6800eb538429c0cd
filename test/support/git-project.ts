/** A project in a git repository of its own, with one commit. */
import { execFileSync } from "node:child_process";
import { makeProject, type TestProject } from "./project.ts";

export interface GitProject extends TestProject {
  git(...words: readonly string[]): string;
}

export function makeGitProject(): GitProject {
  const project = makeProject({ "a.txt": "a\n" });
  const signed = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  const git = (...words: readonly string[]) =>
    execFileSync("git", [...signed, ...words], { cwd: project.root, encoding: "utf8" }).trim();
  git("init", "-q", "-b", "main");
  git("add", "a.txt");
  git("commit", "-qm", "First");
  return { ...project, git };
}
