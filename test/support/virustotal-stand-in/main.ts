import type { StandInProcessOptions } from './options.js';
import { startVirusTotalStandIn } from './server.js';

/**
 * The stand-in as a process: options as one JSON argument, `{"url":"http://127.0.0.1:PORT"}` on
 * standard output when it listens. It ends on SIGTERM, and with the process that spawned it.
 */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as StandInProcessOptions;
  const standIn = await startVirusTotalStandIn(options);
  const stop = (): void => {
    void standIn.close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
  process.stdout.write(`${JSON.stringify({ url: standIn.origin })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
