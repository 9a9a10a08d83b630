import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SecretUnreadableError } from '../config/secret-box.js';
import { GuardedHttp } from '../outgoing/guarded-http.service.js';
import { type FieldError, ValidationFailed } from '../web/domain-error.js';
import { validateDto } from '../web/validation.js';
import { ChannelSecrets } from './channel-secrets.service.js';
import type { ChannelSettings, Settled } from './channel-settings.js';
import type { Channel } from './channel.entity.js';
import { settingsOf } from './kinds/kinds.js';

/** A channel's config with its secret in the clear. */
interface Opened {
  config: object;
  secret: unknown;
}

/** What stands in the `config` of each kind of channel: checked, kept and shown. */
@Injectable()
export class ChannelConfigs {
  constructor(
    private readonly clock: Clock,
    private readonly secrets: ChannelSecrets,
    private readonly http: GuardedHttp,
  ) {}

  /**
   * What is to be kept of a `config` that somebody gave.
   * @param before null for a new channel
   * @throws ValidationFailed, whose fields begin with `config.`
   */
  settle(
    { kind, tellsOwner }: Channel,
    given: Record<string, unknown>,
    before: Opened | null,
  ): Settled<object, unknown> {
    const settings = this.settingsOf(kind);
    const context = { now: this.clock.now(), tellsOwner };
    try {
      const settled = settings.settle(validateDto(settings.Dto, given), before, context);
      this.checkAddress(settings.url(settled.config, settled.secret));
      if (tellsOwner && settings.addresses(settled.config) === null) {
        throw new ValidationFailed([
          { field: 'tellOwner', message: 'channel.error.tellOwnerByMail' },
        ]);
      }
      return settled;
    } catch (error) {
      throw error instanceof ValidationFailed ? inConfig(error) : error;
    }
  }

  /** A secret that no OJU_SECRET at hand opens is none: it has to be given anew. */
  open(channel: Channel): Opened {
    try {
      return { config: channel.config, secret: this.secrets.open(channel) };
    } catch (error) {
      if (error instanceof SecretUnreadableError) return { config: channel.config, secret: null };
      throw error;
    }
  }

  /** A secret as it is kept. */
  seal(channel: Channel, secret: unknown): string | null {
    return this.secrets.seal(channel, secret);
  }

  /** Whom the channel itself mails to; null where it does not mail. */
  addresses({ kind, config }: Channel): readonly string[] | null {
    return settingsOf(kind)?.addresses(config) ?? null;
  }

  /** A name is looked up when it is used; an address can be refused before. */
  private checkAddress(url: string | null): void {
    const complaint = url === null ? null : this.http.complaintOf(url);
    if (!complaint) return;
    const { messageKey: message, details } = complaint;
    throw new ValidationFailed([{ field: 'url', message, params: details.params }]);
  }

  private settingsOf(kind: string): ChannelSettings {
    const settings = settingsOf(kind);
    if (!settings) throw new Error(`There is no kind of channel named ${kind}`);
    return settings;
  }
}

/** Fields of `config` by where they stand in the body. */
function inConfig({ details }: ValidationFailed): ValidationFailed {
  const place = (one: FieldError): FieldError =>
    one.field === 'tellOwner' ? one : { ...one, field: `config.${one.field}` };
  return new ValidationFailed((details.fields ?? []).map(place));
}
