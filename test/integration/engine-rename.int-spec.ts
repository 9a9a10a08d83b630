import { Acceptance } from '../../src/alert/acceptance.entity.js';
import { AlertKeeper } from '../../src/alert/alert-keeper.service.js';
import { Detection } from '../../src/alert/detection.entity.js';
import { EngineRename } from '../../src/alert/engine-rename.service.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { PlatformService } from '../../src/platform/platform.service.js';
import { EngineNames } from '../../src/vendor/engine-names.service.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { VendorService } from '../../src/vendor/vendor.service.js';
import { AlertScenario } from '../support/alert-scenario.js';
import { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform, aVendor } from '../support/factories.js';
import { watchEventLoop } from '../support/event-loop.js';
import { FakeClock } from '../support/fake-clock.js';
import { overlapWell } from '../support/overlap.js';

const DAY_MS = 86_400_000;
const ACTOR = 'ada@example.org';

describeOnEachDatabase('a confirmed rename', (database) => {
  let app: TestApp;
  let at: AlertScenario;
  let round = 0;
  let from: string;
  let to: string;
  const clock = new FakeClock();

  beforeAll(async () => {
    app = await TestApp.start({ env: database().env, clock });
    at = new AlertScenario(app);
  });
  beforeEach(() => {
    round += 1;
    from = `Old ${round}`;
    to = `New ${round}`;
  });
  afterAll(async () => {
    await app.stop();
  });

  const newPlatform = async () => (await aPlatform(app)).id;
  const ids = async () => {
    const found = await app.nest.get(EngineService).ensure([from, to], clock.now());
    return [found.get(from)!, found.get(to)!] as const;
  };
  const confirm = async () => app.nest.get(EngineRename).confirm(...(await ids()), ACTOR);
  const stateOf = async (id: number) => (await app.nest.get(PlatformService).get(id)).state;
  const live = (platformId: number) =>
    app.nest
      .get(UnitOfWork)
      .repository(Detection)
      .findBy({ platformId })
      .then((rows) => rows.filter(({ liveEngineId }) => liveEngineId !== null));

  it('moves an open detection, which the next answer of the new name clears', async () => {
    const platform = await newPlatform();
    await at.scan(platform, { [from]: 'malicious', Other: 'harmless' });
    const { id, version } = await at.latest(platform);
    for (let week = 0; week < 5; week += 1) {
      clock.set(7 * DAY_MS);
      await at.scan(platform, { Other: 'harmless', [to]: 'timeout' });
    }
    expect(await at.detections(id)).toEqual([`${from}: malicious, silent`]);

    await at.unitOfWork.run(() => app.nest.get(PlatformService).recordFlag(platform, true));

    expect((await confirm()).platforms).toBe(1);

    expect(await at.detections(id)).toEqual([`${to}: malicious, silent`]);
    expect((await at.kinds(id)).at(-1)).toBe('engine_renamed');
    expect((await at.latest(platform)).version).toBeGreaterThan(version);
    expect(await stateOf(platform)).toBe('flagged');

    expect(await at.scan(platform, { [to]: 'harmless' })).toBe(false);
    expect(await at.latest(platform)).toMatchObject({ state: 'resolved', reason: 'cleared' });
  });

  it('makes one of two detections, counted once, and leaves no alert without an end', async () => {
    const platform = await newPlatform();
    await at.scan(platform, { [from]: ['malicious', 'phishing'] });
    const { id } = await at.latest(platform);
    await at.scan(platform, { [to]: ['malicious', 'malware'] });
    expect(await at.latest(platform)).toMatchObject({ id, severity: 'high' });

    await confirm();

    expect(await at.latest(platform)).toMatchObject({ severity: 'medium', state: 'new' });
    expect(await live(platform)).toMatchObject([{ category: 'malicious', result: 'malware' }]);
    expect(await at.kinds(id)).toEqual(
      expect.arrayContaining(['engine_renamed', 'severity_changed']),
    );
    await at.scan(platform, { [to]: 'undetected' });
    expect(await at.latest(platform)).toMatchObject({ id, reason: 'cleared' });
  });

  it('moves an acceptance: what was accepted under the old name raises nothing under the new', async () => {
    const platform = await newPlatform();
    await at.scan(platform, { [from]: ['malicious', 'phishing'] });
    const first = await at.latest(platform);
    await at.change(first.id, { state: 'false_positive' });
    // The new name says the same before anybody confirmed anything.
    await at.scan(platform, { [to]: ['malicious', 'phishing'] });
    const second = await at.latest(platform);
    expect(second).toMatchObject({ state: 'new', previousAlertId: first.id });

    await confirm();

    const [engineId] = [(await ids())[1]];
    const acceptances = app.nest.get(UnitOfWork).repository(Acceptance);
    expect(await acceptances.findBy({ platformId: platform })).toMatchObject([{ engineId }]);
    expect(await at.latest(platform)).toMatchObject({ id: second.id, state: 'new' });
    expect(await at.scan(platform, { [to]: ['malicious', 'phishing'] })).toBe(false);
    expect(await at.latest(platform)).toMatchObject({ id: second.id, reason: 'cleared' });
    expect(await at.scan(platform, { [to]: ['malicious', 'malware'] })).toBe(true);
  });

  it('is one engine for scans that have either name, or both', async () => {
    const platform = await newPlatform();
    await at.scan(platform, { [from]: ['malicious', 'phishing'] });
    await at.change((await at.latest(platform)).id, { state: 'false_positive' });
    await at.scan(platform, { [to]: ['malicious', 'phishing'] });
    await confirm();
    await at.scan(platform, { [to]: ['malicious', 'phishing'] });
    const { id } = await at.latest(platform);
    expect(await at.latest(platform)).toMatchObject({ reason: 'cleared' });

    // The old name is back for once: it was accepted under either.
    expect(await at.scan(platform, { [from]: ['malicious', 'phishing'] })).toBe(false);
    expect(await at.latest(platform)).toMatchObject({ id });
    const both = { [from]: 'malicious', [to]: 'malicious' };
    expect(await at.scan(platform, both)).toBe(true);
    const open = await at.latest(platform);
    expect(open).toMatchObject({ severity: 'medium', previousAlertId: id });
    expect(await at.detections(open.id)).toEqual([`${to}: malicious, detected`]);
    await at.scan(platform, { [from]: 'malicious', [to]: 'harmless' });
    expect(await at.latest(platform)).toMatchObject({ id: open.id, reason: 'cleared' });
  });

  it('leaves nothing behind that a scan beside it found', async () => {
    const platform = await newPlatform();
    await ids();
    await overlapWell(
      app.nest,
      () => at.scanInside(platform, { [from]: 'malicious' }),
      () => confirm(),
    );
    expect(await live(platform)).toMatchObject([{ engineId: (await ids())[1] }]);
    expect(await at.detections((await at.latest(platform)).id)).toEqual([
      `${to}: malicious, detected`,
    ]);
  });

  it('goes on where it was when the process ended in the middle', async () => {
    const [scanned, other] = [await newPlatform(), await newPlatform()];
    for (const platform of [scanned, other]) await at.scan(platform, { [from]: 'malicious' });
    // All that was committed before the end.
    await app.nest.get(EngineNames).rename(...(await ids()));

    await at.scan(scanned, { [to]: 'harmless' });
    expect(await at.latest(scanned)).toMatchObject({ reason: 'cleared' });
    expect(await live(other)).toMatchObject([{ engineId: (await ids())[0] }]);

    await app.nest.get(EngineRename).onApplicationBootstrap();
    expect(await live(other)).toMatchObject([{ engineId: (await ids())[1] }]);
    expect((await at.kinds((await at.latest(other)).id)).at(-1)).toBe('engine_renamed');
  });

  it('holds nobody up, however many platforms it is about', async () => {
    const count = 150;
    const [oldId] = await ids();
    const unitOfWork = app.nest.get(UnitOfWork);
    const now = clock.now();
    const platformIds: number[] = [];
    for (let made = 0; made < count; made += 1) platformIds.push(await newPlatform());
    await unitOfWork.run(async () => {
      for (const platformId of platformIds) {
        const alert = await app.nest.get(AlertKeeper).open(platformId, null);
        await unitOfWork.repository(Detection).insert({
          platformId,
          engineId: oldId,
          liveEngineId: oldId,
          alertId: alert.id,
          category: 'malicious',
          result: 'phishing',
          method: null,
          state: 'detected',
          firstSeenAt: now,
          lastSeenAt: now,
          clearedAt: null,
        });
      }
    });
    const watch = watchEventLoop();

    expect((await confirm()).platforms).toBe(count);

    // All at once took four times as long without a break.
    expect(watch.stop()).toBeLessThan(150);
    const left = await unitOfWork.repository(Detection).countBy({ engineId: oldId });
    expect(left).toBe(0);
  });

  it('keeps an open alert open where the new name was accepted elsewhere', async () => {
    const platform = await newPlatform();
    await at.scan(platform, { [to]: ['malicious', 'a'] });
    const settled = await at.latest(platform);
    await at.change(settled.id, { state: 'false_positive' });
    await at.scan(platform, { [to]: ['malicious', 'a'], [from]: ['malicious', 'b'] });
    const open = await at.latest(platform);
    expect(open.id).not.toBe(settled.id);

    await confirm();

    expect(await live(platform)).toMatchObject([{ alertId: open.id, state: 'detected' }]);
    // What the new name says was accepted: the next scan finds nothing else, and clears it.
    await at.scan(platform, { [to]: ['malicious', 'a'] });
    expect(await at.latest(platform)).toMatchObject({ id: open.id, reason: 'cleared' });
  });

  it('moves no contact, but points out the vendor of the old name', async () => {
    const platform = await newPlatform();
    const vendor = await aVendor(app, { name: from, contact: 'fp@old.example' });
    await at.scan(platform, { [from]: 'malicious' });
    const { id } = await at.latest(platform);

    await confirm();

    expect((await at.enriched(id)).detections).toMatchObject([{ engine: to, vendor: null }]);
    expect(await app.nest.get(VendorService).get(vendor.id)).toMatchObject({ name: from });
    const browser = await app.browser('analyst');
    const { page } = await browser.open(`/alerts/${id}`);
    expect(page('.near-miss').text()).toContain(from);
    expect(page('.near-miss form').attr('action')).toBe(`/vendor/${vendor.id}/name`);
    const shown = await browser.open(`/vendor/${vendor.id}`);
    expect(shown.page('.near-miss code').last().text()).toBe(to);
  });

  it('is refused of an engine with itself, twice, and in a ring; and can be taken back', async () => {
    const [oldId, newId] = await ids();
    const renames = app.nest.get(EngineRename);
    const refused = { code: 'ENGINE.RENAME_REFUSED' };
    await expect(renames.confirm(oldId, oldId, ACTOR)).rejects.toMatchObject(refused);
    await expect(renames.confirm(oldId, 999_999, ACTOR)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await renames.confirm(oldId, newId, ACTOR);
    await expect(renames.confirm(oldId, newId, ACTOR)).rejects.toMatchObject(refused);
    await expect(renames.confirm(newId, oldId, ACTOR)).rejects.toMatchObject(refused);

    expect((await app.nest.get(EngineService).presentNames()).get(oldId)).toBe(to);
    expect((await app.nest.get(EngineNames).idsOfLine(to)).sort()).toEqual([oldId, newId].sort());
    await app.nest.get(EngineNames).separate(oldId);
    expect((await app.nest.get(EngineService).presentNames()).has(oldId)).toBe(false);
    await expect(app.nest.get(EngineNames).separate(oldId)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is of a chain of names the last one', async () => {
    const [first, second] = await ids();
    const third = (await app.nest.get(EngineService).ensure([`${to} again`], clock.now())).get(
      `${to} again`,
    )!;
    await app.nest.get(EngineRename).confirm(first, second, ACTOR);
    await app.nest.get(EngineRename).confirm(second, third, ACTOR);
    const present = await app.nest.get(EngineService).presentNames();
    expect([present.get(first), present.get(second)]).toEqual([`${to} again`, `${to} again`]);
    const line = await app.nest.get(EngineNames).idsOfLine(`${to} again`);
    expect(line.sort()).toEqual([first, second, third].sort());
  });
});
