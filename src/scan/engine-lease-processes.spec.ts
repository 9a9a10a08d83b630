import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { sightingOf, thisProcess } from './engine-lease-processes.js';

const turn = () => new Promise(setImmediate);
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('processes', () => {
  const children: ChildProcess[] = [];
  const start = async (command: string, ...args: string[]) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    children.push(child);
    await once(child, 'spawn');
    return child;
  };
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('knows this one as others see it', () => {
    const self = thisProcess();
    expect(self).toEqual({
      host: hostname(),
      pid: process.pid,
      scope: expect.stringMatching(/^[0-9a-f]{16}$/),
      startedAt: expect.stringMatching(/^\d+$/),
    });
    expect(thisProcess()).toEqual(self);
    expect(sightingOf(process.pid)).toEqual({ kind: 'running', startedAt: self.startedAt });
  });

  it('sees one that runs, whatever its name is, and no more once it was killed', async () => {
    const named = "process.title = ') Z 1 ('; console.log('named'); setInterval(() => {}, 1e9)";
    const child = await start(process.execPath, '-e', named);
    await once(child.stdout!, 'data');
    expect(readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe(') Z 1 (\n');
    expect(sightingOf(child.pid!)).toMatchObject({ kind: 'running' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(sightingOf(child.pid!)).toEqual({ kind: 'none' });
  });

  it('sees that one has ended although its parent does not ask', async () => {
    // The shell becomes a program that knows nothing of the child which the shell has begun.
    const parent = await start('sh', '-c', 'cat <&3 & echo $!; exec sleep 1000 3<&-');
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await turn();
    expect(sightingOf(pid)).toMatchObject({ kind: 'running' });
    (parent.stdio[3] as Duplex).destroy();
    while (sightingOf(pid).kind === 'running') await turn();
    expect(sightingOf(pid)).toMatchObject({ kind: 'ended' });
  });
});
