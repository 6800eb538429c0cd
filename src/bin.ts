/**
 * The program. It picks one surface and loads that alone; the only module that
 * knows how a process ends.
 */
declare const __VERSION__: string;

async function main(): Promise<void> {
  const { processIo, run } = await import("./cli/run.ts");
  const io = processIo(__VERSION__);
  const serveMcp = async (options: object) => {
    const { serve } = await import("./mcp/serve.ts");
    await serve({ ...options, version: io.version, cwd: io.cwd, home: io.home, environment: io.environment });
  };
  process.exitCode = await run(process.argv.slice(2), { ...io, serveMcp });
}

void main();
