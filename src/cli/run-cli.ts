import { Command, CommanderError } from 'commander';
import { EnvironmentError } from '../config/environment.js';
import { redactorOfEnvironment } from '../config/told-redactor.js';
import { DomainError } from '../web/domain-error.js';
import { translator } from '../web/translator.js';
import type { CommandIo } from './command-io.js';
import { ExitCode } from './exit-code.js';
import { registerPlatformImport, registerVendorImport } from './import.command.js';
import { registerMigrate } from './migrate.command.js';
import { registerScan } from './scan.command.js';
import { registerSecretRotate } from './secret-rotate.command.js';
import { registerTokenCreate } from './token-create.command.js';
import { registerUserCreate } from './user-create.command.js';
import { registerUserReset } from './user-reset.command.js';

/**
 * Runs the `oju` command.
 * @param argv what was typed after `oju`
 * @returns the exit code: 0 when done; 1 when not, with the reason in one line on standard error
 */
export async function runCli(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    await program(io).parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return exitCodeFor(error, io);
  }
}

/** Every subcommand, one file each; a further one is registered here. */
function program(io: CommandIo): Command {
  const oju = new Command('oju')
    .description('Watches an organisation’s own web platforms with VirusTotal')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.out(text.trimEnd());
      },
      writeErr: (text) => {
        io.err(text.trimEnd());
      },
    })
    .showHelpAfterError('(--help shows what it takes)');
  const user = oju.command('user').description('users of the pages');
  registerUserCreate(user, io);
  registerUserReset(user, io);
  const token = oju.command('token').description('API tokens');
  registerTokenCreate(token, io);
  const secret = oju.command('secret').description('what OJU_SECRET encrypts');
  registerSecretRotate(secret, io);
  registerVendorImport(oju.command('vendor').description('the vendor database'), io);
  registerPlatformImport(oju.command('platform').description('monitored platforms'), io);
  registerScan(oju, io);
  registerMigrate(oju, io);
  return oju;
}

function exitCodeFor(error: unknown, io: CommandIo): number {
  if (error instanceof ExitCode) return error.exitCode;
  // Commander has said itself what is wrong, or has shown the help.
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof DomainError) io.err(`oju: ${inOneLine(error)}`);
  else if (error instanceof EnvironmentError) io.err(error.message);
  else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.err(redactorOfEnvironment(io.config.env).redact(text));
  }
  return 1;
}

function inOneLine({ messageKey, details }: DomainError): string {
  const t = translator();
  const fields = (details.fields ?? []).map(({ message, params }) => t(message, params));
  return fields.length > 0 ? fields.join(' ') : t(messageKey, details.params);
}
