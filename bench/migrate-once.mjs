/** One migration in a process of its own, so that its memory can be told: prints `{ms, mib}`. */
import { kvMigrate, openGate } from "../dist/index.js";

const [, , root, from, to, redisUrl] = process.argv;
const start = performance.now();
await kvMigrate(openGate({ root }), { from, to, force: true, ...(redisUrl && { redisUrl }) });
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ ms, mib: process.resourceUsage().maxRSS / 1024 }));
