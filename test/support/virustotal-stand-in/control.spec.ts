import { StandInControl } from './control-client.js';
import type { Fault } from './faults.js';
import { DEFAULT_API_KEY } from './options.js';
import { startVirusTotalStandIn, type StandIn } from './server.js';

describe('StandInControl', () => {
  let standIn: StandIn;
  let control: StandInControl;

  beforeEach(async () => {
    standIn = await startVirusTotalStandIn();
    control = new StandInControl(standIn.url);
  });

  afterEach(async () => {
    await standIn.close();
  });

  async function submit(): Promise<number> {
    const response = await fetch(`${standIn.url}/urls`, {
      method: 'POST',
      headers: { 'x-apikey': DEFAULT_API_KEY },
      body: new URLSearchParams({ url: 'https://a.example/' }),
    });
    await response.arrayBuffer();
    return response.status;
  }

  it('reads the counts without being counted', async () => {
    await submit();
    expect(await control.stats()).toEqual(standIn.stats());
    expect(standIn.stats().requests).toEqual({ 'POST /urls': 1 });
  });

  it('does all that can be done in the process', async () => {
    await control.script('https://a.example/', { refuse: 'Bad' }, []);
    expect(await submit()).toBe(400);
    await control.fault({ kind: 'status', status: 503, path: /^\/urls$/ });
    expect(await submit()).toBe(503);
    expect(await submit()).toBe(200);
    await control.spend(1);
    expect(await submit()).toBe(429);
    await control.setLimits({ perMinute: 100 });
    expect(await submit()).toBe(200);
    await control.configure({ apiKeys: [{ key: 'f'.repeat(64) }] });
    expect(await submit()).toBe(401);
    await control.reset();
    expect((await control.stats()).arrivals).toEqual([]);
  });

  it('says why it refuses', async () => {
    await expect(control.fault({ kind: 'nonsense' } as unknown as Fault)).rejects.toThrow(
      'nonsense',
    );
    await expect(control.spend(1, 'unknown')).rejects.toThrow('API key');
  });
});
