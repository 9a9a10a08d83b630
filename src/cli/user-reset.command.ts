import type { Command } from 'commander';
import { UserService } from '../access/user.service.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { newPassword, PASSWORD_STDIN } from './new-password.js';

/** `oju user reset --email E [--password-stdin]` */
export function registerUserReset(user: Command, io: CommandIo): void {
  user
    .command('reset')
    .description('give a user another password, and end the user’s sessions')
    .requiredOption('--email <address>', 'mail address of the user')
    .option(...PASSWORD_STDIN)
    .action(async (options: { email: string; passwordStdin?: true }) => {
      const { password, note } = await newPassword(io, options.passwordStdin === true);
      await withContext(io, async (context) => {
        const changed = await context.get(UserService).resetPassword(options.email, password);
        io.out(`${changed.email} has a new password and is signed out everywhere.`);
        if (note) io.out(note);
      });
    });
}
