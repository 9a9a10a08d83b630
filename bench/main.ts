import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { APP_ROOT } from '../src/config/app-root.js';

/**
 * `npm run bench` runs every part, `npm run bench -- engine bytes` only those named; `--quick`
 * makes each short. Each part is a process of its own, so that none weighs on the next, and ends
 * with 1 when a ratio is outside its bound; so does this one then.
 */
const PARTS = ['footprint', 'politeness', 'premium', 'engine', 'bytes'];

async function runPart(part: string, options: string[]): Promise<boolean> {
  console.log(`--- ${part}`);
  const startedAt = performance.now();
  const main = join(APP_ROOT, 'dist', 'bench', `${part}.js`);
  const child = spawn(process.execPath, [main, ...options], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  console.log(`    ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
  return code === 0;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const options = args.filter((arg) => arg.startsWith('--'));
  const named = args.filter((arg) => !arg.startsWith('--'));
  const unknown = [
    ...options.filter((option) => option !== '--quick'),
    ...named.filter((part) => !PARTS.includes(part)),
  ];
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(', ')}. Parts: ${PARTS.join(', ')}; option: --quick`);
    process.exitCode = 1;
    return;
  }
  const outside: string[] = [];
  for (const part of named.length > 0 ? named : PARTS) {
    if (!(await runPart(part, options))) outside.push(part);
  }
  if (outside.length === 0) return;
  console.log(`Outside its bound: ${outside.join(', ')}`);
  process.exitCode = 1;
}

void main();
