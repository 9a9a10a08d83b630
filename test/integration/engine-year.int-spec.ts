import { EngineOverview } from '../../src/alert/engine-overview.service.js';
import { EngineRename } from '../../src/alert/engine-rename.service.js';
import { SilentAlerts } from '../../src/alert/silent-alerts.service.js';
import { AlertEvent } from '../../src/alert/alert-event.entity.js';
import { Alert } from '../../src/alert/alert.entity.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { PlatformVerdicts } from '../../src/scan/platform-verdicts.service.js';
import { ScanService } from '../../src/scan/scan.service.js';
import { EngineService } from '../../src/vendor/engine.service.js';
import { likelyRenames } from '../../src/vendor/engine-rename.rules.js';
import type { EngineVerdict } from '../../src/virustotal/answers.js';
import type { TestApp } from '../support/app.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { aPlatform } from '../support/factories.js';
import { FakeClock } from '../support/fake-clock.js';
import { completeTask, startWithIdleEngine, tasksOf, verdictsOf } from '../support/scan-drive.js';

const WEEK_MS = 7 * 86_400_000;
const WEEKS = 52;
const ACTOR = 'ada@example.org';

/** Engines that a person would tell apart: what each is called in a week, or null while it is away. */
const LINES: Record<string, (week: number) => string | null> = {
  google: (week) => (week < 20 ? 'Google Safebrowsing' : 'Google Safe Browsing'),
  comodo: (week) => (week < 30 ? 'Comodo Valkyrie Verdict' : 'Xcitium Verdict Cloud'),
  gone: (week) => (week < 15 ? 'Trustwave' : null),
  away: (week) => (week % 10 < 7 ? 'K7AntiVirus' : null),
  steady: () => 'Kaspersky',
  young: (week) => (week >= 25 ? 'GreyNoise' : null),
};

/** Which line flags which platform, and in which weeks. */
const FLAGS: { platform: number; line: string; from: number; to: number }[] = [
  { platform: 0, line: 'google', from: 5, to: 40 },
  { platform: 1, line: 'comodo', from: 8, to: 99 },
  { platform: 2, line: 'gone', from: 3, to: 99 },
  { platform: 3, line: 'away', from: 2, to: 33 },
  { platform: 4, line: 'steady', from: 10, to: 12 },
  // The new name, which nobody has confirmed yet, starts with harmless.
  { platform: 4, line: 'google', from: 14, to: 20 },
  { platform: 0, line: 'young', from: 30, to: 35 },
];
const PLATFORMS = 5;

jest.setTimeout(120_000);

describeOnEachDatabase('a year of weekly scans in which names come, go and change', (database) => {
  let app: TestApp;
  let platforms: number[];
  const clock = new FakeClock();
  const startedAt = clock.now().getTime();

  beforeAll(async () => {
    app = await startWithIdleEngine(database(), { clock });
    platforms = [];
    for (let index = 0; index < PLATFORMS; index += 1) platforms.push((await aPlatform(app)).id);
    for (let week = 0; week < WEEKS; week += 1) {
      await scan(week);
      await confirmRenames();
      clock.set(WEEK_MS);
    }
  });
  afterAll(async () => {
    await app.stop();
  });

  const isFlagged = (platform: number, line: string, week: number) =>
    FLAGS.some(
      (flag) =>
        flag.platform === platform && flag.line === line && week >= flag.from && week < flag.to,
    );
  const answerOf = (platform: number, week: number): EngineVerdict[] =>
    verdictsOf(
      Object.fromEntries(
        Object.entries(LINES).flatMap(([line, nameIn]) => {
          const name = nameIn(week);
          if (name === null) return [];
          const flag = ['malicious', 'phishing'] as [string, string];
          return [[name, isFlagged(platform, line, week) ? flag : ['harmless', 'clean']]] as [
            string,
            [string, string],
          ][];
        }),
      ),
    );
  const scan = async (week: number) => {
    const asked = { trigger: 'scheduled', requestedBy: null } as const;
    const { id } = await app.nest.get(ScanService).startOverAll(asked);
    for (const task of await tasksOf(app, String(id))) {
      await completeTask(app, task, answerOf(platforms.indexOf(task.platformId), week));
    }
  };
  /** A person looks at the page of engines each week, and believes what it proposes. */
  const confirmRenames = async () => {
    for (const { from, to } of likelyRenames(await app.nest.get(EngineService).all())) {
      await app.nest.get(EngineRename).confirm(from.id, to.id, ACTOR);
    }
  };
  const weekOf = (time: Date) => Math.round((time.getTime() - startedAt) / WEEK_MS);
  const rows = <T extends object>(entity: new () => T) =>
    app.nest.get(UnitOfWork).repository(entity).find();

  it('finds both renames and no other', async () => {
    const engines = await app.nest.get(EngineService).all();
    const nameOf = new Map(engines.map(({ id, name }) => [id, name]));
    const renamed = engines
      .filter(({ renamedToId }) => renamedToId !== null)
      .map(({ name, renamedToId }) => `${name} to ${nameOf.get(renamedToId!) ?? ''}`);
    expect(renamed.sort()).toEqual([
      'Comodo Valkyrie Verdict to Xcitium Verdict Cloud',
      'Google Safebrowsing to Google Safe Browsing',
    ]);
  });

  it('clears a detection only where its engine says so itself', async () => {
    const alerts = await rows(Alert);
    const events = await rows(AlertEvent);
    const told = events
      .filter(({ kind }) => kind === 'detection_cleared')
      .map(({ alertId, data }) => {
        const { platformId } = alerts.find(({ id }) => id === alertId)!;
        return `${platforms.indexOf(platformId)} ${String(data.engine)}`;
      });
    expect(told.sort()).toEqual([
      '0 Google Safe Browsing',
      '0 GreyNoise',
      '3 K7AntiVirus',
      '4 Google Safe Browsing',
      '4 Kaspersky',
    ]);
  });

  it('says “cleared” in the history of exactly the scans in which alerts have it so', async () => {
    const history: string[] = [];
    for (const [index, platformId] of platforms.entries()) {
      const { items } = await app.nest.get(PlatformVerdicts).past(platformId, { limit: 200 });
      for (const { task, changes } of items) {
        for (const { engine, kind } of changes) {
          if (kind === 'cleared') history.push(`${index} ${engine} ${weekOf(task.completedAt!)}`);
        }
      }
    }
    const alerts = await rows(Alert);
    const events = (await rows(AlertEvent)).filter(({ kind }) => kind === 'detection_cleared');
    const told = events.map(({ alertId, data, at }) => {
      const { platformId } = alerts.find(({ id }) => id === alertId)!;
      return `${platforms.indexOf(platformId)} ${String(data.engine)} ${weekOf(at)}`;
    });
    expect(history.sort()).toEqual(told.sort());
    // A week after the new name came: the rename was confirmed once its first scan was judged.
    expect(history).toContain('4 Google Safe Browsing 21');
  });

  it('has each change in the history as one line, and none that is only a name', async () => {
    const histories = app.nest.get(PlatformVerdicts);
    const changes: string[] = [];
    for (const [index, platformId] of platforms.entries()) {
      const { items } = await histories.past(platformId, { limit: 200 });
      expect(items).toHaveLength(WEEKS);
      for (const item of items) {
        for (const { engine, from, to } of item.changes) {
          if (engine === 'K7AntiVirus' && (from === null || to === null)) continue;
          changes.push(`${index} ${engine}: ${from?.category ?? '-'} to ${to?.category ?? '-'}`);
        }
      }
    }
    const came = platforms.map((_, index) => `${index} GreyNoise: - to harmless`);
    const went = platforms.map(
      (_, index) => `${index} Trustwave: ${index === 2 ? 'malicious' : 'harmless'} to -`,
    );
    const flags = (line: string) => [
      `${line}: harmless to malicious`,
      `${line}: malicious to harmless`,
    ];
    expect(changes.sort()).toEqual(
      [
        ...came,
        ...went,
        ...flags('0 Google Safe Browsing'),
        ...flags('0 GreyNoise'),
        '1 Xcitium Verdict Cloud: harmless to malicious',
        '2 Trustwave: harmless to malicious',
        '3 K7AntiVirus: harmless to malicious',
        '3 K7AntiVirus: malicious to harmless',
        ...flags('4 Kaspersky'),
        ...flags('4 Google Safe Browsing'),
        // Taken back under the new name in one scan, and cleared in the next.
        '4 Google Safe Browsing: harmless to harmless',
      ].sort(),
    );
  });

  it('leaves no alert open that nobody can end: what its engine left is listed and settled', async () => {
    const open = (await rows(Alert)).filter(({ openPlatformId }) => openPlatformId !== null);
    const places = open.map(({ platformId }) => platforms.indexOf(platformId)).sort();
    // One that its engine flags to this day, and one whose engine is gone.
    expect(places).toEqual([1, 2]);
    const silent = await app.nest.get(SilentAlerts).all();
    expect(silent.map(({ platformId }) => platforms.indexOf(platformId))).toEqual([2]);
    const page = (await app.nest.get(EngineOverview).read(new Set(), {})) as {
      gone: { name: string }[];
    };
    expect(page.gone.map(({ name }) => name)).toEqual(['Trustwave']);

    const settled = await app.nest.get(SilentAlerts).settle(
      silent.map(({ id }) => id),
      ACTOR,
    );

    expect(settled).toBe(1);
    const left = (await rows(Alert)).filter(({ openPlatformId }) => openPlatformId !== null);
    expect(left.map(({ platformId }) => platforms.indexOf(platformId))).toEqual([1]);
  });
});
