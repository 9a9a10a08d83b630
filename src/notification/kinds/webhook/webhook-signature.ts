import { randomBytes } from 'node:crypto';

/** How long a secret still signs after another took its place, ms. */
export const FORMER_SECRET_MS = 24 * 3_600_000;

/** What Standard Webhooks puts before a secret. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** The secrets of a webhook. */
export interface WebhookSecret {
  /** `whsec_` and 24 to 64 bytes in base64. */
  current: string;
  /** Those before, the latest first, each until its end (ISO 8601). */
  formers: FormerSecret[];
}

interface FormerSecret {
  secret: string;
  until: string;
}

/** Every rotation within a day makes the header longer: of more than these the oldest go. */
const MOST_FORMERS = 10;

/** A new secret, of 256 bits. */
export function makeSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** True for a secret that Standard Webhooks knows: 24 to 64 bytes in base64 behind `whsec_`. */
export function isWebhookSecret(text: string): boolean {
  if (!/^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    return false;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64').length;
  return bytes >= 24 && bytes <= 64;
}

/** Another secret in place of the present one, which signs for a day more so that receivers can change. */
export function rotated(before: WebhookSecret | null, secret: string, now: Date): WebhookSecret {
  if (!before || before.current === secret) return before ?? { current: secret, formers: [] };
  const until = new Date(now.getTime() + FORMER_SECRET_MS).toISOString();
  const others = formersAt(before, now).filter((former) => former.secret !== secret);
  const formers = [{ secret: before.current, until }, ...others].slice(0, MOST_FORMERS);
  return { current: secret, formers };
}

/** Every secret that signs now: a receiver is content with any one of the signatures. */
export function signingSecrets(secret: WebhookSecret, now: Date): string[] {
  return [secret.current, ...formersAt(secret, now).map((former) => former.secret)];
}

/** The former secrets that sign still, the latest first. */
function formersAt({ formers }: WebhookSecret, now: Date): FormerSecret[] {
  return formers.filter(({ until }) => Date.parse(until) > now.getTime());
}

/**
 * The headers of a Standard Webhooks message (https://www.standardwebhooks.com, specification 1.0).
 * @param id the same on every try
 * @param now of this try: receivers refuse what is minutes old
 */
export async function signedHeaders(
  secrets: readonly string[],
  { id, body, now }: { id: string; body: string; now: Date },
): Promise<Record<string, string>> {
  const { Webhook } = await import('standardwebhooks');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
