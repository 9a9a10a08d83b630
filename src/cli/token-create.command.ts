import { type Command, InvalidArgumentError, Option } from 'commander';
import { ApiTokenService } from '../access/api-token.service.js';
import { type Scope, SCOPES } from '../access/rights.js';
import { Clock } from '../config/clock.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';

const DAY_MS = 24 * 3_600_000;
const LONGEST_DAYS = 3650;

/** `oju token create --name N --scope read|write|admin [--expires DAYS]` */
export function registerTokenCreate(token: Command, io: CommandIo): void {
  token
    .command('create')
    .description('make an API token; it is printed once, alone on the last line')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(
      new Option('--scope <scope>', 'what it may do').choices(SCOPES).makeOptionMandatory(),
    )
    .option('--expires <days>', 'good for so many days; else until it is revoked', days)
    .action(async (options: { name: string; scope: Scope; expires?: number }) => {
      await withContext(io, async (context) => {
        const { name, scope, expires } = options;
        const nowMs = context.get(Clock).now().getTime();
        const expiresAt = expires === undefined ? undefined : new Date(nowMs + expires * DAY_MS);
        const made = await context.get(ApiTokenService).create({ name, scope, expiresAt });
        const until = made.apiToken.expiresAt
          ? `until ${made.apiToken.expiresAt.toISOString()}`
          : 'until it is revoked';
        io.out(`Made the token “${made.apiToken.name}”, scope ${scope}, good ${until}. Keep it:`);
        io.out(made.token);
      });
    });
}

function days(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > LONGEST_DAYS) {
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${LONGEST_DAYS}.`);
  }
  return number;
}
