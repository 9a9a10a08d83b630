import type { Type } from '@nestjs/common';
import type { ChannelKind } from '../channel-kind.js';
import type { ChannelSettings } from '../channel-settings.js';
import { EmailKind } from './email/email.kind.js';
import { emailSettings } from './email/email.settings.js';
import { SlackKind } from './slack/slack.kind.js';
import { slackSettings } from './slack/slack.settings.js';
import { WebhookKind } from './webhook/webhook.kind.js';
import { webhookSettings } from './webhook/webhook.settings.js';

/** Every kind of channel: how it sends, and what it is set to. A new one is a line here. */
const KINDS: readonly { Kind: Type<ChannelKind>; settings: ChannelSettings }[] = [
  { Kind: EmailKind, settings: emailSettings },
  { Kind: WebhookKind, settings: webhookSettings },
  { Kind: SlackKind, settings: slackSettings },
];

/** What sends, as Nest makes it. */
export const KIND_CLASSES = KINDS.map(({ Kind }) => Kind);

/** The name of every kind. */
export const KIND_NAMES = KINDS.map(({ settings }) => settings.kind);

/** The settings of a kind; undefined for one that this version does not know. */
export function settingsOf(kind: string): ChannelSettings | undefined {
  return KINDS.find(({ settings }) => settings.kind === kind)?.settings;
}
