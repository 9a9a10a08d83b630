import { expectEveryPeriod } from '../support/ninety-days-expectations.js';
import { liveNinetyDays } from '../support/ninety-days.js';

const LIMIT_MS = 60 * 60_000;

describe('90 days on a public key, every 7 days', () => {
  it(
    'scan 1,350 platforms in every period, with 5 % second looks and the reserve',
    async () => {
      const result = await liveNinetyDays({
        platforms: 1350,
        scale: 1,
        reservePercent: 10,
        slowShare: 0.05,
      });
      expectEveryPeriod(result, 1350);
      expect(result.requestsPerPlatform).toBeGreaterThan(2.04);
      expect(result.requestsPerPlatform).toBeLessThan(2.1);
    },
    LIMIT_MS,
  );

  it(
    'scan 1,750 platforms in every period, at exactly two requests and without a reserve',
    async () => {
      const result = await liveNinetyDays({
        platforms: 1750,
        scale: 1,
        reservePercent: 0,
        slowShare: 0,
      });
      expectEveryPeriod(result, 1750);
      expect(result.requestsPerPlatform).toBe(2);
    },
    LIMIT_MS,
  );
});
