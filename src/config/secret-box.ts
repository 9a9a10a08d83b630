import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

/** Thrown when no key at hand opens a ciphertext. */
export class SecretUnreadableError extends Error {
  constructor(keyId: string) {
    super(`OJU_SECRET does not open what was encrypted under key ${keyId}`);
  }
}

interface Key {
  id: string;
  cipherKey: Buffer;
  signingKey: string;
  tokenKey: Buffer;
}

function deriveKey(secret: string): Key {
  const bytes = Buffer.from(secret, 'base64');
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', bytes, 'oju', purpose, 32));
  return {
    id: createHash('sha256').update(derive('key id')).digest('hex').slice(0, 8),
    cipherKey: derive('encryption'),
    signingKey: derive('session signature').toString('base64'),
    tokenKey: derive('tokens'),
  };
}

/**
 * Encrypts what must be read back (AES-256-GCM). A ciphertext carries the id of its key, so that
 * several keys can be in force: the first encrypts, all decrypt.
 */
export class SecretBox {
  private readonly keys: Key[];

  /** @param secrets 32 bytes in base64 each, at least one */
  constructor(secrets: readonly string[]) {
    this.keys = secrets.map(deriveKey);
  }

  /** Keys that sign session cookies: the first signs, all verify. */
  get signingKeys(): string[] {
    return this.keys.map((key) => key.signingKey);
  }

  /** What ciphertexts begin with, before a colon: eight hexadecimal digits a key, the first writes. */
  get keyIds(): string[] {
    return this.keys.map((key) => key.id);
  }

  /** A token of 256 bits for a purpose that only who has a key can make: the first key's, then the others'. */
  tokens(purpose: string): string[] {
    return this.keys.map(({ tokenKey }) =>
      createHmac('sha256', tokenKey).update(purpose).digest('base64url'),
    );
  }

  /** @param purpose bound to the ciphertext, so that one secret cannot be passed off as another */
  encrypt(plain: string, purpose: string): string {
    const key = this.keys[0];
    if (!key) throw new Error('SecretBox holds no key');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key.cipherKey, nonce);
    cipher.setAAD(Buffer.from(`${key.id}:${purpose}`));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return [key.id, nonce, cipher.getAuthTag(), body]
      .map((part) => (typeof part === 'string' ? part : part.toString('base64')))
      .join(':');
  }

  /** @throws SecretUnreadableError when no key fits, or the ciphertext was altered */
  decrypt(ciphertext: string, purpose: string): string {
    const [keyId = '', nonce = '', tag = '', body = ''] = ciphertext.split(':');
    const key = this.keys.find((candidate) => candidate.id === keyId);
    if (!key) throw new SecretUnreadableError(keyId);
    try {
      const decipher = createDecipheriv(
        'aes-256-gcm',
        key.cipherKey,
        Buffer.from(nonce, 'base64'),
        { authTagLength: 16 },
      );
      decipher.setAAD(Buffer.from(`${key.id}:${purpose}`));
      decipher.setAuthTag(Buffer.from(tag, 'base64'));
      return decipher.update(body, 'base64', 'utf8') + decipher.final('utf8');
    } catch {
      throw new SecretUnreadableError(keyId);
    }
  }
}
