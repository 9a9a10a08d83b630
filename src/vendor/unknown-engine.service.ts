import { Injectable } from '@nestjs/common';
import { In, type Repository, type SelectQueryBuilder } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { CatalogueService } from './catalogue.service.js';
import { Engine } from './engine.entity.js';
import { EngineTally } from './engine-tally.service.js';
import { vendorNameComplaint } from './vendor-name.rules.js';
import { Vendor } from './vendor.entity.js';
import { VendorService } from './vendor.service.js';

/** So many fit a page; VirusTotal has had some 150 names in seven years. */
const UNKNOWN_ON_A_PAGE = 500;

/** Engines without a vendor of their very name. One that was renamed is not asked about. */
@Injectable()
export class UnknownEngines {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tally: EngineTally,
    private readonly catalogue: CatalogueService,
    private readonly vendors: VendorService,
  ) {}

  /** A page of them, those that flagged most often first. */
  async list(page: Pick<PageQuery, 'limit' | 'cursor'>): Promise<Page<Engine>> {
    await this.tally.write();
    const order = { columns: ['engine.timesFlagged', 'engine.id'], direction: 'DESC' } as const;
    return keysetPage(this.unknown(), order, page);
  }

  /** All of them that a page can show, those that flagged most often first. */
  async all(): Promise<Engine[]> {
    await this.tally.write();
    return this.mostFlagging().getMany();
  }

  /**
   * Adds a vendor for each of these engines, by the engine's exact name, with what the catalogue
   * knows of it. Engines that have a vendor by now, and names that no vendor may have, are left out.
   * @param ids `all`, or those of engines
   * @returns the vendors added
   * @throws VendorExistsError when somebody adds one of them at this moment; then none is added
   */
  async add(ids: readonly number[] | 'all'): Promise<Vendor[]> {
    await this.catalogue.entriesOf([]);
    return this.unitOfWork.run(async () => {
      const query = this.mostFlagging();
      if (ids !== 'all') query.andWhere({ id: In([...ids]) });
      const engines = (await query.getMany()).filter(
        ({ name }) => vendorNameComplaint(name) === null,
      );
      const known = await this.catalogue.entriesOf(engines.map(({ name }) => name));
      const added: Vendor[] = [];
      for (const { name } of engines) {
        const { contact, comments, digest } = known.get(name) ?? {};
        added.push(await this.vendors.create({ name, contact, comments, catalogueDigest: digest }));
      }
      return added;
    });
  }

  private mostFlagging(): SelectQueryBuilder<Engine> {
    return this.unknown()
      .orderBy('engine.timesFlagged', 'DESC')
      .addOrderBy('engine.id', 'ASC')
      .take(UNKNOWN_ON_A_PAGE);
  }

  private unknown(): SelectQueryBuilder<Engine> {
    const query = this.engines.createQueryBuilder('engine');
    // The lengths since MySQL takes no notice of spaces at the end.
    const vendor = query
      .subQuery()
      .select('1')
      .from(Vendor, 'vendor')
      .where('vendor.name = engine.name AND LENGTH(vendor.name) = LENGTH(engine.name)');
    return query.where(`NOT EXISTS ${vendor.getQuery()}`).andWhere('engine.renamedToId IS NULL');
  }

  private get engines(): Repository<Engine> {
    return this.unitOfWork.repository(Engine);
  }
}
