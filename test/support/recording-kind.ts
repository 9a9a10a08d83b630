import { UnitOfWork } from '../../src/database/unit-of-work.js';
import {
  CHANNEL_KINDS,
  ChannelKind,
  type OpenedChannel,
} from '../../src/notification/channel-kind.js';
import { Channel } from '../../src/notification/channel.entity.js';
import type { Message } from '../../src/notification/message.js';
import type { TestApp } from './app.js';

type Answer = (message: Message, signal: AbortSignal) => Promise<{ status: number | null }>;

/** A kind of channel that keeps what it is given, and answers as a test tells it to. */
export class RecordingKind extends ChannelKind {
  readonly kind = 'recording';
  readonly sent: { channelId: number; message: Message }[] = [];
  answer: Answer = () => Promise.resolve({ status: 204 });

  /** Makes an application know it. */
  static install(app: TestApp): RecordingKind {
    const kind = new RecordingKind();
    app.nest.get<ChannelKind[]>(CHANNEL_KINDS, { strict: false }).push(kind);
    return kind;
  }

  async send({ channel }: OpenedChannel, message: Message, signal: AbortSignal) {
    this.sent.push({ channelId: channel.id, message });
    return this.answer(message, signal);
  }

  /** The messages that came to a channel. */
  to({ id }: { id: number }): Message[] {
    return this.sent.flatMap(({ channelId, message }) => (channelId === id ? [message] : []));
  }
}

/** A channel of which only what a test names matters; of the recording kind. */
export async function aChannel(app: TestApp, given: Partial<Channel> = {}): Promise<Channel> {
  const unitOfWork = app.nest.get(UnitOfWork);
  const now = new Date();
  return unitOfWork.run(() =>
    unitOfWork.repository(Channel).save({
      kind: 'recording',
      name: 'Channel',
      isActive: true,
      inactiveReason: null,
      mode: 'each' as const,
      digestMinutes: 60,
      minSeverity: 'low' as const,
      tags: [],
      owners: [],
      eventTypes: [],
      tellsOwner: false,
      reminderDays: 0,
      quietFrom: null,
      quietTo: null,
      quietZone: 'UTC',
      config: {},
      secretCiphertext: null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
      ...given,
    }),
  );
}
