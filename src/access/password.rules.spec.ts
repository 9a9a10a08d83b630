import { COMMON_PASSWORDS, COMMON_WORDS } from './common-passwords.js';
import { isCommonPassword, SHORTEST_PASSWORD } from './password.rules.js';

const EMAIL = 'ada.lovelace@example.org';

describe('a common password', () => {
  it.each([...COMMON_PASSWORDS])('is %s', (password) => {
    expect(isCommonPassword(password, EMAIL)).toBe(true);
    expect(isCommonPassword(password.toUpperCase(), EMAIL)).toBe(true);
  });

  it.each([
    ...[
      'password2026',
      'Password123!',
      'P@ssw0rd1234',
      'Welcome-2026!',
      'monkeydragon1',
      'dragon...........',
    ],
    ...[
      'aaaaaaaaaaaa',
      'abcabcabcabc',
      '123123123123',
      'sunshinesunshine',
      '            ',
      '000000000000',
    ],
    ...['abcdefghijkl', 'qwertyuiopas', '123456789012', 'lkjhgfdsa123456', '2026-11-24-09'],
    ...[
      'ada.lovelace',
      'Ada.Lovelace1815',
      'lovelace@example.org',
      'ojuojuoju123',
      'Oju-Oju-2026-',
      'oju-password-1',
    ],
  ])('is %s', (password) => {
    expect(password.length).toBeGreaterThanOrEqual(SHORTEST_PASSWORD);
    expect(isCommonPassword(password, EMAIL)).toBe(true);
  });

  it.each([
    ...[
      'correct horse battery staple',
      'before before',
      'after after after',
      'a long enough password',
    ],
    ...[
      'ada plays the flute',
      'xK9#vQ2!mZ7p',
      'tvättmaskin-om-natten',
      'правильный конь',
      '馬電池ホチキス正しい馬電池',
    ],
    ...['r7Yq-mb3W-zx1T', 'the oju bird sees all'],
  ])('is not %s', (password) => {
    expect(isCommonPassword(password, EMAIL)).toBe(false);
  });

  it('has a list of some size, all of which a field would take', () => {
    expect(COMMON_PASSWORDS.size).toBeGreaterThan(200);
    for (const password of COMMON_PASSWORDS) {
      expect(password.length).toBeGreaterThanOrEqual(SHORTEST_PASSWORD);
    }
    expect(COMMON_WORDS.has('password')).toBe(true);
  });
});
