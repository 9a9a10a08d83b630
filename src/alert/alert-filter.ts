import { Brackets, type SelectQueryBuilder } from 'typeorm';
import { lowered } from '../database/lowered.js';
import { Engine } from '../vendor/engine.entity.js';
import { Vendor } from '../vendor/vendor.entity.js';
import type { Alert } from './alert.entity.js';
import type { AlertState, Severity } from './alert.rules.js';
import { Detection } from './detection.entity.js';

/** What a list of alerts may be narrowed to; an empty list narrows nothing. */
export interface AlertFilter {
  states?: readonly AlertState[];
  severities?: readonly Severity[];
  platformId?: number;
  /** Only alerts that changed then or later. */
  updatedSince?: Date;
  /** Opened then or before. */
  openedUntil?: Date;
  /** Opened later. */
  openedAfter?: Date;
  /** An engine that is listed on the alert, by its exact name. */
  engine?: string;
  /** A vendor, by its exact name, whose engine is listed on the alert. */
  vendor?: string;
  /** Text in the platform's owner, name or mail address. */
  owner?: string;
  /** One of the platform's tags, as it is. */
  tag?: string;
  /** Who works it, as it is; null for nobody. */
  assignee?: string | null;
  /** Text in the platform's name or URL, or in what an engine calls it. */
  search?: string;
}

/** Narrows a query. @param query of `alert`, joined with its `platform` */
export function narrow(query: SelectQueryBuilder<Alert>, filter: AlertFilter): void {
  const { states = [], severities = [], platformId, updatedSince } = filter;
  if (states.length > 0) query.andWhere('alert.state IN (:...states)', { states });
  if (severities.length > 0) query.andWhere('alert.severity IN (:...severities)', { severities });
  if (platformId !== undefined) query.andWhere('alert.platformId = :platformId', { platformId });
  if (updatedSince) query.andWhere('alert.updatedAt >= :updatedSince', { updatedSince });
  const { openedUntil, openedAfter, assignee } = filter;
  if (openedUntil) query.andWhere('alert.openedAt <= :openedUntil', { openedUntil });
  if (openedAfter) query.andWhere('alert.openedAt > :openedAfter', { openedAfter });
  if (assignee === null) query.andWhere('alert.assignee IS NULL');
  else if (assignee !== undefined) query.andWhere('alert.assignee = :assignee', { assignee });
  const { engine, vendor, owner, tag, search } = filter;
  if (engine !== undefined) query.andWhere(isListed(query), { engine });
  if (vendor !== undefined) query.andWhere(isOfVendor(query), { vendor });
  if (owner !== undefined) {
    query.andWhere(contains(['platform.ownerName', 'platform.ownerEmail'], 'owner', owner));
  }
  if (tag !== undefined) {
    // Tags are kept as a JSON list, in which the quotation marks are those of whole tags.
    // INSTR keeps to the case on both databases, SQLite's LIKE does not.
    query.andWhere('INSTR(platform.tags, :tag) > 0', { tag: JSON.stringify(tag) });
  }
  if (search !== undefined) {
    query.andWhere(
      new Brackets((where) => {
        where
          .where(contains(['platform.name', 'platform.url'], 'search', search))
          .orWhere(isCalled(query, search));
      }),
    );
  }
}

function listed(query: SelectQueryBuilder<Alert>): SelectQueryBuilder<Detection> {
  return query.subQuery().select('1').from(Detection, 'listed').where('listed.alertId = alert.id');
}

function isListed(query: SelectQueryBuilder<Alert>): string {
  const rows = listed(query)
    .innerJoin(Engine, 'listedEngine', 'listedEngine.id = listed.engineId')
    .andWhere('listedEngine.name = :engine');
  return `EXISTS ${rows.getQuery()}`;
}

function isOfVendor(query: SelectQueryBuilder<Alert>): string {
  const rows = listed(query)
    .innerJoin(Engine, 'vendorEngine', 'vendorEngine.id = listed.engineId')
    .innerJoin(Vendor, 'listedVendor', 'listedVendor.name = vendorEngine.name')
    .andWhere('listedVendor.name = :vendor');
  return `EXISTS ${rows.getQuery()}`;
}

function isCalled(query: SelectQueryBuilder<Alert>, text: string): Brackets {
  const rows = listed(query).andWhere(
    `(listed.result LIKE :called ESCAPE '!' OR LOWER(listed.result) LIKE :calledLowered ESCAPE '!')`,
  );
  return new Brackets((where) => {
    const called = `%${escaped(text)}%`;
    where.where(`EXISTS ${rows.getQuery()}`, { called, calledLowered: lowered(called) });
  });
}

/** As typed and in lower case: MySQL's LIKE keeps to the case here. */
function contains(columns: readonly string[], parameter: string, text: string): Brackets {
  const pattern = `%${escaped(text)}%`;
  return new Brackets((where) => {
    for (const column of columns) {
      where
        .orWhere(`${column} LIKE :${parameter} ESCAPE '!'`, { [parameter]: pattern })
        .orWhere(`LOWER(${column}) LIKE :${parameter}Lowered ESCAPE '!'`, {
          [`${parameter}Lowered`]: lowered(pattern),
        });
    }
  });
}

function escaped(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}
