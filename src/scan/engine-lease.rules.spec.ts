import {
  holderName,
  holderProcess,
  type HolderProcess,
  isSameProcess,
  isSurelyDead,
  type Sighting,
} from './engine-lease.rules.js';

const HERE: HolderProcess = { host: 'web', pid: 1, scope: 'boot-and-namespace', startedAt: '500' };
const running = (startedAt: string): Sighting => ({ kind: 'running', startedAt });

describe("a holder's name", () => {
  it.each<[string, HolderProcess]>([
    ['whose place is known', { ...HERE, pid: 4711 }],
    ['whose place is not known', { ...HERE, scope: null, startedAt: null }],
  ])('names a process %s', (_, process) => {
    expect(holderProcess(holderName(process, 'engine'))).toEqual(process);
  });

  it('tells engines of one process apart', () => {
    expect(holderName(HERE, 'a')).not.toBe(holderName(HERE, 'b'));
  });

  it('fits its column', () => {
    const longest = { ...HERE, host: 'h'.repeat(64), pid: 2 ** 22, scope: 'f'.repeat(16) };
    expect(holderName(longest, 'x'.repeat(36)).length).toBeLessThan(255);
  });
});

describe('isSurelyDead', () => {
  const other = { ...HERE, pid: 4711, startedAt: '300' };

  it.each<[string, HolderProcess, Sighting, boolean]>([
    ['a process that is there', other, running('300'), false],
    ['a process that is gone', other, { kind: 'none' }, true],
    [
      'a process that only its parent has not noticed',
      other,
      { kind: 'ended', startedAt: '300' },
      true,
    ],
    ['a number that another process has now', other, running('301'), true],
    ['a process that cannot be looked at', other, { kind: 'unknown' }, false],
    ['process 1 before us in this container', { ...other, pid: 1 }, running('500'), true],
    ['process 1 of another container', { ...HERE, scope: 'other' }, running('500'), false],
    ['a process of another container', { ...other, scope: 'other' }, { kind: 'none' }, false],
    ['a process of another machine', { ...other, host: 'else' }, { kind: 'none' }, false],
    ['a process of which no place is known', { ...other, scope: null }, { kind: 'none' }, false],
    [
      'a process of which no start is known',
      { ...other, startedAt: null },
      { kind: 'none' },
      false,
    ],
    ['no process', { ...other, pid: Number.NaN }, { kind: 'none' }, false],
    ['a group of processes', { ...other, pid: -1 }, { kind: 'none' }, false],
    ['our own group', { ...other, pid: 0 }, { kind: 'none' }, false],
  ])('of %s', (_, holder, sighting, isDead) => {
    expect(isSurelyDead(holder, HERE, () => sighting)).toBe(isDead);
  });

  it('is never said where it is not known what numbers mean', () => {
    const here = { ...HERE, scope: null, startedAt: null };
    expect(isSurelyDead({ ...other, scope: null }, here, () => ({ kind: 'none' }))).toBe(false);
  });

  it('asks for no number that means nothing here', () => {
    const look = jest.fn<Sighting, [number]>(() => ({ kind: 'none' }));
    isSurelyDead({ ...other, scope: 'other' }, HERE, look);
    expect(look).not.toHaveBeenCalled();
  });
});

describe('isSameProcess', () => {
  it.each<[Partial<HolderProcess>, boolean]>([
    [{}, true],
    [{ pid: 2 }, false],
    [{ startedAt: '501' }, false],
    [{ scope: 'other' }, false],
    [{ host: 'else' }, false],
    [{ scope: null, startedAt: null }, false],
  ])('with %j: %s', (differs, isSame) => {
    expect(isSameProcess({ ...HERE, ...differs }, HERE)).toBe(isSame);
  });
});
