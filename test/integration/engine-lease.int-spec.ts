import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { SystemRandom } from '../../src/config/random.js';
import { migrate } from '../../src/database/migrate.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { sightingOf, thisProcess } from '../../src/scan/engine-lease-processes.js';
import { EngineLease } from '../../src/scan/engine-lease.entity.js';
import { holderName } from '../../src/scan/engine-lease.rules.js';
import { EngineLeaseService } from '../../src/scan/engine-lease.service.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { FakeClock } from '../support/fake-clock.js';
import { type OpenDatabase, openDatabase } from '../support/open-database.js';

const LEASE_MS = 150_000;
const RENEW_MS = 10_000;
const onLinux = process.platform === 'linux' ? it : it.skip;

describeOnEachDatabase('the lease of the engine', (database) => {
  let open: OpenDatabase;
  let clock: FakeClock;
  const services: EngineLeaseService[] = [];

  beforeAll(async () => {
    open = await openDatabase(database());
    await migrate(open.dataSource);
  });
  beforeEach(async () => {
    clock = new FakeClock();
    await leases().deleteAll();
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await service.release();
  });
  afterAll(async () => {
    await open.dataSource.destroy();
  });

  const leases = () => open.unitOfWork.repository(EngineLease);
  const anEngine = () => {
    const unitOfWork = new UnitOfWork(open.dataSource, clock, new SystemRandom());
    const service = new EngineLeaseService(unitOfWork, clock);
    services.push(service);
    return service;
  };
  const heldBy = (holder: string) =>
    leases().save({ id: 1, holder, expiresAt: new Date(clock.now().getTime() + LEASE_MS) });
  const self = thisProcess();

  it('is held by one of two engines of a process, until that one gives it back', async () => {
    const [first, second] = [anEngine(), anEngine()];
    expect([await first.hold(), await second.hold()]).toEqual([true, false]);
    await clock.skip(RENEW_MS);
    expect([await second.hold(), await first.hold()]).toEqual([false, true]);
    await first.release();
    expect(await second.hold()).toBe(true);
  });

  it('is renewed for as long as its holder works', async () => {
    const [first, second] = [anEngine(), anEngine()];
    for (let i = 0; i < 40; i += 1) {
      expect([await first.hold(), await second.hold()]).toEqual([true, false]);
      await clock.skip(RENEW_MS);
    }
  });

  it.each([
    ['another machine', `else:${process.pid}:x:${self.scope}:1`],
    ['another container of this host name, both process 1', `${hostname()}:${process.pid}:x:far:1`],
    ['another container, where its number is none here', `${hostname()}:4194305:x:far:1`],
    ['a process that does not say where it runs', `${hostname()}:${process.pid}:x`],
    ['a process that is none here and does not say where it runs', `${hostname()}:4194305:x`],
    ['who knows', 'x'],
  ])('is waited for while it is held by %s, until it runs out', async (_, holder) => {
    await heldBy(holder);
    const engine = anEngine();
    expect(await engine.hold()).toBe(false);
    await clock.skip(LEASE_MS - 1);
    expect(await engine.hold()).toBe(false);
    await clock.skip(1);
    expect(await engine.hold()).toBe(true);
  });

  onLinux('is taken at once from the process before us that had our number', async () => {
    await heldBy(holderName({ ...self, startedAt: '1' }, 'x'));
    expect(await anEngine().hold()).toBe(true);
  });

  onLinux(
    'is taken at once from a process that was killed, and not from one that runs',
    async () => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']);
      await once(child, 'spawn');
      const seen = sightingOf(child.pid!);
      if (!('startedAt' in seen)) throw new Error('The child is not seen');
      await heldBy(holderName({ ...self, pid: child.pid!, startedAt: seen.startedAt }, 'x'));
      const engine = anEngine();
      expect(await engine.hold()).toBe(false);

      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await engine.hold()).toBe(true);
    },
  );
});
