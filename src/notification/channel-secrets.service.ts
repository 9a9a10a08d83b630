import { Injectable } from '@nestjs/common';
import { Redactor } from '../config/redactor.js';
import { SecretBox } from '../config/secret-box.js';
import { type Channel, channelSecretPurpose } from './channel.entity.js';
import { settingsOf } from './kinds/kinds.js';

/** Channels' secrets, in and out of the column that holds them encrypted; logs know them by then. */
@Injectable()
export class ChannelSecrets {
  constructor(
    private readonly box: SecretBox,
    private readonly redactor: Redactor,
  ) {}

  /** A secret as it is kept; null for none. */
  seal({ id, kind }: Pick<Channel, 'id' | 'kind'>, secret: unknown): string | null {
    if (secret === null) return null;
    this.protect(kind, secret);
    return this.box.encrypt(JSON.stringify(secret), channelSecretPurpose(id));
  }

  /** @throws SecretUnreadableError when no OJU_SECRET at hand opens it */
  open({ id, kind, secretCiphertext }: Channel): unknown {
    if (secretCiphertext === null) return null;
    const purpose = channelSecretPurpose(id);
    const secret: unknown = JSON.parse(this.box.decrypt(secretCiphertext, purpose));
    this.protect(kind, secret);
    return secret;
  }

  private protect(kind: string, secret: unknown): void {
    for (const text of settingsOf(kind)?.secretTexts(secret) ?? []) this.redactor.protect(text);
  }
}
