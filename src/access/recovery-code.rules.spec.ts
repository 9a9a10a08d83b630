import { hashRecoveryCode, newRecoveryCode } from './recovery-code.rules.js';

describe('recovery codes', () => {
  it('are different ones, in groups of four, without letters that look alike', () => {
    const codes = Array.from({ length: 500 }, newRecoveryCode);
    expect(new Set(codes).size).toBe(500);
    for (const code of codes) expect(code).toMatch(/^([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}$/);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32);
  });

  it('are one and the same in any spelling', () => {
    const code = newRecoveryCode();
    for (const typed of [
      code.toLowerCase(),
      code.replaceAll('-', ''),
      ` ${code.replaceAll('-', ' ')} `,
    ]) {
      expect(hashRecoveryCode(typed)).toBe(hashRecoveryCode(code));
    }
  });

  it.each([
    '',
    '123456',
    'ABCD-EFGH-JKLM-NPQ',
    'ABCD-EFGH-JKLM-NPQRS',
    'ABCD-EFGH-JKLM-NP%R',
    'ÀBCD-EFGH-JKLM-NPQR',
  ])('are none: %j', (typed) => {
    expect(hashRecoveryCode(typed)).toBeNull();
  });
});
