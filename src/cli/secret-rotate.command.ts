import type { Command } from 'commander';
import { StoredSecrets } from '../database/stored-secrets.service.js';
import { translator } from '../web/translator.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { ExitCode } from './exit-code.js';

const t = translator();

/** `oju secret rotate`: the application may run meanwhile, and it may be run again at any time. */
export function registerSecretRotate(secret: Command, io: CommandIo): void {
  secret
    .command('rotate')
    .description('encrypt all that is stored under the first key of OJU_SECRET, and print counts')
    .action(async () => {
      await withContext(io, async (context) => {
        const counts = await context.get(StoredSecrets).rotate();
        const stored = counts.filter((each) => each.underFirstKey + each.unreadable > 0);
        for (const count of stored) io.out(t('secret.rotated', { ...count }));
        const isAll = stored.every(({ unreadable }) => unreadable === 0);
        if (stored.length === 0) io.err(t('secret.none'));
        else io.err(t(isAll ? 'secret.allDone' : 'secret.notAll'));
        if (!isAll) throw new ExitCode(1);
      });
    });
}
