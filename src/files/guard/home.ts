/** The user's home folder, as `os.homedir()` has it; that module is loaded only where the environment does not say. */
export function homeFolder(): string {
  const named = process.platform === "win32" ? undefined : process.env["HOME"];
  return named ?? process.getBuiltinModule("node:os").homedir();
}
