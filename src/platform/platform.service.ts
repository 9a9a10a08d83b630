import { Injectable } from '@nestjs/common';
import { In, IsNull, type Repository } from 'typeorm';
import { differences } from '../access/audit-fields.rules.js';
import { AuditTrail } from '../access/audit-trail.service.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { statusOf, VirusTotalSettingsService } from '../virustotal/virustotal-settings.service.js';
import { NotFoundError } from '../web/domain-error.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import { filterPlatforms, type PlatformFilter } from './platform-filter.js';
import { auditedFields, subjectOf } from './platform-audit.rules.js';
import { Platform, type PlatformState } from './platform.entity.js';
import { PlatformArchivedError, PlatformExistsError, PlatformUrlError } from './platform.errors.js';
import { PLATFORM_SORT, PLATFORM_SORTS } from './platform-sort.js';
import { FLAG_FORGOTTEN, freshSince, NEVER_SCANNED, stateToKeep } from './platform-state.rules.js';
import { parsePlatformUrl, type PlatformUrl } from './platform-url.rules.js';
import type { PlatformViewContext } from './platform.view.js';

/** A new platform; its fields but the URL are as CreatePlatformDto checked them. */
export interface NewPlatform {
  name: string;
  url: string;
  active?: boolean;
  ownerName?: string;
  ownerEmail?: string;
  tags?: string[];
  notes?: string;
}

/** A platform that a scan over all takes in. */
export type ActivePlatform = Pick<Platform, 'id' | 'state' | 'lastScannedAt'>;

/** What a scan found out about a platform. */
export interface PlatformResult {
  state: PlatformState;
  scannedAt: Date;
  isConclusive: boolean;
  /** How many engines answered; the next scan is measured by it if this one is conclusive. */
  answeredEngines: number;
}

/** MySQL and SQLite bound how many placeholders a query may have. */
const IDS_A_QUERY = 1000;

/** The monitored platforms. */
@Injectable()
export class PlatformService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly settings: VirusTotalSettingsService,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Adds a platform, or revives the archived one with that URL: it takes the new data and keeps its
   * history.
   * @throws PlatformUrlError, PlatformExistsError
   */
  async create(input: NewPlatform): Promise<Platform> {
    const { url, urlKey } = parse(input.url);
    return this.unitOfWork.run(async () => {
      const existing = await this.findByUrlKey(urlKey);
      if (existing?.archivedAt === null) throw new PlatformExistsError(existing);
      const now = this.clock.now();
      const platform = existing ?? this.platforms.create({ ...NEVER_SCANNED, createdAt: now });
      Object.assign(platform, {
        name: input.name,
        url,
        urlKey,
        isActive: input.active ?? true,
        ownerName: input.ownerName ?? '',
        ownerEmail: input.ownerEmail ?? '',
        tags: input.tags ?? [],
        notes: input.notes ?? '',
        archivedAt: null,
        updatedAt: now,
        ...(existing?.state === 'flagged' ? FLAG_FORGOTTEN : {}),
      } satisfies Partial<Platform>);
      await this.save(platform);
      await this.audit.record({
        action: existing ? 'platform.revived' : 'platform.created',
        subject: subjectOf(platform),
        after: auditedFields(platform),
      });
      return platform;
    });
  }

  /**
   * Changes what is given.
   * @throws NotFoundError, PlatformArchivedError, PlatformUrlError (also for another URL once this
   * one was submitted), PlatformExistsError
   */
  async update(id: number, changes: Partial<NewPlatform>): Promise<Platform> {
    const parsed = changes.url === undefined ? null : parse(changes.url);
    return this.unitOfWork.run(async () => {
      const platform = await this.lock(id);
      if (platform.archivedAt !== null) throw new PlatformArchivedError();
      const before = auditedFields(platform);
      if (parsed) await this.changeUrl(platform, parsed);
      platform.name = changes.name ?? platform.name;
      platform.isActive = changes.active ?? platform.isActive;
      platform.ownerName = changes.ownerName ?? platform.ownerName;
      platform.ownerEmail = changes.ownerEmail ?? platform.ownerEmail;
      platform.tags = changes.tags ?? platform.tags;
      platform.notes = changes.notes ?? platform.notes;
      platform.updatedAt = this.clock.now();
      await this.save(platform);
      const changed = differences(before, auditedFields(platform));
      const subject = subjectOf(platform);
      if (changed) await this.audit.record({ action: 'platform.changed', subject, ...changed });
      return platform;
    });
  }

  /**
   * Takes a platform out of use; its history stays. Once more changes nothing.
   * @throws NotFoundError
   */
  async archive(id: number): Promise<Platform> {
    return this.unitOfWork.run(async () => {
      const platform = await this.lock(id);
      if (platform.archivedAt !== null) return platform;
      const now = this.clock.now();
      Object.assign(platform, { archivedAt: now, updatedAt: now, isActive: false });
      await this.save(platform);
      await this.audit.record({ action: 'platform.archived', subject: subjectOf(platform) });
      return platform;
    });
  }

  /** @throws NotFoundError; an archived platform is still there to be read */
  async get(id: number): Promise<Platform> {
    const platform = await this.platforms.findOneBy({ id });
    if (!platform) throw new NotFoundError();
    return platform;
  }

  /**
   * Reads a platform and keeps it from changing for the rest of the unit of work: on MySQL by a row
   * lock, on SQLite nobody else writes anyway.
   * @throws NotFoundError
   */
  async lock(id: number): Promise<Platform> {
    const platform = await this.platforms.findOne({
      where: { id },
      lock: this.unitOfWork.forUpdate,
    });
    if (!platform) throw new NotFoundError();
    return platform;
  }

  /** Those of the ids that there are, archived ones too, in the order of the ids. */
  async findMany(ids: readonly number[]): Promise<Platform[]> {
    const found = new Map<number, Platform>();
    for (let start = 0; start < ids.length; start += IDS_A_QUERY) {
      const part = await this.platforms.findBy({ id: In(ids.slice(start, start + IDS_A_QUERY)) });
      for (const platform of part) found.set(platform.id, platform);
    }
    return [...new Set(ids)].flatMap((id) => found.get(id) ?? []);
  }

  /** The platform with that URL in any spelling, archived or not; null for text that is no URL. */
  async findByUrl(text: string): Promise<Platform | null> {
    const parsed = parsePlatformUrl(text);
    if ('complaint' in parsed) return null;
    return this.platforms.findOneBy({ urlKey: parsed.urlKey });
  }

  /** A page of the platforms that are not archived, by name unless `sort` says otherwise. */
  async list(
    filter: PlatformFilter,
    page: Pick<PageQuery, 'limit' | 'cursor'> & { sort?: string },
  ): Promise<Page<Platform>> {
    const { now, frequencyDays } = await this.viewContext();
    const query = this.platforms
      .createQueryBuilder('platform')
      .where('platform.archivedAt IS NULL');
    filterPlatforms(query, filter, freshSince(now, frequencyDays));
    return keysetPage(query, orderOf(PLATFORM_SORTS, page.sort ?? PLATFORM_SORT), page);
  }

  /** What `platformView` needs to know beside the platform. */
  async viewContext(): Promise<PlatformViewContext> {
    const settings = await this.settings.current();
    return {
      now: this.clock.now(),
      frequencyDays: settings.scanFrequencyDays,
      isIntegrationActive: statusOf(settings) === 'active',
    };
  }

  /** What a scan over all takes in, in its order: flagged ones first, then those unscanned longest. */
  async activePlatforms(): Promise<ActivePlatform[]> {
    return (
      this.platforms
        .createQueryBuilder('platform')
        .select(['platform.id', 'platform.state', 'platform.lastScannedAt'])
        .addSelect(`CASE WHEN platform.state = 'flagged' THEN 0 ELSE 1 END`, 'turn')
        .where('platform.isActive = :isActive AND platform.archivedAt IS NULL', { isActive: true })
        .orderBy('turn', 'ASC')
        // Both databases put NULL, a platform never scanned, before every time.
        .addOrderBy('platform.lastScannedAt', 'ASC')
        .addOrderBy('platform.id', 'ASC')
        .getMany()
    );
  }

  /** How many platforms a scan over all takes in. */
  async countActive(): Promise<number> {
    return this.platforms.countBy({ isActive: true, archivedAt: IsNull() });
  }

  /**
   * Notes that the URL goes to VirusTotal; from then on it is fixed, so note it before the request.
   * @param virusTotalUrlId VirusTotal's id of the URL, when it is known
   */
  async recordSubmission(
    platformId: number,
    virusTotalUrlId: string | null,
    at: Date,
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.platforms.update({ id: platformId, submittedAt: IsNull() }, { submittedAt: at });
      if (virusTotalUrlId !== null) await this.platforms.update(platformId, { virusTotalUrlId });
    });
  }

  /** Keeps what a scan found out; an inconclusive one is no measure for later ones. */
  async recordResult(platformId: number, result: PlatformResult): Promise<void> {
    const { state, scannedAt, isConclusive, answeredEngines } = result;
    await this.unitOfWork.run(() =>
      this.platforms.update(platformId, {
        state,
        lastScannedAt: scannedAt,
        ...(isConclusive
          ? { lastConclusiveAt: scannedAt, lastConclusiveEngines: answeredEngines }
          : {}),
      }),
    );
  }

  /**
   * A person accepted what flagged a platform, or took that back: its state follows at once, under
   * the caller's lock of the platform.
   */
  async recordFlag(platformId: number, isFlagged: boolean): Promise<void> {
    const platform = await this.get(platformId);
    const state = stateToKeep(isFlagged, platform.lastConclusiveAt !== null);
    if (state !== platform.state) await this.platforms.update(platformId, { state });
  }

  private async changeUrl(platform: Platform, { url, urlKey }: PlatformUrl): Promise<void> {
    if (urlKey !== platform.urlKey) {
      if (platform.submittedAt !== null) throw new PlatformUrlError('platform.error.urlFixed');
      const existing = await this.findByUrlKey(urlKey);
      if (existing) throw new PlatformExistsError(existing);
    }
    Object.assign(platform, { url, urlKey });
  }

  /**
   * A URL that another request took in the meantime is refused as one that was there before. The
   * winner is read without a lock: the losers each hold a shared one, and would lock each other out.
   */
  private async save(platform: Platform): Promise<Platform> {
    try {
      return await this.platforms.save(platform);
    } catch (error) {
      const { urlKey } = platform;
      const winner = isUniqueViolation(error) ? await this.platforms.findOneBy({ urlKey }) : null;
      throw winner ? new PlatformExistsError(winner) : error;
    }
  }

  private findByUrlKey(urlKey: string): Promise<Platform | null> {
    return this.platforms.findOne({ where: { urlKey }, lock: this.unitOfWork.forUpdate });
  }

  private get platforms(): Repository<Platform> {
    return this.unitOfWork.repository(Platform);
  }
}

/** @throws PlatformUrlError */
function parse(url: string): PlatformUrl {
  const parsed = parsePlatformUrl(url);
  if ('complaint' in parsed) throw new PlatformUrlError(parsed.complaint);
  return parsed;
}
