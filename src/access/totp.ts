import { Injectable } from '@nestjs/common';

/** In seconds: how long a code is shown (RFC 6238, and what every authenticator app takes). */
const PERIOD_SEC = 30;
/** Clocks of telephones may be off by as much. */
const TOLERANCE_SEC = PERIOD_SEC;
const ISSUER = 'Oju';

/** Time-based one-time codes (RFC 6238). Its packages are loaded when the first is needed. */
@Injectable()
export class Totp {
  /** A new secret, in base32. */
  async newSecret(): Promise<string> {
    const { generateSecret } = await import('otplib');
    return generateSecret();
  }

  /**
   * The half minute, counted from 1970, whose code this is, at most one away from now; null when
   * it is no such code.
   */
  async stepOf(secret: string, code: string, now: Date): Promise<number | null> {
    if (!/^\d{6}$/.test(code)) return null;
    const { verifySync } = await import('otplib');
    const epoch = Math.floor(now.getTime() / 1000);
    const options = { secret, token: code, epoch, epochTolerance: TOLERANCE_SEC };
    const result = verifySync(options);
    return result.valid ? Math.floor(epoch / PERIOD_SEC) + result.delta : null;
  }

  /** What authenticator apps read, as a picture: the source of an `img`. */
  async picture(secret: string, email: string): Promise<string> {
    const [{ generateURI }, qrcode] = await Promise.all([import('otplib'), import('qrcode')]);
    const uri = generateURI({ issuer: ISSUER, label: email, secret });
    const svg = await qrcode.toString(uri, { type: 'svg', margin: 2 });
    return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  }
}
