import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestDatabase } from '../databases.js';

const run = promisify(execFile);

const SIZE = '24m';
const PIECE = Buffer.alloc(64 * 1024);

/** An SQLite database on a file system of its own that a test can fill up. */
export interface SmallDisk extends TestDatabase {
  /** Takes all that is free. */
  fill: () => void;
  /** Gives it back. */
  free: () => void;
}

/** Why this machine has no such file system to give; null when it has. */
export function smallDiskLack(): string | null {
  if (process.platform !== 'linux') return 'a small file system is mounted on Linux alone';
  return process.getuid?.() === 0 ? null : 'only root may mount a small file system';
}

/** @throws Error where {@link smallDiskLack} tells why, or where mounting is not allowed */
export async function makeSmallDisk(): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'oju-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'oju-test', folder]);
  const filler = join(folder, 'filler');
  return {
    kind: 'sqlite',
    env: { DATABASE_URL: `sqlite:${join(folder, 'oju.sqlite')}` },
    folder,
    fill: () => {
      fillUp(filler);
    },
    free: () => {
      rmSync(filler, { force: true });
    },
    drop: async () => {
      await run('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fillUp(file: string): void {
  const handle = openSync(file, 'a');
  try {
    for (const piece of [PIECE, PIECE.subarray(0, 4096)]) writeUntilFull(handle, piece);
  } finally {
    closeSync(handle);
  }
}

function writeUntilFull(handle: number, piece: Buffer): void {
  try {
    for (;;) writeSync(handle, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
