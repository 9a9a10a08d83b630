import { type Command, Option } from 'commander';
import { UserService } from '../access/user.service.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { newPassword, PASSWORD_STDIN } from './new-password.js';

/** `oju user reset --email E [--password-stdin | --without-password]` */
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
    .action(async (options: { email: string; passwordStdin?: true; withoutPassword?: true }) => {
      if (options.withoutPassword) {
        await removePassword(io, options.email);
        return;
      }
      const { password, note } = await newPassword(io, options.passwordStdin === true);
      await withContext(io, async (context) => {
        const changed = await context.get(UserService).resetPassword(options.email, password);
        io.out(`${changed.email} has a new password and is signed out everywhere.`);
        if (note) io.out(note);
      });
    });
}

async function removePassword(io: CommandIo, email: string): Promise<void> {
  await withContext(io, async (context) => {
    const changed = await context.get(UserService).removePassword(email);
    io.out(`${changed.email} has no password any more and is signed out everywhere.`);
  });
}
