import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { Mailer } from '../../../outgoing/mailer.service.js';
import { OutgoingError } from '../../../outgoing/outgoing.error.js';
import { UserService } from '../../../access/user.service.js';
import { keptSentence } from '../../../web/kept-sentence.js';
import { writeFor } from '../../../web/reader.js';
import { ChannelKind, type OpenedChannel } from '../../channel-kind.js';
import { DeliveryError } from '../../delivery.error.js';
import type { Message } from '../../message.js';
import { messageText } from '../../message-text.js';
import { deliveryErrorOf } from '../json-delivery.js';
import { emailBody } from './email-body.js';
import type { EmailConfig } from './email.settings.js';

/** Sends by mail, to one address a delivery; to a user in the language and time that they chose. */
@Injectable()
export class EmailKind extends ChannelKind<EmailConfig, null> {
  readonly kind = 'email';

  constructor(
    private readonly mailer: Mailer,
    private readonly config: AppConfig,
    private readonly users: UserService,
  ) {
    super();
  }

  async send(
    { channel, config }: OpenedChannel<EmailConfig, null>,
    message: Message,
    signal: AbortSignal,
  ): Promise<{ status: number | null }> {
    const isNamed = message.recipient !== '';
    for (const to of isNamed ? [message.recipient] : config.to) {
      const isToOwner = isNamed && !config.to.includes(to);
      if (isToOwner && !channel.tellsOwner) {
        throw new DeliveryError(keptSentence('channel.delivery.takenOut'), { isFinal: true });
      }
      await this.mail(to, message, isToOwner, signal);
    }
    return { status: null };
  }

  private async mail(
    to: string,
    message: Message,
    isToOwner: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { baseUrl } = this.config;
    const user = await this.users.findByEmail(to);
    const { text, body } = writeFor(user, () => {
      const told = messageText(message, baseUrl);
      return { text: told, body: emailBody(told, { baseUrl, isToOwner }) };
    });
    const domain = new URL(baseUrl).hostname;
    const thread = threadOf(message);
    try {
      await this.mailer.send({
        to,
        subject: text.title,
        ...body,
        messageId: `${message.id}@${domain}`,
        ...(thread === null ? {} : { threadId: `${thread}@${domain}` }),
        headers: {
          'X-Oju-Event': message.type,
          ...(text.isReminder ? { 'X-Oju-Reminder': 'yes' } : {}),
        },
        signal,
      });
    } catch (error) {
      throw error instanceof OutgoingError ? understood(error) : error;
    }
  }
}

function understood(error: OutgoingError): DeliveryError {
  const status = error.reason === 'mailRejected' ? Number(error.details.params?.status) : null;
  const isFinal = error.isFinal || error.reason === 'mailRecipient';
  return deliveryErrorOf(error, { status, isFinal });
}

/** Mails of one alert are one conversation: each refers to the same mail, which was never sent. */
function threadOf({ type, data }: Message): string | null {
  const { id, alert } = data as { id?: unknown; alert?: { id?: unknown } };
  const alertId = type.startsWith('alert.') ? id : alert?.id;
  return typeof alertId === 'string' && /^\d+$/.test(alertId) ? `alert-${alertId}` : null;
}
