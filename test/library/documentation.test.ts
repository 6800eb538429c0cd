/** Whoever writes a program sees what each export of the library is: asked of the language service, as editors do. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
/** Where the program that uses the library would stand; it is only in the editor. */
const URI = pathToFileURL(join(ROOT, "test/library/uses.ts")).href;

/** The names that an entry exports, whatever they are. */
function exportsOf(entry: string): string[] {
  const code = readFileSync(join(ROOT, "src", entry), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const lists = [...code.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = ""]) => list.split(","));
  const named = lists.map((name) => name.replace(/^\s*type |[\s\S]* as /g, "").trim()).filter((name) => name !== "");
  const declared = [...code.matchAll(/^export (?:const|function|interface|type) (\w+)/gm)].map(([, name = ""]) => name);
  const inner = [...code.matchAll(/export \* from "\.\/([^"]+)"/g)].flatMap(([, path = ""]) => exportsOf(path));
  return [...named, ...declared, ...inner];
}

/** A language server, asked one thing after the other. */
class Service {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #received = Buffer.alloc(0);
  #asked = 0;

  constructor() {
    const program = join(ROOT, "node_modules/typescript/lib/tsc.js");
    this.#child = spawn(process.execPath, [program, "--lsp", "--stdio"], { cwd: ROOT, stdio: "pipe" });
    this.#child.stdout!.on("data", (part: Buffer) => this.#take(part));
    onTestFinished(() => void this.#child.kill());
  }

  tell(message: object): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin!.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#asked;
    this.tell({ id, method, params });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #take(part: Buffer): void {
    this.#received = Buffer.concat([this.#received, part]);
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.subarray(0, end).toString())?.[1]);
      if (end === -1 || this.#received.length < end + 4 + length) return;
      const message = JSON.parse(this.#received.subarray(end + 4, end + 4 + length).toString());
      this.#received = this.#received.subarray(end + 4 + length);
      // What the server itself wants to know has no answer here.
      if (message.method !== undefined && message.id !== undefined) this.tell({ id: message.id, result: null });
      else this.#waiting.get(message.id)?.(message.result);
    }
  }
}

test("every export of the library has a documentation", async () => {
  const exported = ["index.ts", "remark.ts", "driver-contract.ts"].map((entry) => ({ entry, names: exportsOf(entry) }));
  for (const { names } of exported) expect(names.length).toBeGreaterThan(10);
  const from = ({ entry, names }: (typeof exported)[number]) =>
    names.map((name) => `export { type ${name} } from "../../src/${entry}";\n`);
  const text = exported.flatMap(from).join("");
  const names = exported.flatMap((one) => one.names);
  const service = new Service();
  const capabilities = { textDocument: { hover: { contentFormat: ["markdown"] } } };
  await service.ask("initialize", { processId: process.pid, rootUri: pathToFileURL(ROOT).href, capabilities });
  service.tell({ method: "initialized", params: {} });
  const textDocument = { uri: URI, languageId: "typescript", version: 1, text };
  service.tell({ method: "textDocument/didOpen", params: { textDocument } });
  const silent: string[] = [];
  for (const [line, name] of names.entries()) {
    const position = { line, character: "export { type ".length };
    const asked = service.ask("textDocument/hover", { textDocument: { uri: URI }, position });
    const hover = (await asked) as { readonly contents: { readonly value: string } } | null;
    // The declaration stands between fences, and below it what is said of it.
    const words = hover?.contents.value.split("\n```").slice(1).join("").trim() ?? "";
    if (!words.includes(" ")) silent.push(name);
  }
  expect(silent).toEqual([]);
});
