import { Webhook } from 'standardwebhooks';
import {
  FORMER_SECRET_MS,
  isWebhookSecret,
  makeSecret,
  rotated,
  signedHeaders,
  signingSecrets,
} from './webhook-signature.js';

describe('the signature of a webhook', () => {
  const now = new Date();
  const message = { id: 'msg_1', body: '{"type":"channel.test","data":{"é":"…"}}', now };

  it('is what the package that receivers use takes', async () => {
    const secret = makeSecret();
    const headers = await signedHeaders([secret], message);
    expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
    expect(() => new Webhook(secret).verify(`${message.body} `, headers)).toThrow();
    expect(() => new Webhook(makeSecret()).verify(message.body, headers)).toThrow();
  });

  it('is by both secrets for a day after a rotation, then by the new one alone', async () => {
    const [old, fresh] = [makeSecret(), makeSecret()];
    const secret = rotated(rotated(null, old, now), fresh, now);
    const atEnd = new Date(now.getTime() + FORMER_SECRET_MS);
    const justBefore = new Date(atEnd.getTime() - 1);
    expect(signingSecrets(secret, justBefore)).toEqual([fresh, old]);
    expect(signingSecrets(secret, atEnd)).toEqual([fresh]);
    const headers = await signedHeaders(signingSecrets(secret, now), message);
    expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const one of [old, fresh]) {
      expect(new Webhook(one).verify(message.body, headers)).toBeDefined();
    }
    expect(rotated(secret, fresh, now)).toBe(secret);
  });

  it('is by each former secret until its own end, however often there was another', async () => {
    const [first, second, third] = [makeSecret(), makeSecret(), makeSecret()];
    const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
    const twice = rotated(rotated(rotated(null, first, now), second, now), third, hours(1));
    expect(signingSecrets(twice, hours(2))).toEqual([third, second, first]);
    expect(signingSecrets(twice, hours(24))).toEqual([third, second]);
    expect(signingSecrets(twice, hours(25))).toEqual([third]);
    expect(rotated(twice, makeSecret(), hours(30)).formers).toHaveLength(1);
    expect(signingSecrets(rotated(twice, first, hours(2)), hours(2))).toEqual([
      first,
      third,
      second,
    ]);
    const headers = await signedHeaders(signingSecrets(twice, now), message);
    expect(new Webhook(first).verify(message.body, headers)).toBeDefined();
  });

  it('takes secrets of 24 to 64 bytes', () => {
    const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;
    expect([makeSecret(), of(24), of(64)].map(isWebhookSecret)).toEqual([true, true, true]);
    for (const bad of [of(23), of(65), '', 'whsec_', of(32).slice(6), `${of(32)} `, 'whsec_a===']) {
      expect([bad, isWebhookSecret(bad)]).toEqual([bad, false]);
    }
  });
});
