import { existsSync } from 'node:fs';

import { DEFAULT_API_KEY } from './options.js';
import { compiledMain, spawnVirusTotalStandIn } from './spawn.js';

// The process is the compiled one, which a run of the unit tests alone need not have built.
const whenBuilt = existsSync(compiledMain()) ? describe : describe.skip;

whenBuilt('spawnVirusTotalStandIn', () => {
  it('runs the stand-in in a process of its own, on its own clock, until it is stopped', async () => {
    const epoch = Date.UTC(2030, 0, 1);
    const standIn = await spawnVirusTotalStandIn({ clock: { epoch, factor: 1000 } });
    try {
      const headers = { 'x-apikey': DEFAULT_API_KEY };
      const response = await fetch(`${standIn.url}/users/user-1`, { headers });
      expect(response.status).toBe(200);
      const [arrival] = (await standIn.control.stats()).arrivals;
      expect(arrival).toBeGreaterThanOrEqual(epoch);
    } finally {
      await standIn.stop();
    }
    expect(() => process.kill(standIn.pid, 0)).toThrow();
  });

  it('says why the process does not start', async () => {
    await expect(spawnVirusTotalStandIn({ apiKeys: [{ key: 'short' }] })).rejects.toThrow('ended');
  });
});
