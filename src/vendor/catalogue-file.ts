import { Injectable } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APP_ROOT } from '../config/app-root.js';
import { type CatalogueEntry, catalogueEntries, type CatalogueRow } from './catalogue.rules.js';

/** The project's own list of vendors, from public sources; beside the program also when it is built. */
const FILE = join(APP_ROOT, 'src', 'vendor', 'catalogue.csv');

/** The vendors of the catalogue that came with this release. */
@Injectable()
export class CatalogueFile {
  private entries: Promise<CatalogueEntry[]> | null = null;

  /** All entries, in the file's order; read when they are first asked for. */
  async all(): Promise<CatalogueEntry[]> {
    this.entries ??= this.read();
    try {
      return await this.entries;
    } catch (error) {
      this.entries = null;
      throw error;
    }
  }

  private async read(): Promise<CatalogueEntry[]> {
    const { parse } = await import('csv-parse/sync');
    const rows = parse(await readFile(FILE), { columns: true }) as unknown as CatalogueRow[];
    return catalogueEntries(rows);
  }
}
