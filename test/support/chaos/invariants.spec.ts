import type { AlertView } from '../../../src/alert/alert.view.js';
import type { ScanView, TaskView } from '../../../src/scan/scan.view.js';
import type { StandInStats } from '../virustotal-stand-in/log.js';
import { type RoundFacts, SCRIPTED, siteUrl } from './facts.js';
import { violationsOf } from './invariants.js';

const plan = { platforms: 3, flagged: [2], perMinute: 4 };

const task = (number: number) =>
  ({
    state: 'completed',
    platform: { url: siteUrl(number) },
    flagged: number === 2,
    stats: { malicious: number === 2 ? 1 : 0 },
  }) as unknown as TaskView;

const alert = (number: number) =>
  ({
    state: 'new',
    platform: { url: siteUrl(number) },
    detections: [{ ...SCRIPTED, state: 'detected' }],
  }) as unknown as AlertView;

const stats = (changes: Partial<StandInStats> = {}) =>
  ({
    submissions: Object.fromEntries([1, 2, 3].map((number) => [siteUrl(number), 1])),
    refusals: 0,
    maxInAnySlidingMinute: 4,
    ...changes,
  }) as StandInStats;

const well: RoundFacts = {
  plan,
  kills: 1,
  lossesByOutage: 0,
  torn: [{ alertsAlone: 0, flagsAlone: 0 }],
  scans: [{ id: '1', finishedAt: 'then' } as unknown as ScanView],
  tasks: [1, 2, 3].map(task),
  alerts: [alert(2)],
  stats: stats(),
};

describe('what must hold after a round', () => {
  it('holds where nothing was lost, spent or invented', () => {
    expect(violationsOf(well)).toEqual([]);
  });

  it('allows one submission more a kill', () => {
    const submissions = { ...well.stats.submissions, [siteUrl(3)]: 2 };
    expect(violationsOf({ ...well, stats: stats({ submissions }) })).toEqual([]);
  });

  it.each<[string, Partial<RoundFacts>]>([
    ['a second scan', { scans: [well.scans[0]!, well.scans[0]!] }],
    ['a scan without end', { scans: [{ id: '1', finishedAt: null } as unknown as ScanView] }],
    ['a lost task', { tasks: [task(1), task(2)] }],
    [
      'a task that failed',
      { tasks: [task(1), task(2), Object.assign(task(3), { state: 'failed' })] },
    ],
    [
      'a verdict invented',
      { tasks: [task(1), task(2), Object.assign(task(3), { flagged: true })] },
    ],
    ['an alert twice', { alerts: [alert(2), alert(2)] }],
    ['an alert missing', { alerts: [] }],
    ['an alert invented', { alerts: [alert(1), alert(2)] }],
    ['an alert without its detection', { alerts: [Object.assign(alert(2), { detections: [] })] }],
    ['an alert settled', { alerts: [Object.assign(alert(2), { state: 'resolved' })] }],
    ['a flag without its alert', { torn: [{ alertsAlone: 0, flagsAlone: 1 }] }],
    ['an alert without its task', { torn: [{ alertsAlone: 1, flagsAlone: 0 }] }],
    ['a request refused', { stats: stats({ refusals: 1 }) }],
    ['a minute overspent', { stats: stats({ maxInAnySlidingMinute: 5 }) }],
    [
      'two submissions more after one kill',
      { stats: stats({ submissions: { ...well.stats.submissions, [siteUrl(3)]: 3 } }) },
    ],
    ['a platform never submitted', { stats: stats({ submissions: { [siteUrl(1)]: 3 } }) }],
  ])('finds %s', (_name, changes) => {
    expect(violationsOf({ ...well, ...changes })).not.toEqual([]);
  });
});
