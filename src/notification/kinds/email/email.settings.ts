import { ArrayMaxSize, IsArray, IsEmail, Matches, ValidateIf } from 'class-validator';
import { Transform } from 'class-transformer';
import { ValidationFailed } from '../../../web/domain-error.js';
import { says } from '../../../web/validation.js';
import type { ChannelSettings } from '../../channel-settings.js';

/** Where a mail channel sends to. */
export interface EmailConfig {
  /** Mail addresses; each gets a mail of its own. */
  to: string[];
}

const MOST_ADDRESSES = 20;

/** Mail addresses without white space round them, each once. */
const trimmedEach = Transform(({ value }: { value: unknown }) =>
  Array.isArray(value)
    ? [...new Set(value.map((one: unknown) => (typeof one === 'string' ? one.trim() : one)))]
    : value,
);

/** What `config` of a mail channel takes. */
class EmailConfigDto {
  @trimmedEach
  @ValidateIf((_, value) => value !== undefined)
  @IsArray(says('channel.error.to'))
  @ArrayMaxSize(MOST_ADDRESSES, says('channel.error.to'))
  @IsEmail({}, { ...says('channel.error.to'), each: true })
  @Matches(/^.{0,254}$/, { ...says('channel.error.to'), each: true })
  to?: string[];
}

/** What a mail channel is set to. */
export const emailSettings: ChannelSettings<EmailConfig, null> = {
  kind: 'email',
  Dto: EmailConfigDto,
  settle({ to: given }: EmailConfigDto, before, { tellsOwner }) {
    const to = given ?? before?.config.to ?? [];
    if (to.length === 0 && !tellsOwner) {
      throw new ValidationFailed([{ field: 'to', message: 'channel.error.noRecipient' }]);
    }
    return { config: { to }, secret: null, made: null };
  },
  url: () => null,
  addresses: ({ to }) => (Array.isArray(to) ? to : null),
  secretTexts: () => [],
};
