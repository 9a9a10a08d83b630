import { ValidateIf } from 'class-validator';
import { ValidationFailed } from '../../../web/domain-error.js';
import type { ChannelSettings } from '../../channel-settings.js';
import { IsHookUrl } from '../hook-url.js';

/** Of an incoming webhook's address, what people know it by. */
export interface SlackConfig {
  host: string;
  /** The last four characters. */
  urlHint: string;
}

/** Whoever has the address may post: it is a secret. */
export interface SlackSecret {
  url: string;
}

/** What `config` of a Slack channel takes. */
class SlackConfigDto {
  @ValidateIf((_, value) => value !== undefined)
  @IsHookUrl
  url?: string;
}

/** What a Slack channel is set to. */
export const slackSettings: ChannelSettings<SlackConfig, SlackSecret> = {
  kind: 'slack',
  Dto: SlackConfigDto,
  settle({ url: given }: SlackConfigDto, before) {
    const url = given ?? before?.secret?.url;
    if (url === undefined) {
      throw new ValidationFailed([{ field: 'url', message: 'channel.error.url' }]);
    }
    const config = { host: new URL(url).host, urlHint: url.slice(-4) };
    return { config, secret: { url }, made: null };
  },
  url: (_, { url }) => url,
  addresses: () => null,
  secretTexts: ({ url }) => [url, new URL(url).pathname.slice(1)],
};
