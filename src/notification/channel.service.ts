import { Injectable } from '@nestjs/common';
import { IsNull, type Repository } from 'typeorm';
import { differences } from '../access/audit-fields.rules.js';
import { AuditTrail } from '../access/audit-trail.service.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { NotFoundError } from '../web/domain-error.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { ChannelConfigs } from './channel-configs.service.js';
import type { CreateChannelDto, UpdateChannelDto } from './channel.dto.js';
import { Channel } from './channel.entity.js';
import { quietComplaint } from './channel-quiet.rules.js';
import { ChannelResumption } from './outbox/channel-resumption.service.js';

/** A channel as it was saved. */
export interface SavedChannel {
  channel: Channel;
  /** A secret that was made just now, to be shown this once; null when none was. */
  made: string | null;
}

const defaults = () => ({
  active: true,
  mode: 'digest' as const,
  digestMinutes: 60,
  minSeverity: 'low' as const,
  tags: [],
  owners: [],
  eventTypes: [],
  tellOwner: false,
  reminderDays: 7,
  quietFrom: null,
  quietTo: null,
  quietZone: 'UTC',
});

/** The channels that admins keep. */
@Injectable()
export class ChannelService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly configs: ChannelConfigs,
    private readonly resumption: ChannelResumption,
  ) {}

  /** @throws ValidationFailed */
  async create({ kind, config, ...given }: CreateChannelDto): Promise<SavedChannel> {
    return this.unitOfWork.run(async () => {
      const now = this.clock.now();
      const channel = this.channels.create({
        kind,
        inactiveReason: null,
        config: {},
        secretCiphertext: null,
        pausedUntil: null,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      });
      apply(channel, defaults());
      apply(channel, given);
      const settled = this.configs.settle(channel, config, null);
      channel.config = settled.config;
      await this.channels.save(channel);
      // What a secret is bound to is the row's id, which there is only now.
      channel.secretCiphertext = this.configs.seal(channel, settled.secret);
      await this.channels.save(channel);
      const after = audited(channel);
      await this.audit.record({ action: 'channel.created', subject: subjectOf(channel), after });
      return { channel, made: settled.made };
    });
  }

  /**
   * Changes what is given.
   * @throws NotFoundError, ValidationFailed
   */
  async update(id: number, { config, ...given }: UpdateChannelDto): Promise<SavedChannel> {
    return this.unitOfWork.run(async () => {
      const channel = await this.lock(id);
      const before = audited(channel);
      const kept = this.configs.open(channel);
      apply(channel, given);
      const settled = this.configs.settle(channel, config ?? {}, kept);
      const isNewSecret = JSON.stringify(settled.secret) !== JSON.stringify(kept.secret);
      channel.config = settled.config;
      if (isNewSecret) channel.secretCiphertext = this.configs.seal(channel, settled.secret);
      channel.updatedAt = this.clock.now();
      await this.channels.save(channel);
      // What was wrong with it may be mended.
      await this.resumption.resume(id);
      const changed = differences(before, audited(channel));
      const subject = subjectOf(channel);
      if (changed) await this.audit.record({ action: 'channel.changed', subject, ...changed });
      if (isNewSecret) await this.audit.record({ action: 'channel.secret_changed', subject });
      return { channel, made: settled.made };
    });
  }

  /**
   * Deletes it for everybody; the row stays for its deliveries, without the secret.
   * @throws NotFoundError
   */
  async delete(id: number): Promise<void> {
    await this.unitOfWork.run(async () => {
      const channel = await this.lock(id);
      const before = audited(channel);
      channel.deletedAt = this.clock.now();
      channel.isActive = false;
      channel.secretCiphertext = null;
      await this.channels.save(channel);
      await this.audit.record({ action: 'channel.deleted', subject: subjectOf(channel), before });
    });
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<Channel> {
    const channel = await this.channels.findOneBy({ id, deletedAt: IsNull() });
    if (!channel) throw new NotFoundError();
    return channel;
  }

  /** A page of the channels, by name. */
  async list(page: Pick<PageQuery, 'limit' | 'cursor'>): Promise<Page<Channel>> {
    const query = this.channels.createQueryBuilder('channel').where('channel.deletedAt IS NULL');
    const columns = ['channel.name', 'channel.id'];
    return keysetPage(query, { columns, direction: 'ASC' }, page);
  }

  /**
   * Tells the audit trail that somebody pressed the test button, and what came of it. What waits for
   * a channel is tried when its test has arrived.
   */
  async recordTest(
    channel: Channel,
    { delivered, reason }: { delivered: boolean; reason: string },
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      if (delivered) await this.resumption.resume(channel.id);
      await this.audit.record({
        action: 'channel.tested',
        subject: subjectOf(channel),
        after: { outcome: reason },
      });
    });
  }

  private async lock(id: number): Promise<Channel> {
    const where = { id, deletedAt: IsNull() };
    const channel = await this.channels.findOne({ where, lock: this.unitOfWork.forUpdate });
    if (!channel) throw new NotFoundError();
    return channel;
  }

  private get channels(): Repository<Channel> {
    return this.unitOfWork.repository(Channel);
  }
}

/** @throws ValidationFailed when the quiet hours are none */
function apply(channel: Channel, given: Partial<Omit<CreateChannelDto, 'kind' | 'config'>>): void {
  const { active, tellOwner, ...same } = given;
  // A DTO has every field, and what was not given is undefined in it.
  const isGiven = ([, value]: [string, unknown]) => value !== undefined;
  Object.assign(channel, Object.fromEntries(Object.entries(same).filter(isGiven)));
  channel.tellsOwner = tellOwner ?? channel.tellsOwner;
  if (active !== undefined) {
    channel.isActive = active;
    channel.inactiveReason = null;
  }
  const complaint = quietComplaint(channel);
  if (complaint) throw complaint;
}

function subjectOf({ id, name }: Channel) {
  return { kind: 'channel', id, label: name };
}

/** What the audit trail keeps of a channel. */
function audited(channel: Channel) {
  const { kind, name, isActive, mode, digestMinutes, minSeverity, tags, owners } = channel;
  const { eventTypes, tellsOwner, reminderDays, quietFrom, quietTo, quietZone, config } = channel;
  return {
    kind,
    name,
    active: isActive,
    mode,
    digestMinutes,
    minSeverity,
    tags,
    owners,
    eventTypes,
    tellOwner: tellsOwner,
    reminderDays,
    quietFrom,
    quietTo,
    quietZone,
    config,
  };
}
