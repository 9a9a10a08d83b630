import { Brackets, type SelectQueryBuilder } from 'typeorm';
import type { Platform, PlatformState } from './platform.entity.js';

/** Which platforms a list shows; what is absent is not asked for. */
export interface PlatformFilter {
  /** Text that the name, the URL, the owner or a tag contains, in upper or lower case. */
  search?: string;
  state?: PlatformState;
  active?: boolean;
}

const SEARCHED = ['name', 'url', 'ownerName', 'ownerEmail', 'tags'] as const;

/**
 * Narrows a query over `platform`.
 * @param freshSince from when on a conclusive scan tells the state, as `platformState` has it
 */
export function filterPlatforms(
  query: SelectQueryBuilder<Platform>,
  { search, state, active }: PlatformFilter,
  freshSince: Date,
): void {
  if (search !== undefined) query.andWhere(contains(search));
  if (active !== undefined) query.andWhere('platform.isActive = :active', { active });
  switch (state) {
    case 'flagged':
      query.andWhere(`platform.state = 'flagged'`);
      break;
    case 'clean':
      query.andWhere(`platform.state = 'clean' AND platform.lastConclusiveAt >= :freshSince`, {
        freshSince,
      });
      break;
    case 'unknown':
      query.andWhere(
        `(platform.state = 'unknown' OR (platform.state = 'clean' AND ` +
          `(platform.lastConclusiveAt IS NULL OR platform.lastConclusiveAt < :freshSince)))`,
        { freshSince },
      );
      break;
    case undefined:
      break;
  }
}

/** As typed and in lower case: SQLite's LOWER knows ASCII alone, MySQL's LIKE keeps to the case. */
function contains(search: string): Brackets {
  const pattern = `%${search.replace(/[!%_]/g, '!$&')}%`;
  return new Brackets((where) => {
    for (const property of SEARCHED) {
      where
        .orWhere(`platform.${property} LIKE :pattern ESCAPE '!'`, { pattern })
        .orWhere(`LOWER(platform.${property}) LIKE :lowered ESCAPE '!'`, {
          lowered: pattern.toLowerCase(),
        });
    }
  });
}
