import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { SecondFactor } from '../access/second-factor.service.js';
import type { User } from '../access/user.entity.js';
import { UserService } from '../access/user.service.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { newPassword, PASSWORD_STDIN } from './new-password.js';

interface ResetOptions {
  email: string;
  passwordStdin?: true;
  removeSecondFactor?: true;
}

/** `oju user reset --email E [--password-stdin] [--remove-second-factor]` */
export function registerUserReset(user: Command, io: CommandIo): void {
  user
    .command('reset')
    .description('give a user another password, and end the user’s sessions')
    .requiredOption('--email <address>', 'mail address of the user')
    .option(...PASSWORD_STDIN)
    .option('--remove-second-factor', 'for who lost the app and the recovery codes')
    .action(async (options: ResetOptions) => {
      const { password, note } = await newPassword(io, options.passwordStdin === true);
      await withContext(io, async (context) => {
        const changed = await context.get(UserService).resetPassword(options.email, password);
        io.out(`${changed.email} has a new password and is signed out everywhere.`);
        if (!changed.isActive) io.out('The user is deactivated, and may not sign in.');
        if (changed.totpEnabledAt !== null) await secondFactor(context, changed, options, io);
        if (note) io.out(note);
      });
    });
}

async function secondFactor(
  context: INestApplicationContext,
  user: User,
  { removeSecondFactor }: ResetOptions,
  io: CommandIo,
): Promise<void> {
  if (removeSecondFactor) {
    await context.get(SecondFactor).remove(user);
    io.out('The second factor was removed: the password alone is enough.');
  } else {
    io.out('The second factor stays; --remove-second-factor takes it away.');
  }
}
