import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', 'integration');
/** How many files share-N.int-share.ts there are. */
const SHARES = 8;

/** Longer than any file asks for: where several are loaded as one, the last that asks decides. */
const LONGEST_MS = 120_000;

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/**
 * The tests of every eighth file of test/integration, as one. Jest loads the application, its
 * frameworks and their drivers anew for each file that it runs, which takes longer than most files'
 * own tests. Each keeps its databases, its hooks and its spies to itself.
 * @param share 0 to 7
 */
export function loadShare(share: number): void {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.int-spec.ts'));
  for (const name of files.sort().filter((_, index) => index % SHARES === share)) {
    describe(name, () => {
      // Nest has one logger, and keeps what it was told for an application that is gone.
      beforeAll(() => {
        Logger.detachBuffer();
        Logger.overrideLogger(new ConsoleLogger());
        Logger.overrideLogger(LEVELS);
      });
      jest.requireActual(join(FOLDER, name));
      afterAll(() => {
        jest.restoreAllMocks();
      });
    });
  }
  jest.setTimeout(LONGEST_MS);
}
