import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { StoredSecrets } from '../database/stored-secrets.service.js';
import { translator } from '../web/translator.js';

const t = translator();

/**
 * Says in one line of the log, at start, when OJU_SECRET is not the one that secrets were stored
 * under. Oju starts all the same: pages, alerts and what was stored stay at hand, and whatever
 * needs the secret waits.
 */
@Injectable()
export class UnreadableSecrets implements OnApplicationBootstrap {
  private readonly logger = new Logger('Secrets');

  constructor(private readonly secrets: StoredSecrets) {}

  async onApplicationBootstrap(): Promise<void> {
    const line = unreadableInWords(await this.secrets.unreadable());
    if (line !== null) this.logger.error(line);
  }
}

/** What no key at hand opens, and what to do; null when there is no such thing. */
export function unreadableInWords(
  found: readonly { what: string; count: number }[],
): string | null {
  if (found.length === 0) return null;
  const what = found.map(({ what: name, count }) => `${name} (${count})`).join(', ');
  return t('secret.unreadable', { what });
}
