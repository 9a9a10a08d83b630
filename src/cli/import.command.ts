import type { INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import type { Command } from 'commander';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { CapacityModule } from '../integration/capacity.module.js';
import { CapacityService } from '../integration/capacity.service.js';
import { capacityView } from '../integration/integration.view.js';
import { namedFile } from '../platform/import/import-file.js';
import { type ImportOutcome, ImportRun } from '../platform/import/import-run.service.js';
import type { ImportRow } from '../platform/import/import-row.entity.js';
import type { ImportTarget } from '../platform/import/import-target.js';
import { importRowView, moreErrorsView } from '../platform/import/import.view.js';
import { PlatformImport } from '../platform/platform-import.service.js';
import { PlatformModule } from '../platform/platform.module.js';
import { VendorImport } from '../vendor/vendor-import.service.js';
import { VendorModule } from '../vendor/vendor.module.js';
import { translator } from '../web/translator.js';
import type { CommandIo } from './command-io.js';
import { withContext } from './context.js';
import { ExitCode } from './exit-code.js';

const t = translator();

/** Not read is no fault of the program's. */
const NO_FILE = new Set(['ENOENT', 'EACCES', 'EISDIR']);

/** What a command imports, and the module that it comes from. */
interface Imported<R extends ImportRow> {
  target: Type<ImportTarget<R>>;
  modules: NonNullable<ModuleMetadata['imports']>;
  /** What is to be said before anything is saved. */
  sentence?: (context: INestApplicationContext, figures: Record<string, number>) => Promise<string>;
}

/** `oju vendor import FILE [--dry-run]` */
export function registerVendorImport(vendor: Command, io: CommandIo): void {
  register(vendor, io, { target: VendorImport, modules: [VendorModule] });
}

/** `oju platform import FILE [--dry-run]` */
export function registerPlatformImport(platform: Command, io: CommandIo): void {
  register(platform, io, {
    target: PlatformImport,
    modules: [PlatformModule, CapacityModule],
    sentence: async (context, { activeChange = 0 }) => {
      const { capacity, frequencyDays } = await context
        .get(CapacityService)
        .capacityWith(activeChange);
      return capacityView(capacity, frequencyDays).sentence;
    },
  });
}

function register<R extends ImportRow>(
  parent: Command,
  io: CommandIo,
  imported: Imported<R>,
): void {
  parent
    .command('import')
    .description(
      'add and change what a CSV or JSON file says, all or nothing; “-” reads standard input',
    )
    .argument('<file>')
    .option('--dry-run', 'only tell what it would do')
    .action(async (path: string, { dryRun = false }: { dryRun?: boolean }) => {
      await withContext(
        io,
        (context) => run(context, imported, path, dryRun, io),
        imported.modules,
      );
    });
}

/** @throws ExitCode 1 when the file was not imported, or would not be */
async function run<R extends ImportRow>(
  context: INestApplicationContext,
  { target: type, sentence }: Imported<R>,
  path: string,
  isDryRun: boolean,
  io: CommandIo,
): Promise<void> {
  const target = context.get(type);
  const outcome = await read(path, io, (file) =>
    context.get(ImportRun).run(target, file, isDryRun, async (figures) => {
      if (sentence) io.out(await sentence(context, figures));
    }),
  );
  tell(target, outcome, isDryRun, io);
  if (outcome.counts.bad > 0) throw new ExitCode(1);
}

async function read<T>(
  path: string,
  io: CommandIo,
  use: (file: Awaited<ReturnType<typeof namedFile>>) => Promise<T>,
): Promise<T> {
  const bytes =
    path === '-' ? Readable.from([Buffer.from(await io.stdin())]) : createReadStream(path);
  try {
    return await use(await namedFile(path === '-' ? '' : basename(path), bytes));
  } catch (error) {
    if (!NO_FILE.has(String((error as NodeJS.ErrnoException).code))) throw error;
    io.err(`oju: ${t('import.command.noFile', { path })}`);
    throw new ExitCode(1);
  }
}

function tell<R extends ImportRow>(
  target: ImportTarget<R>,
  { isApplied, counts, rows, moreErrors }: ImportOutcome<R>,
  isDryRun: boolean,
  io: CommandIo,
): void {
  for (const row of rows) {
    const { line, label, errors } = importRowView(row);
    for (const { field, message } of errors) {
      const what = field === null ? message : `${field}: ${message}`;
      io.err(t('import.command.row', { line, label, what }));
    }
    const { nearMisses = [], warning } = target.hint(row) ?? {};
    const what =
      nearMisses.length > 0 ? t('import.meant', { names: nearMisses.join(', ') }) : warning;
    if (what !== undefined) io.err(t('import.command.row', { line, label, what }));
  }
  for (const { field, message, lines } of moreErrors.map(moreErrorsView)) {
    const what = field === null ? message : `${field}: ${message}`;
    io.err(t('import.command.more', { lines, what }));
  }
  const figures = t('import.command.counts', {
    count: counts.total,
    new: counts.new,
    changed: counts.changed,
    same: counts.same,
    bad: counts.bad,
  });
  if (isApplied) io.out(t('import.command.applied', { figures }));
  else if (isDryRun) io.out(t('import.command.dryRun', { figures }));
  else io.err(t('import.command.notApplied', { figures }));
}
