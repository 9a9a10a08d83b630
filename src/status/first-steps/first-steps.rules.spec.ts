import { RIGHTS, type Role } from '../../access/rights.js';
import { firstSteps, type StepFacts, type StepName } from './first-steps.rules.js';

const NONE = { key: false, platforms: false, vendors: false, channels: false, scan: false };
const ALL = { key: true, platforms: true, vendors: true, channels: true, scan: true };

const shown = (done: Partial<StepFacts['done']>, role: Role = 'admin', isHidden = false) =>
  firstSteps({ done: { ...NONE, ...done }, isHidden }, role).map(({ name, isDone, isNext }) =>
    isNext ? `> ${name}` : isDone ? `✓ ${name}` : name,
  );

describe('the first steps', () => {
  it.each<[string, Partial<StepFacts['done']>, Role, string[]]>([
    ['begin with the key', {}, 'admin', ['> key', 'platforms', 'vendors', 'channels', 'scan']],
    [
      'go on with what is not done yet, in whatever order it was done',
      { vendors: true, key: true },
      'admin',
      ['✓ key', '> platforms', '✓ vendors', 'channels', 'scan'],
    ],
    [
      'end with the scan',
      { ...ALL, scan: false },
      'admin',
      ['✓ key', '✓ platforms', '✓ vendors', '✓ channels', '> scan'],
    ],
    ['are gone when all are done', ALL, 'admin', []],
    ['are those that an analyst may do', {}, 'analyst', ['> platforms', 'vendors']],
    ['are gone for who has done all of them', { platforms: true, vendors: true }, 'analyst', []],
    ['are none for who only looks', {}, 'viewer', []],
  ])('%s', (_what, done, role, expected) => {
    expect(shown(done, role)).toEqual(expected);
  });

  it('are gone when they are hidden', () => {
    expect(shown({}, 'admin', true)).toEqual([]);
  });

  it.each<[StepName, string]>([
    ['key', 'POST /config/integrations/virustotal'],
    ['platforms', 'POST /platforms/new'],
    ['vendors', 'POST /vendor/catalogue'],
    ['channels', 'POST /config/notifications/new'],
    ['scan', 'POST /scans'],
  ])('ask for the role that %s needs', (name, route) => {
    const right = RIGHTS[route];
    const least = (['viewer', 'analyst', 'admin'] as const).find((role) =>
      firstSteps({ done: NONE, isHidden: false }, role).some((step) => step.name === name),
    );
    expect(right).toMatchObject({ kind: 'page', role: least });
  });
});
