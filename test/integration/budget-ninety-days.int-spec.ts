import { expectEveryPeriod } from '../support/ninety-days-expectations.js';
import { liveNinetyDays } from '../support/ninety-days.js';

// A small part of the public key's day and month, and of the platforms; the whole is in test/long.
describe('90 days on a part of a public key, every 7 days', () => {
  it('scan 27 of 1,350 platforms in every period, with 5 % second looks and the reserve', async () => {
    const result = await liveNinetyDays({
      platforms: 1350,
      scale: 50,
      reservePercent: 10,
      slowShare: 0.05,
    });
    expectEveryPeriod(result, 27);
    expect(result.requestsPerPlatform).toBeGreaterThan(2);
  }, 120_000);

  const atTheLimit = { scale: 125, reservePercent: 0, slowShare: 0 };

  it('scan 14 of 1,750 platforms in every period, at exactly two requests and no reserve', async () => {
    const result = await liveNinetyDays({ ...atTheLimit, platforms: 1750 });
    expectEveryPeriod(result, 14);
    expect(result.requestsPerPlatform).toBe(2);
  }, 120_000);

  it('cannot scan one platform more, so that the limit is one', async () => {
    const result = await liveNinetyDays({ ...atTheLimit, platforms: 1750 + 125 });
    expect(() => {
      expectEveryPeriod(result, 15);
    }).toThrow();
    expect(result.refusals).toBe(0);
  }, 120_000);
});
