import { type Command, Option } from 'commander';
import { ROLES, type Role } from '../access/rights.js';
import { UserService } from '../access/user.service.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { newPassword, PASSWORD_STDIN } from './new-password.js';

/** `oju user create --email E --role admin|analyst|viewer [--password-stdin]` */
export function registerUserCreate(user: Command, io: CommandIo): void {
  user
    .command('create')
    .description('make a user')
    .requiredOption('--email <address>', 'mail address to sign in with')
    .addOption(
      new Option('--role <role>', 'what the user may do').choices(ROLES).makeOptionMandatory(),
    )
    .option(...PASSWORD_STDIN)
    .action(async (options: { email: string; role: Role; passwordStdin?: true }) => {
      const { password, note } = await newPassword(io, options.passwordStdin === true);
      await withContext(io, async (context) => {
        const { email, role } = options;
        const made = await context.get(UserService).create({ email, password, role });
        io.out(`Made the ${made.role} ${made.email}.`);
        if (note) io.out(note);
      });
    });
}
