import type { INestApplicationContext } from '@nestjs/common';
import { type Command, InvalidArgumentError } from 'commander';
import { PlatformService } from '../platform/platform.service.js';
import type { Scan } from '../scan/scan.entity.js';
import { ScanRunningError } from '../scan/scan.errors.js';
import { ScanModule } from '../scan/scan.module.js';
import { ScanStarter } from '../scan/scan-starter.service.js';
import { MAX_NAMED_PLATFORMS } from '../scan/scan.service.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { ExitCode } from './exit-code.js';
import { waitForScan } from './scan-wait.js';

const t = translator();

const LONGEST_WAIT_SEC = 30 * 24 * 3600;

interface ScanOptions {
  platform?: string[];
  wait?: true;
  timeout?: number;
}

/** `oju scan [--platform URL…] [--wait] [--timeout S]` */
export function registerScan(oju: Command, io: CommandIo): void {
  oju
    .command('scan')
    .description('begin a scan, and print its id; over all active platforms unless some are named')
    .option('--platform <url...>', `scan these alone, at most ${MAX_NAMED_PLATFORMS}`)
    .option('--wait', 'until it has ended: exit code 0 clean, 2 flagged, 1 failed, 3 timed out')
    .option('--timeout <seconds>', 'wait no longer than this; the scan goes on', seconds)
    .action(async (options: ScanOptions) => {
      if (options.timeout !== undefined && !options.wait) {
        refuse(io, t('scan.command.timeoutNeedsWait'));
      }
      await withContext(io, (context) => scan(context, options, io), [ScanModule]);
    });
}

/** @throws ExitCode for every end but a clean one */
async function scan(
  context: INestApplicationContext,
  { platform, wait, timeout }: ScanOptions,
  io: CommandIo,
): Promise<void> {
  const { id } = await start(context, platform, io);
  io.out(showId(id));
  const exitCode = wait ? await waitForScan(context, id, timeout, io) : 0;
  if (exitCode !== 0) throw new ExitCode(exitCode);
}

async function start(
  context: INestApplicationContext,
  urls: readonly string[] | undefined,
  io: CommandIo,
): Promise<Scan> {
  const scans = context.get(ScanStarter);
  const asked = { trigger: 'cli', requestedBy: null } as const;
  if (urls) return scans.named(await platformIds(context, urls, io), asked);
  try {
    return await scans.overAll(asked);
  } catch (error) {
    if (!(error instanceof ScanRunningError)) throw error;
    return refuse(io, t('scan.command.alreadyRunning', { id: error.scanId }));
  }
}

/** In any spelling that means the same URL; one given twice counts once. */
async function platformIds(
  context: INestApplicationContext,
  urls: readonly string[],
  io: CommandIo,
): Promise<string[]> {
  const ids = new Set<string>();
  for (const url of urls) {
    const platform = await context.get(PlatformService).findByUrl(url);
    if (!platform || platform.archivedAt) return refuse(io, t('scan.command.unknownUrl', { url }));
    if (!platform.isActive) return refuse(io, t('scan.command.inactiveUrl', { url }));
    ids.add(showId(platform.id));
  }
  if (ids.size > MAX_NAMED_PLATFORMS) {
    refuse(io, t('scan.command.tooMany', { max: MAX_NAMED_PLATFORMS }));
  }
  return [...ids];
}

function refuse(io: CommandIo, reason: string): never {
  io.err(`oju: ${reason}`);
  throw new ExitCode(1);
}

function seconds(text: string): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > LONGEST_WAIT_SEC) {
    throw new InvalidArgumentError(`It takes whole seconds from 1 to ${LONGEST_WAIT_SEC}.`);
  }
  return number;
}
