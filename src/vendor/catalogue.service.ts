import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { CatalogueFile } from './catalogue-file.js';
import {
  type CatalogueEntry,
  catalogueStanding,
  type CatalogueStanding,
} from './catalogue.rules.js';
import type { Vendor } from './vendor.entity.js';
import { VendorService } from './vendor.service.js';

/** An entry of the catalogue beside the vendor row of its name. */
export interface CatalogueDifference {
  entry: CatalogueEntry;
  vendor: Vendor | null;
  standing: CatalogueStanding;
}

/** What is to be taken from the catalogue. */
export type CatalogueChoice =
  { which: 'all' } | { which: 'current' } | { which: 'chosen'; names: readonly string[] };

/** What came of it, in vendors. */
export interface CatalogueTaken {
  added: number;
  changed: number;
}

/** The catalogue beside the vendor database. */
@Injectable()
export class CatalogueService {
  constructor(
    private readonly file: CatalogueFile,
    private readonly vendors: VendorService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Every entry with how it stands to the vendor of its name. */
  async differences(): Promise<CatalogueDifference[]> {
    const entries = await this.file.all();
    const vendors = await this.vendors.findByNames(entries.map(({ name }) => name));
    return entries.map((entry) => {
      const vendor = vendors.get(entry.name) ?? null;
      return { entry, vendor, standing: catalogueStanding(entry, vendor) };
    });
  }

  /**
   * Adds what is new and brings up to date what nobody edited; everything else stays. `all` and
   * `current` add alone: a changed entry is taken by its name.
   * @throws VendorExistsError when somebody adds one of them at this moment, NotFoundError when one
   * is deleted; then nothing is taken
   */
  async take(choice: CatalogueChoice): Promise<CatalogueTaken> {
    // The file is read outside: a unit of work waits for no disk.
    await this.file.all();
    return this.unitOfWork.run(async () => {
      const taken = { added: 0, changed: 0 };
      for (const { entry, vendor, standing } of await this.differences()) {
        const { name, contact, comments, digest: catalogueDigest } = entry;
        if (standing === 'new' && isChosen(entry, choice)) {
          await this.vendors.create({ name, contact, comments, catalogueDigest });
          taken.added += 1;
        } else if (standing === 'changed' && vendor && isNamed(entry, choice)) {
          // What was read above may be of a moment before somebody's edit.
          const isStill = catalogueStanding(entry, await this.vendors.hold(vendor.id));
          if (isStill !== 'changed') continue;
          await this.vendors.update(vendor.id, { contact, comments, catalogueDigest });
          taken.changed += 1;
        }
      }
      return taken;
    });
  }

  /** What the catalogue knows of engines, by their names. */
  async entriesOf(names: Iterable<string>): Promise<Map<string, CatalogueEntry>> {
    const wanted = new Set(names);
    const entries = await this.file.all();
    return new Map(
      entries.filter(({ name }) => wanted.has(name)).map((entry) => [entry.name, entry]),
    );
  }
}

function isChosen(entry: CatalogueEntry, choice: CatalogueChoice): boolean {
  return (
    choice.which === 'all' ||
    (choice.which === 'current' && entry.isCurrent) ||
    isNamed(entry, choice)
  );
}

function isNamed({ name }: CatalogueEntry, choice: CatalogueChoice): boolean {
  return choice.which === 'chosen' && choice.names.includes(name);
}
