import { auditText, auditValues, differences, isSecretName } from './audit-fields.rules.js';

const asIs = (text: string) => text;

describe('what the audit trail keeps', () => {
  it.each([
    ...[
      'password',
      'passwordHash',
      'newPassword',
      'apiKey',
      'api_key',
      'key',
      'token',
      'tokenHash',
    ],
    ...['secret', 'totpSecret', 'apiKeyCiphertext', 'cookie', '_csrf', 'recoveryCodes', 'otp'],
  ])('leaves out what is named %s', (name) => {
    expect(isSecretName(name)).toBe(true);
    expect(auditValues({ [name]: 'x', name: 'kept' }, asIs)).toBe('{"name":"kept"}');
    expect(auditValues({ deep: [{ [name]: 'x' }] }, asIs)).toBe('{"deep":[{}]}');
  });

  it.each(['apiKeyHint', 'name', 'keyState', 'options', 'monkeys', 'scope', 'prefix'])(
    'keeps what is named %s',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );

  it('takes secrets out before it cuts, so that no part of one stays', () => {
    const redact = (text: string) => text.replaceAll('s3cret-value', '[redacted]');
    expect(auditText(`${'x'.repeat(5)}s3cret-value`, redact, 10)).toBe('xxxxx[red…');
    expect(auditValues({ note: 'it is s3cret-value' }, redact)).toBe('{"note":"it is [redacted]"}');
  });

  it('has no control characters, no halves of characters, and a bound', () => {
    expect(auditText('a\r\nSet-Cookie: b\u0000\u2028c', asIs)).toBe('a  Set-Cookie: b  c');
    expect(auditText('\ud83d', asIs)).toBe('\ufffd');
    expect(Array.from(auditText('😀'.repeat(20), asIs, 10))).toHaveLength(10);
    expect(auditText('😀'.repeat(10), asIs, 10)).toBe('😀'.repeat(10));
  });

  it('stays below 15,000 characters, whatever it is given', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [`field${at}`, '"'.repeat(5000)]),
    );
    for (const values of [many, { list: Array(1000).fill(many) }, { text: 'x'.repeat(1e6) }]) {
      const json = auditValues(values, asIs) ?? '';
      expect(json.length).toBeLessThanOrEqual(15_000);
      expect(() => JSON.parse(json) as unknown).not.toThrow();
    }
  });

  it('knows no difference where there is none, and both sides where there is', () => {
    expect(differences({ a: 1, b: [1] }, { a: 1, b: [1] })).toBeNull();
    expect(differences({ a: 1, b: [1] }, { a: 1, b: [2] })).toEqual({
      before: { b: [1] },
      after: { b: [2] },
    });
  });
});
