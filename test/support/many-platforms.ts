import { chunksOf } from '../../src/database/chunks.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { Platform } from '../../src/platform/platform.entity.js';
import { NEVER_SCANNED } from '../../src/platform/platform-state.rules.js';
import type { Providers } from './providers.js';

const ROWS_AN_INSERT = 200;

/** Puts platforms into the database, past every check. @param given what differs from row to row */
export async function insertPlatforms(
  nest: Providers,
  count: number,
  given: (nth: number) => Partial<Platform>,
): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  const rows = Array.from({ length: count }, (_, nth) => ({
    ...NEVER_SCANNED,
    name: `Platform ${String(nth).padStart(6, '0')}`,
    url: `https://p${nth}.example.org/`,
    urlKey: `https://p${nth}.example.org/`,
    isActive: true,
    ownerName: '',
    ownerEmail: '',
    tags: [],
    notes: '',
    archivedAt: null,
    createdAt: at,
    updatedAt: at,
    ...given(nth),
  }));
  const unitOfWork = nest.get(UnitOfWork);
  await unitOfWork.run(async () => {
    for (const part of chunksOf(rows, ROWS_AN_INSERT)) {
      await unitOfWork.repository(Platform).insert(part);
    }
  });
}
