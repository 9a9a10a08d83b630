import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { GuardedHttp, type GuardedRequest } from '../../outgoing/guarded-http.service.js';
import { OutgoingError } from '../../outgoing/outgoing.error.js';
import { retryAfterMs } from '../../virustotal/failed-answer.js';
import { keptSentence } from '../../web/kept-sentence.js';
import { DeliveryError } from '../delivery.error.js';

/** Posts JSON to an address that an admin gave, and says what its answer means. */
@Injectable()
export class JsonDelivery {
  constructor(
    private readonly http: GuardedHttp,
    private readonly clock: Clock,
  ) {}

  /**
   * Posts once. A redirect is not followed: it is a refusal.
   * @returns the status, of 200 to 299
   * @throws DeliveryError that names the host and never the address, which may be a secret
   */
  async post(
    request: Pick<GuardedRequest, 'url' | 'headers' | 'signal'> & { body: string },
  ): Promise<{ status: number }> {
    const host = URL.canParse(request.url) ? new URL(request.url).hostname : '';
    const answer = await this.ask(request);
    const { status, headers } = answer;
    if (status >= 200 && status < 300) return { status };
    throw new DeliveryError(reasonOf(status, host), {
      status,
      isFinal: status === 410,
      retryAfterMs: retryAfterMs(headers['retry-after'], this.clock.now().getTime()),
    });
  }

  private async ask(request: GuardedRequest & { body: string }) {
    try {
      return await this.http.request({
        ...request,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...request.headers },
        // Once it has said that it took the message, it is not to get it again for what follows.
        ignoresBody: true,
      });
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      // What stands in the address stays; where a name leads to may be another place in an hour.
      throw deliveryErrorOf(error, { isFinal: this.http.complaintOf(request.url) !== null });
    }
  }
}

/** What could not be sent, as a delivery tells it. */
export function deliveryErrorOf(
  error: OutgoingError,
  more: { status?: number | null; isFinal: boolean },
): DeliveryError {
  const { isUncertain } = error;
  return new DeliveryError(keptSentence(error.messageKey, error.details.params), {
    ...more,
    isUncertain,
  });
}

/** As `keptSentence` keeps it. */
function reasonOf(status: number, host: string): string {
  if (status >= 300 && status < 400)
    return keptSentence('channel.delivery.redirected', { host, status });
  if (status === 410) return keptSentence('channel.delivery.gone', { host });
  if (status === 404) return keptSentence('channel.delivery.notFound', { host });
  if (status === 401 || status === 403)
    return keptSentence('channel.delivery.forbidden', { host, status });
  if (status === 429) return keptSentence('channel.delivery.tooMany', { host });
  return keptSentence(status >= 500 ? 'channel.delivery.broken' : 'channel.delivery.refused', {
    host,
    status,
  });
}
