import type { EventType, Message } from '../message.js';
import { SEVERITIES, type Severity } from '../severity.rules.js';

/** An event as it was stored; its data is JSON. */
export interface ToldEvent {
  type: string;
  at: Date;
  severity: Severity | null;
  data: string;
}

/** What of a delivery is its message; the body is JSON. */
export interface CarriedMessage extends Omit<Message, 'id' | 'type' | 'timestamp' | 'data'> {
  messageId: string;
  body: string;
}

/** The body of a message about one event: `{ type, timestamp, data }`, JSON. */
export function singleBody({ type, at, data }: ToldEvent): string {
  // The data is not read and written anew: there may be much of it.
  return `{"type":${JSON.stringify(type)},"timestamp":${JSON.stringify(at)},"data":${data}}`;
}

/** The body of a digest: the bodies of its events under `data.events`, in the order they came. */
export function digestBody(events: readonly ToldEvent[], at: Date): string {
  const data = `{"events":[${events.map(singleBody).join(',')}]}`;
  return singleBody({ type: 'scan.digest', at, severity: null, data });
}

/** The worst severity that there is; null when there is none. */
export function worstOf(events: readonly Pick<ToldEvent, 'severity'>[]): Severity | null {
  return SEVERITIES.find((one) => events.some(({ severity }) => severity === one)) ?? null;
}

/** The message that a delivery carries. */
export function messageOf(delivery: CarriedMessage): Message {
  const { messageId: id, severity, isReminder, recipient } = delivery;
  const { type, timestamp, data } = JSON.parse(delivery.body) as {
    type: EventType;
    timestamp: string;
    data: object;
  };
  return { id, type, timestamp: new Date(timestamp), severity, data, isReminder, recipient };
}
