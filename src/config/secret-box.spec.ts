import { SecretBox, SecretUnreadableError } from './secret-box.js';

const FIRST = Buffer.alloc(32, 1).toString('base64');
const SECOND = Buffer.alloc(32, 2).toString('base64');
const PLAIN = 'a'.repeat(64);

describe('SecretBox', () => {
  const box = new SecretBox([FIRST]);

  it.each([PLAIN, '', 'Schlüssel 🔑\n"quoted"', 'x'.repeat(100_000)])(
    'gives back what it was given',
    (plain) => {
      expect(box.decrypt(box.encrypt(plain, 'api key'), 'api key')).toBe(plain);
    },
  );

  it('never makes the same ciphertext twice, nor shows the text in it', () => {
    const [one, other] = [box.encrypt(PLAIN, 'api key'), box.encrypt(PLAIN, 'api key')];
    expect(one).not.toBe(other);
    expect(one).not.toContain(PLAIN);
    expect(Buffer.from(one, 'base64').toString('latin1')).not.toContain(PLAIN);
  });

  it.each([0, 1, 2, 3])('refuses a ciphertext whose part %i was altered', (part) => {
    const parts = box.encrypt(PLAIN, 'api key').split(':');
    const original = parts[part] ?? '';
    parts[part] = (original.startsWith('A') ? 'B' : 'A') + original.slice(1);
    expect(() => box.decrypt(parts.join(':'), 'api key')).toThrow(SecretUnreadableError);
  });

  it('refuses a tag that was cut, so that it cannot be guessed byte by byte', () => {
    const [keyId, nonce, tag, body] = box.encrypt(PLAIN, 'api key').split(':');
    const short = Buffer.from(tag ?? '', 'base64')
      .subarray(0, 4)
      .toString('base64');
    expect(() => box.decrypt([keyId, nonce, short, body].join(':'), 'api key')).toThrow(
      SecretUnreadableError,
    );
  });

  it.each(['', 'nonsense', ':::', 'a:b:c:d:e'])('refuses %p', (ciphertext) => {
    expect(() => box.decrypt(ciphertext, 'api key')).toThrow(SecretUnreadableError);
  });

  it('does not let one secret be passed off as another', () => {
    const ciphertext = box.encrypt(PLAIN, 'api key');
    expect(() => box.decrypt(ciphertext, 'webhook secret')).toThrow(SecretUnreadableError);
  });

  it('says which key is missing when another is given, not what was encrypted', () => {
    const ciphertext = box.encrypt(PLAIN, 'api key');
    const [keyId = ''] = ciphertext.split(':');
    const opening = () => new SecretBox([SECOND]).decrypt(ciphertext, 'api key');
    expect(opening).toThrow(new SecretUnreadableError(keyId));
    expect(keyId).toMatch(/^[0-9a-f]{8}$/);
  });

  it('writes with the first key and reads with all, so that keys can be changed', () => {
    const old = new SecretBox([FIRST]);
    const both = new SecretBox([SECOND, FIRST]);
    const next = new SecretBox([SECOND]);

    expect(both.decrypt(old.encrypt(PLAIN, 'api key'), 'api key')).toBe(PLAIN);
    expect(next.decrypt(both.encrypt(PLAIN, 'api key'), 'api key')).toBe(PLAIN);
    expect(() => old.decrypt(both.encrypt(PLAIN, 'api key'), 'api key')).toThrow(
      SecretUnreadableError,
    );
  });

  it('signs with keys of their own, the first first', () => {
    const { signingKeys } = new SecretBox([SECOND, FIRST]);
    expect(signingKeys).toHaveLength(2);
    expect(signingKeys[1]).toBe(box.signingKeys[0]);
    expect(signingKeys).not.toContain(FIRST);
    expect(new Set(signingKeys).size).toBe(2);
  });
});
