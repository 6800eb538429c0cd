/**
 * The program. It picks one surface and loads that alone; the only module that
 * knows how a process ends.
 */
declare const __VERSION__: string;

async function main(): Promise<void> {
  const { processIo, run } = await import("./cli/run.ts");
  process.exitCode = await run(process.argv.slice(2), processIo(__VERSION__));
}

void main();
