import { Redactor } from './redactor.js';

const KEY = '0123456789abcdef'.repeat(4);

describe('Redactor', () => {
  const redactor = new Redactor();
  redactor.protect(KEY);
  redactor.protect('p&ss "word"/1');

  it.each([
    [`GET /urls with ${KEY} twice ${KEY}`, 'GET /urls with [redacted] twice [redacted]'],
    [`/users/${KEY}/overall_quotas`, '/users/[redacted]/overall_quotas'],
    ['password p&ss "word"/1', 'password [redacted]'],
    ['?q=p%26ss%20%22word%22%2F1', '?q=[redacted]'],
    [JSON.stringify({ password: 'p&ss "word"/1' }), '{"password":"[redacted]"}'],
    ['Bearer oju_Ab3dE_fGh-12', 'Bearer oju_[redacted]'],
    ['x-apikey: 00ff00ff', 'x-apikey: [redacted]'],
    ['{"X-Apikey":"00ff00ff"}', '{"X-Apikey":"[redacted]"}'],
    ['nothing secret', 'nothing secret'],
  ])('makes %p into %p', (text, clean) => {
    expect(redactor.redact(text)).toBe(clean);
  });

  it('takes out what it was told of later, and not what is too short to be a secret', () => {
    const late = new Redactor();
    expect(late.redact('token hush-hush')).toBe('token hush-hush');
    late.protect('hush-hush');
    late.protect('');
    late.protect('key');
    expect(late.redact('key: hush-hush')).toBe('key: [redacted]');
  });
});
