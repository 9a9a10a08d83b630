import { checkPassword, hashPassword } from './password.js';

describe('passwords', () => {
  it('are kept as argon2id with at least 19 MiB and two passes, each with its own salt', async () => {
    const first = await hashPassword('correct horse battery staple');
    const second = await hashPassword('correct horse battery staple');

    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,(t=2,p=1|p=1,t=2)\$/);
    expect(second).not.toBe(first);
  });

  it('are told from wrong ones', async () => {
    const hash = await hashPassword('correct horse battery staple');

    expect(await checkPassword(hash, 'correct horse battery staple')).toBe(true);
    expect(await checkPassword(hash, 'correct horse battery stapl')).toBe(false);
    expect(await checkPassword(hash, '')).toBe(false);
  });

  it('are checked, at the same price, for a user that does not exist', async () => {
    const hash = await hashPassword('correct horse battery staple');
    const spentOn = async (candidate: string | undefined) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 5; i += 1) await checkPassword(candidate, 'wrong');
      const spent = process.cpuUsage(before);
      return spent.user + spent.system;
    };
    await spentOn(hash);

    const known = await spentOn(hash);
    const unknown = await spentOn(undefined);

    expect(await checkPassword(undefined, 'anything at all')).toBe(false);
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });
});
