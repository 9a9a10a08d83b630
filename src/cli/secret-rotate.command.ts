import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { AuditTrail } from '../access/audit-trail.service.js';
import { type RotationCount, StoredSecrets } from '../database/stored-secrets.service.js';
import { UnitOfWork } from '../database/unit-of-work.js';
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
        await record(context, counts);
        for (const count of stored) io.out(t('secret.rotated', { ...count }));
        const isAll = stored.every(({ unreadable }) => unreadable === 0);
        if (stored.length === 0) io.err(t('secret.none'));
        else io.err(t(isAll ? 'secret.allDone' : 'secret.notAll'));
        if (!isAll) throw new ExitCode(1);
      });
    });
}

/** The trail tells of it after the last batch: a rotation may take many transactions. */
async function record(
  context: INestApplicationContext,
  counts: readonly RotationCount[],
): Promise<void> {
  const rotated = counts.filter((each) => each.rotated > 0);
  if (rotated.length === 0) return;
  const after = { rotated: rotated.map(({ what, rotated: count }) => ({ what, count })) };
  await context
    .get(UnitOfWork)
    .run(() => context.get(AuditTrail).record({ action: 'secret.rotated', after }));
}
