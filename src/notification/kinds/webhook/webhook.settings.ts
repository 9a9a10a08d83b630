import { IsBoolean, ValidateBy, ValidateIf } from 'class-validator';
import { ValidationFailed } from '../../../web/domain-error.js';
import { says } from '../../../web/validation.js';
import type { ChannelSettings } from '../../channel-settings.js';
import { IsHookUrl } from '../hook-url.js';
import { isWebhookSecret, makeSecret, rotated, type WebhookSecret } from './webhook-signature.js';

/** Where a webhook goes. */
export interface WebhookConfig {
  url: string;
  /** When the latest secret before the present one signs no more, ISO 8601; null when there is none. */
  formerSecretUntil: string | null;
}

const ifGiven = ValidateIf((_, value) => value !== undefined);

/** What `config` of a webhook takes. */
class WebhookConfigDto {
  @ifGiven
  @IsHookUrl
  url?: string;

  /** One's own, in place of one that Oju makes. */
  @ifGiven
  @ValidateBy({
    name: 'webhookSecret',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isWebhookSecret(value),
      defaultMessage: () => says('channel.error.webhookSecret').message,
    },
  })
  secret?: string;

  @ifGiven
  @IsBoolean(says('channel.error.rotateSecret'))
  rotateSecret?: boolean;
}

/** What a webhook is set to. */
export const webhookSettings: ChannelSettings<WebhookConfig, WebhookSecret> = {
  kind: 'webhook',
  Dto: WebhookConfigDto,
  settle({ url: givenUrl, secret: own, rotateSecret }: WebhookConfigDto, before, { now }) {
    const url = givenUrl ?? before?.config.url;
    if (url === undefined) {
      throw new ValidationFailed([{ field: 'url', message: 'channel.error.url' }]);
    }
    const isToMake = own === undefined && (before === null || rotateSecret === true);
    const made = isToMake ? makeSecret() : null;
    const next = own ?? made;
    const former = before?.secret ?? null;
    const secret = next === null ? former : rotated(former, next, now);
    if (secret === null) {
      throw new ValidationFailed([{ field: 'rotateSecret', message: 'channel.error.noSecret' }]);
    }
    return { config: { url, formerSecretUntil: secret.formers[0]?.until ?? null }, secret, made };
  },
  url: ({ url }) => url,
  addresses: () => null,
  secretTexts: ({ current, formers }) => [current, ...formers.map((former) => former.secret)],
};
