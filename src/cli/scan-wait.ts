import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { DatabaseFeeder } from '../scan/database-feeder.js';
import { ScanOutlook } from '../scan/scan-outlook.service.js';
import { countsInWords } from '../scan/scan-page.view.js';
import type { Scan } from '../scan/scan.entity.js';
import { noCounts, type ScanCounts } from '../scan/scan.rules.js';
import { ScanService } from '../scan/scan.service.js';
import { TaskService } from '../scan/task.service.js';
import { showId } from '../web/ids.js';
import { translator } from '../web/translator.js';
import type { CommandIo } from './command-io.js';

const t = translator();

/** How often the scan is read, ms. */
const LOOK_MS = 1000;

const CLEAN = 0;
const FAILED = 1;
const FLAGGED = 2;
const TIMED_OUT = 3;

/**
 * Waits until a scan has ended, and tells on standard error how it gets on. Meanwhile this process
 * does the work if no living one does.
 * @param timeoutSec seconds; undefined for as long as it takes
 * @returns the exit code: 0 clean, 1 failed or cancelled, 2 flagged, 3 timed out
 */
export async function waitForScan(
  context: INestApplicationContext,
  scanId: number,
  timeoutSec: number | undefined,
  io: CommandIo,
): Promise<number> {
  const stop = new AbortController();
  const engine = context.get(DatabaseFeeder).run(stop.signal);
  try {
    return await watch(context, scanId, timeoutSec, io);
  } finally {
    stop.abort();
    await engine;
  }
}

async function watch(
  context: INestApplicationContext,
  scanId: number,
  timeoutSec: number | undefined,
  io: CommandIo,
): Promise<number> {
  const clock = context.get(Clock);
  const deadlineMs = clock.monotonicMs() + (timeoutSec ?? Number.POSITIVE_INFINITY) * 1000;
  let told = '';
  for (;;) {
    const scan = await context.get(ScanService).get(scanId);
    const counts = (await context.get(TaskService).counts([scanId])).get(scanId) ?? noCounts();
    const waits = await context.get(ScanOutlook).wait(scan, counts);
    const line = progressLine(scan, counts, waits);
    if (line !== told) io.err(line);
    told = line;
    if (scan.finishedAt !== null) return exitCode(scan, counts);
    const leftMs = deadlineMs - clock.monotonicMs();
    if (leftMs <= 0) {
      io.err(t('scan.command.timedOut', { id: showId(scanId), seconds: timeoutSec ?? 0 }));
      return TIMED_OUT;
    }
    await clock.sleep(Math.min(LOOK_MS, leftMs));
  }
}

function progressLine(scan: Scan, counts: ScanCounts, waits: string | null): string {
  const line = t('scan.command.progress', {
    id: showId(scan.id),
    state: t(`scan.state.${scan.state}`),
    counts: countsInWords(scan, counts),
  });
  return waits === null ? line : `${line} ${waits}`;
}

/** A flag weighs more than a failure; and what was not scanned is not known to be clean. */
function exitCode({ state }: Scan, { flagged, failed, total, completed }: ScanCounts): number {
  if (flagged > 0) return FLAGGED;
  const isNothingDone = total > 0 && completed === 0;
  return failed > 0 || state === 'cancelled' || isNothingDone ? FAILED : CLEAN;
}
