import { translator } from '../../web/translator.js';
import type { Channel } from '../channel.entity.js';
import { nextSendAt } from '../quiet-hours.rules.js';
import type { Headline } from './delivery-headlines.service.js';
import type { Delivery, DeliveryState } from './delivery.entity.js';
import type { TriedDelivery } from './delivery.service.js';
import { deliveryView } from './delivery.view.js';

const t = translator();

/** The colour of a state's mark, by the class that has it. */
const MARKS: Record<DeliveryState, string> = {
  pending: 'is-waiting',
  sending: 'is-running',
  delivered: 'is-completed',
  dead: 'is-failed',
  dropped: '',
};

/** What rows of a page are shown by. */
export interface DeliveryGlance {
  channel: Channel;
  headlines: ReadonlyMap<number, Headline>;
  /** Of what waits for the channel, or is on its way to it, the first; null for none. */
  firstOpenId: number | null;
  now: Date;
}

/** A delivery as a row of its channel's page. */
export function deliveryRow(tried: TriedDelivery, glance: DeliveryGlance): object {
  const { delivery } = tried;
  const { headlines, channel } = glance;
  return Object.assign(deliveryView(tried), {
    headline: headlines.get(delivery.id) ?? { text: delivery.type, href: '' },
    mark: MARKS[delivery.state],
    waits: waitOf(delivery, glance),
    canRedeliver: channel.isActive && delivery.state !== 'sending',
  });
}

/** When it is tried next, where that is known; or why it waits though its time has come. */
function waitOf(
  { id, state, isUrgent, nextAttemptAt }: Delivery,
  { channel, firstOpenId, now }: DeliveryGlance,
): { at?: string; text?: string } | null {
  if (state !== 'pending' || !channel.isActive) return null;
  const times = [nextAttemptAt, nextSendAt(channel, now, isUrgent), channel.pausedUntil ?? now];
  const at = new Date(Math.max(...times.map((time) => time.getTime())));
  if (at > now) return { at: at.toISOString() };
  const isFirst = firstOpenId === null || id <= firstOpenId;
  return { text: t(isFirst ? 'delivery.dueNow' : 'delivery.dueLater') };
}
