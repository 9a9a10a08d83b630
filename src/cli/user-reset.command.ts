import type { INestApplicationContext } from '@nestjs/common';
import { type Command, Option } from 'commander';
import { SecondFactor } from '../access/second-factor.service.js';
import type { User } from '../access/user.entity.js';
import { UserService } from '../access/user.service.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { newPassword, PASSWORD_STDIN } from './new-password.js';

interface ResetOptions {
  email: string;
  passwordStdin?: true;
  withoutPassword?: true;
  removeSecondFactor?: true;
}

/** `oju user reset --email E [--password-stdin | --without-password] [--remove-second-factor]` */
export function registerUserReset(user: Command, io: CommandIo): void {
  user
    .command('reset')
    .description('give a user another password, and end the user’s sessions')
    .requiredOption('--email <address>', 'mail address of the user')
    .option(...PASSWORD_STDIN)
    .addOption(
      new Option(
        '--without-password',
        'take the password away, for a user who is to sign in through OpenID Connect',
      ).conflicts('passwordStdin'),
    )
    .option('--remove-second-factor', 'for who lost the app and the recovery codes')
    .action(async (options: ResetOptions) => {
      if (options.withoutPassword) await removePassword(io, options);
      else await resetPassword(io, options);
    });
}

async function resetPassword(io: CommandIo, options: ResetOptions): Promise<void> {
  const { password, note } = await newPassword(io, options.passwordStdin === true);
  await withContext(io, async (context) => {
    const changed = await context.get(UserService).resetPassword(options.email, password);
    io.out(`${changed.email} has a new password and is signed out everywhere.`);
    await tellRest(context, changed, options, io);
    if (note) io.out(note);
  });
}

async function removePassword(io: CommandIo, options: ResetOptions): Promise<void> {
  await withContext(io, async (context) => {
    const changed = await context.get(UserService).removePassword(options.email);
    io.out(`${changed.email} has no password any more and is signed out everywhere.`);
    await tellRest(context, changed, options, io);
  });
}

async function tellRest(
  context: INestApplicationContext,
  user: User,
  { removeSecondFactor }: ResetOptions,
  io: CommandIo,
): Promise<void> {
  if (!user.isActive) io.out('The user is deactivated, and may not sign in.');
  if (removeSecondFactor && user.totpCiphertext !== null) {
    await context.get(SecondFactor).remove(user);
    io.out('The second factor was removed: the password alone is enough.');
  } else if (user.totpEnabledAt !== null) {
    io.out('The second factor stays; --remove-second-factor takes it away.');
  }
}
