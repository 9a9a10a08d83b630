import { translator } from '../web/translator.js';
import { deviceOf } from './device.rules.js';
import type { OwnSession } from './session.service.js';

const t = translator();

/** A session as its user's page shows it. */
export function sessionRow(session: OwnSession): object {
  const { userAgent, startedAt, lastSeenAt, ...shown } = session;
  return {
    ...shown,
    device: deviceText(userAgent),
    startedAt: startedAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  };
}

function deviceText(userAgent: string): string {
  const { browser, system } = deviceOf(userAgent);
  if (browser !== null && system !== null)
    return t('access.profile.browserOn', { browser, system });
  return browser ?? system ?? t('access.profile.unknownDevice');
}
